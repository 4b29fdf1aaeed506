"""Reference values for the forms of the laws room: `python3 tests/golden/laws-forms/forms.py DATA > forms.json`.

DATA is the folder of public result rows (beside the repository: ../shared/data). Three kinds of values: predictions of every
form at made-up constants, written here a second time from the papers' formulas; fits of public rows by SciPy; and rank
correlations of ridge regressions by numpy. Nothing here is a number copied from a paper.
"""
import csv
import json
import sys
import warnings

import numpy as np
from scipy.optimize import minimize
from scipy.stats import spearmanr

warnings.filterwarnings("ignore", category=RuntimeWarning)  # infinite values are steps out of the domain


def data_constrained(p, x, base):
    E, A, B, a, b = base
    n, d, u = x
    ud = min(u, d)
    g = (a * A / (b * B)) ** (1 / (a + b))
    un = min((ud * g) ** (b / a) * g, n)
    rd, rn = d / ud - 1, max(n / un - 1, 0)
    dp = ud + ud * p[0] * (1 - np.exp(-rd / p[0]))
    np_ = un + un * p[1] * (1 - np.exp(-rn / p[1]))
    return E + A / np_**a + B / dp**b


C4 = (np.exp(0.6254804), np.exp(6.255414), np.exp(7.3049974), 0.3526596, 0.3526596)

FORMS = {
    "data-mixing": ([1.2, 0.7, -5], [0.3], lambda p, x: p[0] + p[1] * np.exp(p[2] * x[0])),
    "cmr-ratio": ([-0.4, 0.2, 1.9], [0.3], lambda p, x: p[0] * x[0] ** p[1] + p[2]),
    "power": ([3, -0.5, 1.1], [7], lambda p, x: p[0] * x[0] ** p[1] + p[2]),
    "cmr-domain-tokens": ([0.6, -0.3, 1.4], [40], lambda p, x: p[0] * x[0] ** p[1] + p[2]),
    "cmr-critical": ([0.02, 0.4, 0.1], [40], lambda p, x: p[0] * x[0] ** p[1] + p[2]),
    "cmr-general-tokens": (
        [0.2, 0.3, -0.1, 0.5, 2.5],
        [40],
        lambda p, x: p[0] * x[0] ** p[1] + p[2] * x[0] ** p[3] + p[4],
    ),
    "d-cpt": (
        [1.5, 200, 800, 0.05, 0.3, 0.32, 0.6, 0.4, 0.02],
        [1.8e9, 5e9, 0.4],
        lambda p, x: p[0] + p[1] / x[0] ** p[4] + p[2] * x[2] ** p[7] / x[1] ** p[5] + p[3] / (x[2] + p[8]) ** p[6],
    ),
    "d-cpt-8": (
        [1.5, 200, 800, 0.05, 0.3, 0.32, 0.6, 0.02],
        [1.8e9, 5e9, 0.4],
        lambda p, x: p[0] + p[1] / x[0] ** p[4] + p[2] / x[1] ** p[5] + p[3] / (x[2] + p[7]) ** p[6],
    ),
    "d-cpt-cross": (
        [1.5, 200, 800, 0.05, 0.3, 0.32, 0.6, 0.4, 0.02, 0.7, 0.8],
        [1.8e9, 5e9, 0.4, 1.7],
        lambda p, x: p[0] + p[1] / x[0] ** p[4] + p[2] * x[2] ** p[7] / x[1] ** p[5]
        + p[3] / (x[2] + p[8]) ** p[6] + p[9] / x[3] ** p[10],
    ),
    "bimix": ([0.1, 8, 0.3, 2.2], [0.3, 2e4], lambda p, x: (p[1] / x[1] ** p[2] + p[3]) / x[0] ** p[0]),
    "cpt-dynamics": (
        [3, 0.5, 0.5, 0.3, 0.25, 0.4, 30, 0.2],
        [4, 0.02, 1.5, 0.01],
        lambda p, x: p[0] + p[1] / (x[0] + x[2]) ** p[2] - p[3] * x[1] - p[4] * x[3]
        + p[5] * (1 - (1 + p[6] * x[2]) ** -p[7]),
    ),
    "data-constrained": ([15.387756, 5.309743], [2.8e9, 5.5e10, 4e9], lambda p, x: data_constrained(p, x, C4)),
    "multilinguality": (
        [1.5, 300, 500, 0.4, 0.3, 0.11, -0.04],
        [20, 1e9, 2e10],
        lambda p, x: p[0] + p[1] * x[0] ** p[5] / x[1] ** p[3] + p[2] * x[0] ** p[6] / x[2] ** p[4],
    ),
    "vocabulary": (
        [5.5, 1.8, 0.2, 2.1, 0.45, 0.67, 0.45],
        [85, 25, 4.3],
        lambda p, x: -p[0] + p[1] / x[0] ** p[4] + p[2] / x[1] ** p[5] + p[3] / x[2] ** p[6],
    ),
    "injection": (
        [3, 829, 0.4, 0.15],
        [2.4, 3.34e8, 3e6, 0.01],
        lambda p, x: x[0] + p[0] * x[2] ** p[3] / ((1 + p[1] * x[3]) * x[1]) ** p[2],
    ),
    "injection-fine-tuning": (
        [1.2, 60, 0.1, 0.15],
        [3.34e8, 3e6],
        lambda p, x: p[1] / (x[0] ** p[2] * x[1] ** p[3]) + p[0],
    ),
    "forgetting-line": ([1.7, 4], [1.1], lambda p, x: -p[0] * x[0] + p[1]),
    "forgetting-steps": (
        [1e5, 20, 0.3, 0.6, 1.2, 2],
        [4e6, 500],
        lambda p, x: -(((p[0] / x[0]) ** p[2] + (p[1] / x[1]) ** p[3]) ** p[4]) + p[5],
    ),
    "retention": ([0.12, 1.05], [300], lambda p, x: -p[0] * np.log(x[0]) + p[1]),
}


