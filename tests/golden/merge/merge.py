"""Reference merges in NumPy: `python3 tests/golden/merge/merge.py > tests/golden/merge/merge.json`.

With `--live` it reads a list of cases as JSON on stdin and prints their results, which is how the live comparison asks it.
A method is given the models as arrays, the base, and its options; chance is none of its business, so DARE has its masks.
"""
import json
import sys

import numpy as np


def linear(models, base, weights, normalize=True):
    return sum(w * m for w, m in zip(weights, models)) / (sum(weights) if normalize else 1)


def slerp(models, base, t):
    a, b = models
    u, v = a.ravel(), b.ravel()
    if min(np.linalg.norm(u), np.linalg.norm(v)) <= 1e-8:
        return (1 - t) * a + t * b
    d = np.clip(u @ v / np.linalg.norm(u) / np.linalg.norm(v), -1, 1)
    if abs(d) > 0.9995:
        return (1 - t) * a + t * b
    omega = np.arccos(d)
    return np.sin((1 - t) * omega) / np.sin(omega) * a + np.sin(t * omega) / np.sin(omega) * b


def task_arithmetic(models, base, weights, scale=1, normalize=False):
    total = sum(w * (m - base) for w, m in zip(weights, models))
    return base + scale * total / (sum(weights) if normalize else 1)


def trim(delta, density):
    keep = max(1, int(density * delta.size))
    largest = np.argsort(-np.abs(delta).ravel(), kind="stable")[:keep]
    mask = np.zeros(delta.size)
    mask[largest] = 1
    return delta * mask.reshape(delta.shape)


def elected(base, deltas, weights, scale, normalize):
    parts = np.array([w * d for w, d in zip(weights, deltas)])
    agree = np.sign(parts) == np.where(parts.sum(0) >= 0, 1, -1)
    shares = np.tensordot(np.array(weights, dtype=float), agree, axes=1)
    shares[shares == 0] = 1
    return base + scale * (parts * agree).sum(0) / (shares if normalize else 1)


def ties(models, base, weights, density, scale=1, normalize=True):
    return elected(base, [trim(m - base, density) for m in models], weights, scale, normalize)


def dare(models, base, weights, density, masks, scale=1):
    deltas = [np.array(k) * (m - base) / density for k, m in zip(masks, models)]
    return base + scale * sum(w * d for w, d in zip(weights, deltas))


def dare_ties(models, base, weights, density, masks, scale=1):
    deltas = [np.array(k) * (m - base) / density for k, m in zip(masks, models)]
    return elected(base, deltas, weights, scale, False)


def model_stock(models, base):
    deltas = [(m - base).ravel() for m in models]
    n = len(deltas)
    cosines = [
        deltas[i] @ deltas[j] / np.linalg.norm(deltas[i]) / np.linalg.norm(deltas[j]) for i in range(n) for j in range(i)
    ]
    c = np.mean(cosines)
    t = np.clip(n * c / (1 + (n - 1) * c), 0, 1)
    return t * sum(models) / n + (1 - t) * base


def chat_vector(models, base, scale):
    return base + scale * (models[0] - models[1])


METHODS = {
    "linear": linear,
    "slerp": slerp,
    "task-arithmetic": task_arithmetic,
    "ties": ties,
    "dare-linear": dare,
    "dare-ties": dare_ties,
    "model-stock": model_stock,
    "chat-vector": chat_vector,
}


def arrays(weights):
    return {k: np.array(v["data"], dtype=np.float64).reshape(v["shape"]) for k, v in weights.items()}


