"""What NumPy and SciPy make of the algebra behind initialisers that mix old rows by similarity.

    python3 tests/golden/embed-aux/embed_aux.py         writes tests/golden/embed-aux/embed_aux.json
    python3 tests/golden/embed-aux/embed_aux.py live    reads {"sparsemax": [scores], "procrustes": {"x", "y"}, "svd": {"table"}}
                                                        on stdin, prints the results of those that are there

The formulas are the papers': sparsemax by sorting (Martins & Astudillo 2016), orthogonal Procrustes by SciPy, FOCUS
(Dobler & de Melo 2023), CLP (Ostendorff & Rehm 2023), WECHSEL (Minixhofer et al. 2022), OFA (Liu et al. 2024). Nothing here
runs a package of theirs. Made with NumPy 2.4.6 and SciPy 1.17.1.
"""

import json
import pathlib
import sys

import numpy as np
from scipy.linalg import orthogonal_procrustes


def sparsemax(z):
    z = np.asarray(z, dtype=np.float64)
    ordered = np.sort(z)[::-1]
    sums = np.cumsum(ordered)
    k = np.arange(1, len(z) + 1)
    size = k[1 + k * ordered > sums].max()
    return np.maximum(z - (sums[size - 1] - 1) / size, 0)


def unit(rows):
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1, lengths)


def cosines(new, old):
    return unit(new) @ unit(old).T


def softmax_of_nearest(scores, k, temperature):
    weights = np.zeros_like(scores)
    at = np.argsort(-scores, kind="stable")[:k]
    powers = np.exp((scores[at] - scores[at].max()) / temperature)
    weights[at] = powers / powers.sum()
    return weights


def mean_of_nearest(scores, k):
    weights = np.zeros_like(scores)
    weights[np.argsort(-scores, kind="stable")[:k]] = 1 / min(k, len(scores))
    return weights


def mixed(weigh, new, old, rows):
    return np.stack([weigh(scores) for scores in cosines(new, old)]) @ rows


def rank(table, k):
    u, s, vt = np.linalg.svd(table, full_matrices=False)
    return u[:, :k], s[:k, None] * vt[:k]


