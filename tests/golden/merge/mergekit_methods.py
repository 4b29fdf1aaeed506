"""Merges of single matrices by mergekit's own functions: `python3 mergekit_methods.py > mergekit_methods.json` (mergekit 0.1.5).

Options are named as Palimpsest names them. Where a method draws by chance, the uniform draws are written down, and
torch.bernoulli is replaced by a comparison with them.
"""
import json

import torch
from mergekit import merge_methods
from mergekit.merge_methods.base import PerInputValues, TensorGroup

torch.manual_seed(3)
SHAPE = (4, 6)
DOUBLE = torch.float64
base = torch.randn(SHAPE, dtype=DOUBLE).round(decimals=3)
deltas = [(torch.randn(SHAPE, dtype=DOUBLE) * s).round(decimals=3) for s in (0.5, 1, 0.2)]
models = [base + d for d in deltas]
DRAWS = [torch.rand(SHAPE, dtype=DOUBLE).round(decimals=6) for _ in models]
waiting = []
torch.bernoulli = lambda p: (waiting.pop(0).reshape(p.shape) < p).to(p.dtype)


def run(name, count, shared=None, each=None, with_base=True):
    waiting[:] = [d.clone() for d in DRAWS[:count]]
    own = models[:count]
    tensors = ([base] if with_base else []) + own
    ids = (["base"] if with_base else []) + [f"m{k}" for k in range(count)]
    group = TensorGroup.from_tensors(tensors, ids=ids, base_index=0 if with_base else None)
    parameters = dict(shared or {})
    for key, values in (each or {}).items():
        parameters[key] = PerInputValues(list(zip(ids[len(ids) - len(values):], values)))
    return merge_methods.get(name)((group,), parameters=parameters)[0]


rows = []


def case(method, options, count, kit, shared=None, each=None, with_base=True, draws=False):
    merged = run(kit, count, shared, each, with_base)
    rows.append({
        "method": method,
        "options": {**options, **({"draws": [d.flatten().tolist() for d in DRAWS[:count]]} if draws else {})},
        "shape": list(SHAPE),
        "base": base.flatten().tolist() if with_base else None,
        "models": [m.flatten().tolist() for m in models[:count]],
        "merged": merged.flatten().tolist(),
    })


w3, w2 = [0.4, 1.0, 0.8], [0.7, 0.3]
case("breadcrumbs", {"weights": w3, "density": 0.5, "gamma": 0.2}, 3, "breadcrumbs", {}, {"weight": w3, "density": [0.5] * 3, "gamma": [0.2] * 3})
case("breadcrumbs-ties", {"weights": w3, "density": [0.5, 0.7, 0.3], "gamma": [0.1, 0.2, 0.05], "normalize": True, "scale": 0.6}, 3,
     "breadcrumbs_ties", {"normalize": True, "lambda": 0.6}, {"weight": w3, "density": [0.5, 0.7, 0.3], "gamma": [0.1, 0.2, 0.05]})
for rescale in (True, False):
    name = "l1" if rescale else "none"
    case("della", {"weights": w3, "density": 0.6, "epsilon": 0.2, "rescale": name}, 3, "della", {"rescale": rescale},
         {"weight": w3, "density": [0.6] * 3, "epsilon": [0.2] * 3}, draws=True)
    case("della-linear", {"weights": w2, "density": [0.6, 0.5], "epsilon": [0.15, 0.3], "rescale": name}, 2, "della_linear",
         {"rescale": rescale}, {"weight": w2, "density": [0.6, 0.5], "epsilon": [0.15, 0.3]}, draws=True)
    case("dare-ties", {"weights": w3, "density": 0.6, "rescale": name}, 3, "dare_ties", {"rescale": rescale},
         {"weight": w3, "density": [0.6] * 3}, draws=True)
case("dare-linear", {"weights": w3, "density": [0.6, 0.5, 0.9], "rescale": "l1"}, 3, "dare_linear", {},
     {"weight": w3, "density": [0.6, 0.5, 0.9]}, draws=True)
case("ties", {"weights": w3, "density": [0.3, 0.5, 0.9]}, 3, "ties", {}, {"weight": w3, "density": [0.3, 0.5, 0.9]})
for density in (1, 0.6, 0.25):
    case("sce", {"density": density}, 3, "sce", {"select_topk": density})
case("nearswap", {"t": 0.25}, 1, "nearswap", {"t": 0.25})
for by, options in {"tensor": {}, "row": {"nuslerp_flatten": False}, "column": {"nuslerp_flatten": False, "nuslerp_row_wise": True}}.items():
    for with_base in (True, False):
        case("nuslerp", {"weights": w2, "deltas": with_base, "by": by}, 2, "nuslerp", options, {"weight": w2}, with_base)
for normalize in (True, False):
    for with_base in (True, False):
        case("multislerp", {"weights": w3, "deltas": with_base, "normalize": normalize}, 3, "multislerp",
             {"normalize_weights": normalize}, {"weight": w3}, with_base)
case("karcher", {}, 3, "karcher", {}, {}, False)
case("karcher", {}, 2, "karcher", {}, {}, False)
case("passthrough", {"scale": 0.7}, 1, "passthrough", {}, {"scale": [0.7]}, False)
case("ram", {"threshold": 0.3}, 3, "ram", {"epsilon": 0.3})
case("ram-plus", {"threshold": 0.3, "boost": 0.4, "most": 5}, 3, "ramplus_tl", {"epsilon": 0.3, "r": 0.4, "alpha": 5})
case("model-stock", {}, 3, "model_stock")
print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
