"""Reference merges in NumPy: `python3 tests/golden/merge/merge.py > tests/golden/merge/merge.json`.

With `--live` it reads a list of cases as JSON on stdin and prints their results, which is how the live comparison asks it.
"""
import json
import sys

import numpy as np


def linear(a, b, t):
    return (1 - t) * a + t * b


def slerp(a, b, t):
    u, v = a.ravel(), b.ravel()
    if min(np.linalg.norm(u), np.linalg.norm(v)) <= 1e-8:
        return linear(a, b, t)
    d = np.clip(u @ v / np.linalg.norm(u) / np.linalg.norm(v), -1, 1)
    if abs(d) > 0.9995:
        return linear(a, b, t)
    omega = np.arccos(d)
    return np.sin((1 - t) * omega) / np.sin(omega) * a + np.sin(t * omega) / np.sin(omega) * b


METHODS = {"linear": linear, "slerp": slerp}


def arrays(weights):
    return {k: np.array(v["data"], dtype=np.float64).reshape(v["shape"]) for k, v in weights.items()}


def elchat(case):
    """t = (.3, .5, .5, .3), the chat model's weight in the layers 0, 1, -2, -1; tables adapted but for special rows."""
    chat, adapted = arrays(case["chat"]), arrays(case["adapted"])
    rate = dict(zip([i % case["layers"] for i in (0, 1, -2, -1)], (0.3, 0.5, 0.5, 0.3)))
    out = {}
    for name in adapted:
        if "embed_tokens" in name or "lm_head" in name:
            out[name] = adapted[name].copy()
            out[name][case["special"]] = chat[name][case["special"]]
        else:
            layer = int(name.split(".")[2]) if name.startswith("model.layers.") else None
            out[name] = METHODS[case["method"]](adapted[name], chat[name], rate[layer]) if layer in rate else chat[name]
    return {name: value.ravel().tolist() for name, value in out.items()}


def chat_vector(case):
    """adapted + (chat - base), where the tables' rows beyond the base's have no vector."""
    chat, base, adapted = arrays(case["chat"]), arrays(case["base"]), arrays(case["adapted"])
    out = {}
    for name in adapted:
        delta = chat[name] - base[name]
        out[name] = adapted[name].copy()
        out[name][: len(delta)] += delta
    return {name: value.ravel().tolist() for name, value in out.items()}


def between(case):
    a, b = np.array(case["a"], dtype=np.float64), np.array(case["b"], dtype=np.float64)
    return METHODS[case["method"]](a, b, case["t"]).tolist()


KINDS = {"between": between, "elchat": elchat, "chatVector": chat_vector}

if sys.argv[1:] == ["--live"]:
    print(json.dumps([KINDS[case["kind"]](case) for case in json.load(sys.stdin)]))
else:
    pairs = [
        ([2, 0], [0, 1]),
        ([1, 0], [1, 0.001]),
        ([1, 2, 3], [2, 1, -1]),
        ([1, 2, 3], [1.01, 2.01, 2.99]),
        ([1, 2], [-1, -2]),
        ([0, 0], [3, 4]),
        ([1e-9, 0], [0, 1]),
        ([5, -1, 0.5], [-4, 2, 0]),
    ]
    rows = [
        {"method": method, "a": a, "b": b, "t": t, "merged": between({"method": method, "a": a, "b": b, "t": t})}
        for method in METHODS
        for a, b in pairs
        for t in (0, 0.3, 0.5, 1)
    ]
    print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