def huber(r, d):
    a = np.abs(r)
    return float(np.sum(np.where(a <= d, 0.5 * a * a, d * (a - 0.5 * d))))


def polish(f, starts, rounds=4):
    simplex = lambda x, n: minimize(f, x, method="Nelder-Mead", options=dict(maxiter=n, maxfev=n, xatol=1e-12, fatol=1e-16, adaptive=True)).x  # noqa: E731
    best = min((simplex(s, 600) for s in starts), key=f)
    for _ in range(rounds):
        best = minimize(f, best, method="BFGS", options=dict(gtol=1e-12)).x
        best = simplex(best, 6000)
    return best


def repeated(folder):
    """Muennighoff's rows; the headers `tokens` and `unique_tokens` are swapped in the source."""
    rows = list(csv.DictReader(open(f"{folder}/data_constrained_muennighoff.csv")))
    x = [(float(r["params"]), float(r["unique_tokens"]), float(r["tokens"])) for r in rows]
    y = np.array([float(r["loss"]) for r in rows])
    def predict(p):
        return np.array([data_constrained(p, row, C4) for row in x])
    def value(p):
        return huber(np.log(predict(p)) - np.log(y), 1e-3)
    def r2(p):
        return float(1 - np.sum((predict(p) - y) ** 2) / np.sum((y - y.mean()) ** 2))
    free = polish(lambda q: value(np.exp(q)), [np.log([a, b]) for a in (5, 50) for b in (2, 10)])
    published = [15.387756, 5.309743]
    def least(decay):  # R*_N at a held R*_D
        one = lambda q: value([decay, np.exp(q)])  # noqa: E731
        start = min(np.linspace(-1, 4, 60), key=one)
        found = minimize(lambda q: one(q[0]), [start], method="Nelder-Mead", options=dict(xatol=1e-10, fatol=1e-16))
        return float(found.fun)
    return {
        "profile": [{"R_D": d, "objective": least(d)} for d in (4, 8, 15.4, 50, 1e3)],
        "published": {"values": published, "objective": value(published), "r2": r2(published)},
        "fit": {"values": np.exp(free).tolist(), "objective": value(np.exp(free)), "r2": r2(np.exp(free))},
        "noDecay": {"r2": r2([1e9, 1e9])},
    }


def mixing(folder):
    """The data mixing law, one per domain, on 20 mixtures of five domains at 70M, judged on six more."""
    data = json.load(open(f"{folder}/mixinglaws_5mix.json"))["70M"]
    x = np.array([r["proportions"] for r in data["train"]])
    held = np.array([r["proportions"] for r in data["eval"]])
    cases = []
    for i in range(5):
        y = np.array([r["loss"][i] for r in data["train"]])
        z = np.array([r["loss"][i] for r in data["eval"]])
        f = lambda q: huber(np.exp(q[0]) + np.exp(x @ q[1:]) - y, 0.02)  # noqa: E731
        starts = []
        for part in (0.3, 0.6, 0.8, 0.9, 0.97):
            c = part * y.min()
            starts.append(np.r_[np.log(c), np.linalg.lstsq(x, np.log(y - c), rcond=None)[0]])
        q = polish(f, starts)
        off = np.exp(q[0]) + np.exp(held @ q[1:]) - z
        cases.append({"domain": i, "objective": f(q), "c": float(np.exp(q[0])), "heldOutMae": float(np.abs(off).mean())})
    return cases


