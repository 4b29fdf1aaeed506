"""Measures of states by NumPy, each straight from its formula; `tests/measure/inside.test.ts` makes the same inputs. python3 inside.py > inside.json"""
import json
import numpy as np

def wave(n, width, phase):
    i, j = np.arange(n)[:, None], np.arange(width)[None, :]
    return (np.sin(phase + 1.3 * i + 0.7 * j * j + 0.11 * i * j) + 0.5 * np.cos(0.37 * i * (j + 1))).astype(np.float32).astype(np.float64)

a, b = wave(40, 7, 0.0), wave(40, 5, 2.0)
same = a + 0.5 * wave(40, 7, 4.0)
centre = lambda x: x - x.mean(0)

def cka(x, y):
    x, y = centre(x), centre(y)
    return np.linalg.norm(y.T @ x) ** 2 / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))

def hsic(k, l):
    n, one = len(k), np.ones(len(k))
    k, l = k - np.diag(np.diag(k)), l - np.diag(np.diag(l))
    return (np.trace(k @ l) + (one @ k @ one) * (one @ l @ one) / ((n - 1) * (n - 2)) - 2 / (n - 2) * (one @ k @ l @ one)) / (n * (n - 3))

def debiased(x, y):
    k, l = x @ x.T, y @ y.T
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))

def cca(x, y):
    return np.linalg.svd(np.linalg.qr(centre(x))[0].T @ np.linalg.qr(centre(y))[0])[1]

def leading(x, keep):
    u, s, _ = np.linalg.svd(centre(x), full_matrices=False)
    k = int(np.argmax(np.cumsum(s**2) / (s**2).sum() >= keep)) + 1
    return u[:, :k] * s[:k]

unit = lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)

def margin(x, y, k):
    c = unit(x) @ unit(y).T
    near = np.argsort(-c, 1, kind="stable")[:, :k]
    level = (np.sort(c, 1)[:, -k:].mean(1)[:, None] + np.sort(c, 0)[-k:].mean(0)[None]) / 2
    ratio = c / level
    best = [row[np.argmax(ratio[i][row])] for i, row in enumerate(near)]
    return float(np.mean(np.array(best) == np.arange(len(c))))

def iso(x):
    d = x.shape[1]
    v = np.linalg.eigvalsh(np.cov(x.T))
    v = v * np.sqrt(d) / np.linalg.norm(v)
    defect = np.linalg.norm(v - 1) / np.sqrt(2 * (d - np.sqrt(d)))
    return ((d - defect**2 * (d - np.sqrt(d))) ** 2 - d) / (d * (d - 1))

def partition(x):
    c = np.linalg.eigh(x.T @ x)[1]
    z = np.exp(np.concatenate([x @ c, -(x @ c)], 1)).sum(0)
    return z.min() / z.max()

def cosine(x):
    c = unit(x) @ unit(x).T
    return (c.sum() - len(c)) / (len(c) * (len(c) - 1))

s = np.linalg.svd(same - a)[1]
p = s / s.sum()
kept = [leading(a, 0.9), leading(b, 0.9)]
cosines = unit(a) @ unit(same).T
print(json.dumps({
    "cka": cka(a, b), "debiased": debiased(a, b),
    "anc": [abs(np.corrcoef(a[:, j], same[:, j])[0, 1]) for j in range(7)],
    "cca": cca(a, b).tolist(), "svcca": {"dimensions": [k.shape[1] for k in kept], "coefficients": cca(*kept).tolist()},
    "cosine": [float((cosines.argmax(1) == np.arange(40)).mean()), float((cosines.argmax(0) == np.arange(40)).mean())],
    "margin": [margin(a, same, 4), margin(same, a, 4)],
    "isotropy": {"cosine": cosine(a), "centredCosine": cosine(centre(a)), "isoScore": iso(a), "partition": partition(a)},
    "effectiveRank": float(np.exp(-(p * np.log(p)).sum())),
}, indent=1))
