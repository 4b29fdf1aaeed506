"""The oracle of modules beside a model: adapters, embeddings of languages before the head and soft prompts, as PyTorch has them.

usage: modules.py          rewrites modules.json beside this file: one micro model, five updates of each case
"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
from step_torch import golden_tokens, golden_weights, shapes  # noqa: E402

CONFIG = dict(vocabSize=40, width=16, layers=2, heads=4, kvHeads=2, ffn=24, context=16, ropeTheta=10000, normEps=1e-5, norm="rms",
              positions="rotary", activation="swiglu", tied=True)
WINDOW, BATCH, SIZE, TOKENS = 12, 3, 4, 3
RATES = [3e-3] * 5
DOMAINS = ["a", "b"]
# Of the sequences of a batch; "c" is nobody's.
ROWS = [["a", "b", "a"], ["b", "b", "a"], ["c", "a", "b"], ["a", "a", "a"], ["b", "c", "b"]]
SCRIPTS = {"a": "Latn", "b": "Hang"}
PARTS = {"down.weight": [SIZE, 16], "down.bias": [SIZE], "up.weight": [16, SIZE], "up.bias": [16]}


def adapter(x, p, at):
    inner = F.relu(F.linear(x, p[f"{at}.down.weight"], p[f"{at}.down.bias"]))
    return x + F.linear(inner, p[f"{at}.up.weight"], p[f"{at}.up.bias"])


def coupled(x, p, domain, back=False):
    """NICE's additive coupling, as MAD-X has it."""
    of = lambda name, y: adapter(y, p, f"adapters.{domain}.invertible.{name}") - y
    a, b = x.chunk(2, -1)
    if back:
        b = b - of("g", a)
        return torch.cat((a - of("f", b), b), -1)
    a = a + of("f", b)
    return torch.cat((a, b + of("g", a)), -1)


def loss_of(p, tokens, domains, kind):
    """The model of step_torch.py with modules of a kind, a sequence at a time."""
    c, losses = CONFIG, []
    width, heads, kv = c["width"], c["heads"], c["kvHeads"]
    head_width = width // heads
    half = head_width // 2
    for row, domain in zip(tokens, domains):
        inputs, targets = row[:-1], row[1:]
        x = p["model.embed_tokens.weight"][inputs]
        if kind == "invertible" and domain in DOMAINS:
            x = coupled(x, p, domain)
        before = 0
        if kind == "prompt":
            x, before = torch.cat((p["prompt"], x)), TOKENS
        if kind == "prompts":
            own = p.get(f"prompt.{domain}")
            x, before = torch.cat((torch.zeros(TOKENS, width) if own is None else own, x)), TOKENS
        time = x.shape[0]
        frequency = c["ropeTheta"] ** (-torch.arange(half, dtype=torch.float64) / half)
        angle = torch.outer(torch.arange(time, dtype=torch.float64), frequency)
        cos, sin = angle.cos().float(), angle.sin().float()

        def rotate(y):
            a, b = y[..., :half], y[..., half:]
            return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)

        for i in range(c["layers"]):
            at = f"model.layers.{i}"
            h = F.rms_norm(x, (width,), p[at + ".input_layernorm.weight"], c["normEps"])
            split = lambda name, count: F.linear(h, p[f"{at}.self_attn.{name}.weight"]).view(time, count, head_width).transpose(0, 1)
            q, k, v = rotate(split("q_proj", heads)), rotate(split("k_proj", kv)), split("v_proj", kv)
            out = F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True, enable_gqa=True)[0]
            x = x + F.linear(out.transpose(0, 1).reshape(time, width), p[at + ".self_attn.o_proj.weight"])
            h = F.rms_norm(x, (width,), p[at + ".post_attention_layernorm.weight"], c["normEps"])
            inner = F.silu(F.linear(h, p[at + ".mlp.gate_proj.weight"])) * F.linear(h, p[at + ".mlp.up_proj.weight"])
            x = x + F.linear(inner, p[at + ".mlp.down_proj.weight"])
            if kind == "adapter":
                x = adapter(x, p, f"adapters.layers.{i}")
            if kind == "normed" and domain in DOMAINS:  # as X-Mod, with the layer's own norm
                n = F.rms_norm(x, (width,), p[at + ".post_attention_layernorm.weight"], c["normEps"])
                x = x + adapter(n, p, f"adapters.{domain}.layers.{i}") - n
            if kind in ("adapters", "invertible") and domain in DOMAINS:
                x = adapter(x, p, f"adapters.{domain}.layers.{i}")
        x = F.rms_norm(x, (width,), p["model.norm.weight"], c["normEps"])[before:]
        if kind == "invertible" and domain in DOMAINS:
            x = coupled(x, p, domain, back=True)
        if kind == "languages" and domain in DOMAINS:
            x = x + p[f"languages.{domain}"] + p[f"scripts.{SCRIPTS[domain]}"]
        losses.append(F.cross_entropy(F.linear(x, p["model.embed_tokens.weight"]), targets))
    return torch.stack(losses).mean()