def elchat_model(case):
    """t = (.3, .5, .5, .3), the chat model's weight in the layers 0, 1, -2, -1; tables adapted but for special rows."""
    chat, adapted = arrays(case["chat"]), arrays(case["adapted"])
    rate = dict(zip([i % case["layers"] for i in (0, 1, -2, -1)], (0.3, 0.5, 0.5, 0.3)))
    out = {}
    for name in adapted:
        if "embed_tokens" in name or "lm_head" in name:
            out[name] = adapted[name].copy()
            out[name][case["special"]] = chat[name][case["special"]]
            continue
        layer = int(name.split(".")[2]) if name.startswith("model.layers.") else None
        if layer not in rate:
            out[name] = chat[name]
        elif case["method"] == "linear":
            out[name] = linear([adapted[name], chat[name]], None, [1 - rate[layer], rate[layer]])
        else:
            out[name] = slerp([adapted[name], chat[name]], None, rate[layer])
    return {name: value.ravel().tolist() for name, value in out.items()}


def chat_vector_model(case):
    """adapted + (chat - base), where the tables' rows beyond the base's have no vector."""
    chat, base, adapted = arrays(case["chat"]), arrays(case["base"]), arrays(case["adapted"])
    out = {}
    for name in adapted:
        delta = chat[name] - base[name]
        out[name] = adapted[name].copy()
        out[name][: len(delta)] += delta
    return {name: value.ravel().tolist() for name, value in out.items()}


KINDS = {"elchat": elchat_model, "chatVector": chat_vector_model}

if sys.argv[1:] == ["--live"]:
    print(json.dumps([KINDS[case["kind"]](case) for case in json.load(sys.stdin)]))
else:
    few = [
        ([2, 0], [0, 1]),
        ([1, 0], [1, 0.001]),
        ([1, 2, 3], [2, 1, -1]),
        ([1, 2, 3], [1.01, 2.01, 2.99]),
        ([1, 2], [-1, -2]),
        ([0, 0], [3, 4]),
        ([1e-9, 0], [0, 1]),
        ([5, -1, 0.5], [-4, 2, 0]),
    ]
    rows = [("slerp", {"t": t}, None, pair) for pair in few for t in (0, 0.3, 0.5, 1)]
    rows += [("linear", {"weights": [1 - t, t]}, None, pair) for pair in few for t in (0, 0.3, 1)]
    draw = np.random.default_rng(7)
    base = draw.normal(size=24).round(3).tolist()
    models = [(np.array(base) + draw.normal(size=24).round(3) * s).tolist() for s in (0.5, 1, 0.2)]
    two = models[:2]
    masks = draw.integers(0, 2, size=(3, 24)).tolist()
    rows += [
        ("linear", {"weights": [0.2, 0.5, 0.6], "normalize": False}, None, models),
        ("task-arithmetic", {"weights": [1, 1, 1], "scale": 0.5}, base, models),
        ("task-arithmetic", {"weights": [0.3, 0.7], "normalize": True}, base, two),
        ("ties", {"weights": [1, 1, 1], "density": 0.2}, base, models),
        ("ties", {"weights": [1, 1, 1], "density": 0.01}, base, models),
        ("ties", {"weights": [0.3, 0.9, -0.4], "density": 0.6, "scale": 1.5}, base, models),
        ("ties", {"weights": [0.3, 0.7], "density": 1, "normalize": False}, base, two),
        ("dare-linear", {"weights": [1, 1, 1], "density": 0.5, "masks": masks}, base, models),
        ("dare-ties", {"weights": [0.4, 1, 2], "density": 0.5, "masks": masks, "scale": 0.8}, base, models),
        ("model-stock", {}, base, models),
        ("model-stock", {}, base, [two[0], (0.4 * np.array(two[0]) + 0.6 * np.array(two[1])).tolist()]),
        ("chat-vector", {"scale": 1}, base, two),
        ("chat-vector", {"scale": 0.3}, base, two),
    ]

    def row(method, options, base, models):
        given = [np.array(m, dtype=np.float64) for m in models]
        merged = METHODS[method](given, None if base is None else np.array(base), **options)
        return {"method": method, "options": options, "base": base, "models": models, "merged": merged.tolist()}

    print("[\n" + ",\n".join(json.dumps(row(*each)) for each in rows) + "\n]")
