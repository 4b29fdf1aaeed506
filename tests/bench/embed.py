"""The algebra of FOCUS, WECHSEL and OFA in NumPy, as fast as it is plainly written there; seconds on stdout.

    python3 tests/bench/embed.py focus < request.json       {"old", "new", "dim", "width", "rank", "pairs"}

All take blocks of 1,024 new tokens. Sparsemax sorts only the 256 highest cosines of a row, and all where that is too few;
neighbours come from argpartition. What is timed is what ours times: from vectors and table in memory to new rows.
"""

import json
import resource
import sys
import time

import numpy as np

BLOCK = 1024


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def threshold(top):
    ordered = np.sort(top, axis=1)[:, ::-1]
    sums = np.cumsum(ordered, axis=1, dtype=np.float64)
    k = np.arange(1, ordered.shape[1] + 1)
    size = (1 + k * ordered > sums).sum(axis=1)
    return size, (sums[np.arange(len(ordered)), size - 1] - 1) / size


def sparsemax(scores, few=256):
    size, tau = threshold(np.partition(scores, -few, axis=1)[:, -few:])
    if (size == few).any():
        _, tau = threshold(scores)
    return np.maximum(scores - tau[:, None].astype(np.float32), 0)


def nearest(scores, rows, k=10, temperature=0.1):
    at = np.argpartition(scores, -k, axis=1)[:, -k:]
    top = np.take_along_axis(scores, at, axis=1)
    powers = np.exp((top - top.max(axis=1, keepdims=True)) / temperature)
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.einsum("nk,nkd->nd", weights, rows[at])


def mixed(weigh, new, old, table):
    new, old = unit(new), unit(old)
    return np.concatenate([weigh(new[i : i + BLOCK] @ old.T, table) for i in range(0, len(new), BLOCK)])


def focus(data):
    return mixed(lambda scores, table: sparsemax(scores) @ table, data["new"], data["old"], data["table"])


def wechsel(data):
    u, _, vt = np.linalg.svd(data["x"].T @ data["y"])
    return mixed(nearest, data["new"], data["old"] @ (u @ vt), data["table"])


def ofa(data):
    u, s, vt = np.linalg.svd(data["table"], full_matrices=False)
    k = data["rank"]
    return mixed(nearest, data["new"], data["old"], np.ascontiguousarray(u[:, :k])) @ (s[:k, None] * vt[:k])


def main():
    request = json.load(sys.stdin)
    random = np.random.default_rng(1)
    normal = lambda *shape: random.standard_normal(shape, dtype=np.float32)
    data = {
        "old": normal(request["old"], request["dim"]),
        "new": normal(request["new"], request["dim"]),
        "table": normal(request["old"], request["width"]),
        "x": normal(request["pairs"], request["dim"]),
        "y": normal(request["pairs"], request["dim"]),
        "rank": request["rank"],
    }
    start = time.perf_counter()
    rows = {"focus": focus, "wechsel": wechsel, "ofa": ofa}[sys.argv[1]](data)
    seconds = time.perf_counter() - start
    assert np.isfinite(rows).all()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"version": np.__version__, "seconds": seconds, "peakMegabytes": peak}))


main()