def token_vectors(words, counts, spelled, size, forms):
    """Row of a token: mean of the words that contain it; `spelled` has `forms` lists of ids for each word in turn."""
    sums, weights = np.zeros((size, words.shape[1])), np.zeros(size)
    for at, ids in enumerate(spelled):
        for token in set(ids):
            sums[token] += counts[at // forms] * words[at // forms]
            weights[token] += counts[at // forms]
    return sums / np.where(weights == 0, 1, weights)[:, None]


def float32(array):
    """Random numbers that a float32 holds exactly, so that both sides start from the same."""
    return np.asarray(array, dtype=np.float32).astype(np.float64)


def live(request):
    made = {}
    if "sparsemax" in request:
        made["sparsemax"] = [sparsemax(scores).tolist() for scores in request["sparsemax"]]
    if "procrustes" in request:
        made["procrustes"] = orthogonal_procrustes(*(np.array(request["procrustes"][k]) for k in "xy"))[0].tolist()
    if "svd" in request:
        table = np.array(request["svd"]["table"])
        u, s, vt = np.linalg.svd(table, full_matrices=False)
        made["svd"] = {"values": s.tolist(), "ranks": [(u[:, :k] * s[:k] @ vt[:k]).tolist() for k in range(1, len(s) + 1)]}
    return made


def golden():
    random = np.random.default_rng(1)
    toy = {"old": [[1, 0], [0, 1], [-1, 0]], "new": [[3, 4]], "rows": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}
    new, old, rows = (np.array(toy[k], dtype=np.float64) for k in ("new", "old", "rows"))
    scores = cosines(new, old)[0]
    examples = [[0.9, 0.5, -0.2], [0.95, 0.9, 0.4, 0.1], [0.1, 0.1, 0.1], [1, 1, 0], [5], [-3, -3.2, -9]]
    pairs = [([[1, 2], [3, 4], [5, 6]], [[2, 1], [1, 3], [4, 4]]), ([[1, 0], [0, 1], [1, 1]], [[0, 1], [-1, 0], [-1, 1]])]
    small = np.array([[3, 0], [0, 2], [3, 2]], dtype=np.float64)
    u1, p1 = rank(small, 1)

    # 12 shared tokens, 5 new ones whose last has no vector.
    count, fresh, dim, width = 12, 5, 6, 8
    vectors = float32(random.standard_normal((count + fresh, dim)))
    vectors[-1] = 0
    table = float32(random.standard_normal((count, width)))
    known = slice(count, count + fresh - 1)
    focus = {"vectors": vectors.tolist(), "table": table.tolist()}
    focus["focus"] = mixed(sparsemax, vectors[known], vectors[:count], table).tolist()
    focus["closest"] = mixed(lambda c: mean_of_nearest(c, 10), vectors[known], vectors[:count], table).tolist()
    focus["clp"] = mixed(lambda c: c / c.sum(), vectors[known], vectors[:count], table).tolist()
    focus["deviation"] = {"ddof0": table.std(0).tolist(), "ddof1": table.std(0, ddof=1).tolist()}

    # 9 words of either language, 30 old tokens and 6 new ones; spelled as written and with a space (and a capital, for OFA).
    words, base_size, size = 9, 30, 36
    english = float32(random.standard_normal((words, dim)))
    korean = float32(random.standard_normal((words, dim)))
    counts = [random.integers(1, 50, words).tolist() for _ in range(2)]
    names = [[f"en{i}" for i in range(words)], [f"ko{i}" for i in range(words)]]
    names[0][3] = "En1"  # title case of en1: one dictionary entry reaches both
    spelled = [
        [random.integers(0, high, 3).tolist() for _ in range(4 * words)] for high in (base_size - 2, size - 1)
    ]
    spelled[0][14:16] = spelled[0][6:8] = spelled[0][12:14]  # En1 has its capital already, and is that of en1
    dictionary = [["en0", "ko0"], ["EN1", "ko1"], ["en1", "ko2"], ["en4", "ko4"], ["en5", "ko6"], ["none", "ko3"]]
    x, y = [], []
    for a, b in dictionary:
        for source in (a, a.lower(), a.title()):
            for target in (b, b.lower(), b.title()):
                if source in names[0] and target in names[1]:
                    x.append(english[names[0].index(source)])
                    y.append(korean[names[1].index(target)])
    rotation = orthogonal_procrustes(np.array(x), np.array(y))[0]
    rows = float32(random.standard_normal((base_size, width)))
    two = [[ids for at, ids in enumerate(lists) if at % 4 < 2] for lists in spelled]
    made = {}
    for method, lists, forms, weighted in (("wechsel", two, 2, True), ("ofa", spelled, 4, False)):
        ones = [1] * words
        source = token_vectors(english @ rotation, counts[0] if weighted else ones, lists[0], base_size, forms)
        target = token_vectors(korean, counts[1] if weighted else ones, lists[1], size, forms)
        usable = np.flatnonzero(np.abs(source).sum(1))
        asked = [i for i in range(base_size, size) if np.abs(target[i]).sum() > 0]
        made[method] = {"ids": asked, "missed": [i for i in range(base_size, size) if i not in asked]}
        weigh = lambda c: softmax_of_nearest(c, 10, 0.1)
        if method == "wechsel":
            made[method]["rows"] = mixed(weigh, target[asked], source[usable], rows[usable]).tolist()
            made["ramen"] = {"rows": mixed(sparsemax, target[asked], source[usable], rows[usable]).tolist()}
        else:
            for k in (3, width):
                f, p = rank(rows, k)
                made[method][f"rank{k}"] = (mixed(weigh, target[asked], source[usable], f[usable]) @ p).tolist()
    return {
        "sparsemax": [{"scores": z, "weights": sparsemax(z).tolist()} for z in examples],
        "toy": {
            **toy,
            "focus": mixed(sparsemax, new, old, np.array(toy["rows"])).tolist(),
            "clp": {"weights": (scores / scores.sum()).tolist(), "row": ((scores / scores.sum()) @ np.array(toy["rows"])).tolist()},
            "wechsel": [
                {"k": k, "weights": softmax_of_nearest(scores, k, 0.1).tolist(), "row": (softmax_of_nearest(scores, k, 0.1) @ np.array(toy["rows"])).tolist()}
                for k in (2, 3)
            ],
        },
        "procrustes": [{"x": a, "y": b, "r": orthogonal_procrustes(np.array(a, float), np.array(b, float))[0].tolist()} for a, b in pairs],
        "svd": {"table": small.tolist(), "values": np.linalg.svd(small)[1].tolist(), "rank1": (u1 @ p1).tolist()},
        "anchors": focus,
        "words": {
            "base": {"words": names[0], "counts": counts[0], "vectors": english.tolist(), "spelled": spelled[0]},
            "target": {"words": names[1], "counts": counts[1], "vectors": korean.tolist(), "spelled": spelled[1]},
            "dictionary": dictionary,
            "table": rows.tolist(),
            **made,
        },
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["live"]:
        print(json.dumps(live(json.load(sys.stdin))))
    else:
        path = pathlib.Path(__file__).with_suffix(".json")
        path.write_text(json.dumps(golden(), separators=(",", ":")) + "\n")