def dcpt(folder):
    """E + A/N^alpha + C/(r + epsilon)^gamma (D-CPT at one token budget), least squares on ln L, three sizes of 5Mix."""
    data = json.load(open(f"{folder}/mixinglaws_5mix.json"))
    sizes = [("70M", 18.9e6), ("160M", 85.1e6), ("305M", 201.5e6)]
    answer = []
    for i in range(5):
        rows = [(n, r["proportions"][i], r["loss"][i]) for name, n in sizes for r in data[name]["train"]]
        n, r, y = np.array(rows).T
        f = lambda q: float(  # noqa: E731
            0.5 * np.sum((np.log(np.exp(q[0]) + np.exp(q[1] - q[3] * np.log(n / 1e8)) + np.exp(q[2]) * (r + np.exp(q[5])) ** -np.exp(q[4])) - np.log(y)) ** 2)
        )
        starts = [[e, 0, c, a, g, x] for e in (-3, 0.7) for c in (-3, 0) for a in (0.2, 0.5) for g in (-2.5, -0.5) for x in (-6, -3)]
        q = polish(f, starts)
        answer.append({"domain": i, "objective": f(q), "E": float(np.exp(q[0]))})
    return answer


def tied(folder):
    """One exponent for all (mixture, domain) curves over 70M, 160M and 305M; the losses at 410M are predicted."""
    data = json.load(open(f"{folder}/mixinglaws_5mix.json"))
    sizes = [("70M", 18.9e6), ("160M", 85.1e6), ("305M", 201.5e6), ("410M", 302.3e6)]
    curves = np.array([[r["loss"] for r in data[name]["train"]] for name, _ in sizes])  # size, mixture, domain
    n = np.array([size for _, size in sizes])
    y = curves[:3].reshape(3, -1)
    def at(alpha):
        z = (n[0] / n) ** alpha
        total, floors, factors = 0.0, [], []
        for k in range(y.shape[1]):
            f = lambda q: huber(q[0] + q[1] * z[:3] - y[:, k], 0.08)  # noqa: E731
            slope = (y[0, k] - y[2, k]) / (z[0] - z[2])
            q = minimize(f, [y[2, k] - slope * z[2], slope], method="BFGS", options=dict(gtol=1e-12)).x
            if q[0] < 0:
                q = np.array([0, minimize(lambda s: f([0, s[0]]), [1.0], method="BFGS").x[0]])
            total += f(q)
            floors.append(q[0])
            factors.append(q[1])
        return total, np.array(floors) + np.array(factors) * z[3]
    grid = np.exp(np.linspace(np.log(0.02), np.log(2), 60))
    best = min(grid, key=lambda a: at(a)[0])
    from scipy.optimize import minimize_scalar
    alpha = minimize_scalar(lambda a: at(a)[0], bounds=(best / 1.2, best * 1.2), method="bounded", options=dict(xatol=1e-7)).x
    value, predicted = at(alpha)
    return {"alpha": float(alpha), "objective": value, "mae": float(np.abs(predicted - curves[3].reshape(-1)).mean())}


def regmix(folder):
    def read(name):
        rows = list(csv.reader(open(f"{folder}/regmix_{name}.csv")))
        return rows[0][1:], np.array([[float(v) for v in row[1:]] for row in rows[1:]])
    _, x = read("train_mixture_1m")
    names, y = read("train_pile_loss_1m")
    _, xt = read("test_mixture_1m")
    _, yt = read("test_pile_loss_1m")
    x /= x.sum(1, keepdims=True)
    xt /= xt.sum(1, keepdims=True)
    answer = {}
    for kind, f in (("linear", lambda m: m), ("roots", lambda m: np.hstack([m, np.sqrt(m)]))):
        a, b = f(x), f(xt)
        m = a.mean(0)
        a, b = a - m, b - m
        w = np.linalg.solve(a.T @ a + 0.01 * np.eye(a.shape[1]), a.T @ (y - y.mean(0)))
        p = b @ w + y.mean(0)
        answer[kind] = {names[j]: float(spearmanr(p[:, j], yt[:, j]).correlation) for j in range(y.shape[1])}
    return answer


def main():
    folder = sys.argv[1]
    predictions = [
        {"law": name, "p": list(map(float, p)), "x": list(map(float, x)), "value": float(f(p, x))}
        for name, (p, x, f) in FORMS.items()
    ]
    print(
        json.dumps(
            {
                "script": "tests/golden/laws-forms/forms.py",
                "predictions": predictions,
                "repeated": repeated(folder),
                "mixing": mixing(folder),
                "dcpt": dcpt(folder),
                "tied": tied(folder),
                "regmix": regmix(folder),
            },
            indent=1,
        )
    )


main()