HALVES = {"down.weight": [4, 8], "down.bias": [4], "up.weight": [8, 4], "up.bias": [8]}
CASES = {
    "adapter": ({f"adapters.layers.{i}.{part}": shape for i in range(2) for part, shape in PARTS.items()},
                lambda name: name.endswith("norm.weight") or name.endswith("layernorm.weight")),
    "adapters": ({f"adapters.{d}.layers.{i}.{part}": shape for d in DOMAINS for i in range(2) for part, shape in PARTS.items()},
                 lambda name: False),
    "normed": ({f"adapters.{d}.layers.{i}.{part}": shape for d in DOMAINS for i in range(2) for part, shape in PARTS.items()},
               lambda name: name.endswith("norm.weight") or name.endswith("layernorm.weight")),
    "invertible": ({**{f"adapters.{d}.layers.{i}.{part}": shape for d in DOMAINS for i in range(2) for part, shape in PARTS.items()},
                    **{f"adapters.{d}.invertible.{f}.{part}": shape for d in DOMAINS for f in "fg" for part, shape in HALVES.items()}},
                   lambda name: False),
    "languages": ({**{f"languages.{d}": [16] for d in DOMAINS}, **{f"scripts.{s}": [16] for s in SCRIPTS.values()}}, lambda name: True),
    "prompt": ({"prompt": [TOKENS, 16]}, lambda name: False),
    "prompts": ({f"prompt.{d}": [TOKENS, 16] for d in DOMAINS}, lambda name: "layers.0." in name),
}


def start(tensors):
    """By formula, of the place of a name among all sorted."""
    out = {}
    for k, name in enumerate(sorted(tensors)):
        i = np.arange(np.prod(tensors[name]), dtype=np.float64)
        out[name] = (0.2 * np.sin(0.9 * (k + 1) + 1.1 * i)).astype(np.float32).reshape(tensors[name])
    return out


def run(kind):
    tensors, body = CASES[kind]
    own, model = start(tensors), golden_weights(CONFIG)
    p = {name: torch.tensor(value, requires_grad=name in own or body(name)) for name, value in {**model, **own}.items()}
    trained = {name: t for name, t in p.items() if t.requires_grad}
    groups = [{"params": [t for t in trained.values() if (t.dim() >= 2) == matrix], "weight_decay": 0.1 if matrix else 0.0}
              for matrix in (True, False)]
    optimiser = torch.optim.AdamW([g for g in groups if g["params"]], lr=1.0, betas=(0.9, 0.95), eps=1e-8)
    losses, norms = [], []
    for step, rate in enumerate(RATES):
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.zero_grad(set_to_none=False)
        for t in trained.values():
            t.grad = torch.zeros_like(t)
        tokens = golden_tokens(dict(CONFIG, context=WINDOW), step, BATCH)
        loss = loss_of(p, torch.from_numpy(tokens.astype(np.int64)), ROWS[step], kind)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(trained.values(), 1.0).item())
        optimiser.step()
        losses.append(loss.item())
    sums = {name: [t.sum().item(), t.abs().sum().item()] for name, t in sorted(trained.items())}
    return {"losses": losses, "norms": norms, "sums": sums}


def xmod():
    """The end of a layer of X-Mod, from the sum before its last norm: two sequences, one of each language."""
    from transformers import XmodConfig
    from transformers.models.xmod.modeling_xmod import XmodOutput

    config = XmodConfig(hidden_size=8, intermediate_size=8, languages=DOMAINS, adapter_reduction_factor=4, hidden_act="relu",
                        layer_norm_eps=1e-5, hidden_dropout_prob=0.0)
    output = XmodOutput(config).eval()
    values = start({name: list(t.shape) for name, t in output.state_dict().items() if not name.startswith("dense.")})
    output.load_state_dict({name: torch.from_numpy(value) for name, value in values.items()}, strict=False)
    summed = torch.from_numpy(start({"sum": [2, 3, 8]})["sum"])
    with torch.no_grad():
        normed = output.LayerNorm(summed)
        out = output.LayerNorm(output.lang_adapter(torch.tensor([1, 0]), summed))
    flat = lambda t: np.asarray(t).ravel().tolist()
    return {"tensors": {name: flat(value) for name, value in values.items()}, "normed": flat(normed), "out": flat(out)}


assert list(shapes(CONFIG)) == list(golden_weights(CONFIG))
with open(os.path.join(here, "modules.json"), "w") as file:
    json.dump({"config": CONFIG, "window": WINDOW, "rates": RATES, "rows": ROWS, "runs": {kind: run(kind) for kind in CASES}, "xmod": xmod()}, file)
    file.write("\n")
