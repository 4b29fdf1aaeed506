"""Losses on pairs and on selected tokens as PyTorch has them, and their gradients: the oracle of tests/train/pairs.test.ts.

usage: pairs.py     rewrites pairs.json beside this file

Three pairs of sequences through a micro model (step_torch.py), in float64; weights are rounded to float32 before anything is
computed. Preference: a pair's chosen sequence and its rejected one, with a weight for each token after the first; the second
rejected answer has none, so that its pair counts nothing. Gradients are by all parameters.
"""
import json
import os
import sys

import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from step_torch import logits_of, shapes  # noqa: E402

torch.manual_seed(3)
CONFIG = {
    "vocabSize": 10, "width": 4, "layers": 2, "heads": 2, "kvHeads": 1, "ffn": 6, "context": 11, "norm": "rms",
    "positions": "rotary", "activation": "swiglu", "tied": True, "ropeTheta": 10000, "normEps": 1e-5,
}
PAIRS, HALF = 3, 6


def draw():
    out = {}
    for name, shape in shapes(CONFIG).items():
        x = torch.randn(shape)
        out[name] = (0.5 * x if len(shape) > 1 else 1 + 0.1 * x).float().double()
    return out


policy, reference = draw(), draw()
tokens = torch.randint(0, CONFIG["vocabSize"], (2 * PAIRS, HALF))
# What each token after the first counts.
weights = torch.tensor(
    [[0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 0, 0, 0, 0], [1, 1, 0.5, 0, 0], [0, 1, 0, 0, 0]],
    dtype=torch.float64,
)
# Tokens of each text; padding after them.
lengths = torch.tensor([5, 6, 4, 3, 4, 3])
in_target = torch.tensor([1.0, 0.0, 0.0])


def nats(p, states=None):
    logits = logits_of(CONFIG, p, tokens[:, :-1], states)
    return F.cross_entropy(logits.reshape(-1, CONFIG["vocabSize"]), tokens[:, 1:].reshape(-1), reduction="none").view(2 * PAIRS, -1)


def answers(p):
    sums = -(nats(p) * weights).sum(1)
    return sums, sums / weights.sum(1).clamp(min=1e-6)


present = ((weights.sum(1)[0::2] > 0) & (weights.sum(1)[1::2] > 0)).double()


def over_pairs(x):
    return (x * present).sum() / present.sum()


def preference(kind, beta=0.1, gamma_over_beta=0.5, lam=0.1):
    s, m = answers(policy)
    with torch.no_grad():
        s_ref, m_ref = answers(reference)
    more = lambda x, y: (x - y)[0::2] - (x - y)[1::2]
    if kind == "dpo":
        return over_pairs(-F.logsigmoid(beta * more(s, s_ref)))
    if kind == "dpo means":
        return over_pairs(-F.logsigmoid(beta * more(m, m_ref)))
    if kind == "ipo":
        return over_pairs((more(m, m_ref) - 1 / (2 * beta)) ** 2)
    if kind == "simpo":
        return over_pairs(-F.logsigmoid(beta * (m[0::2] - m[1::2] - gamma_over_beta)))
    if kind == "clo":
        return over_pairs(-F.logsigmoid(beta * more(s, s_ref)) - m[0::2] * in_target)
    odds = m - torch.log1p(-torch.exp(m).clamp(max=1 - 1e-6))
    return over_pairs(-m[0::2] - lam * F.logsigmoid(odds[0::2] - odds[1::2]))


def contrastive(layers, tau, pool="mean", both=False, causal=1.0, weight=1.0):
    states = []
    each = nats(policy, states)
    real = torch.arange(HALF - 1)[None, :] < lengths[:, None]
    counts = (torch.arange(1, HALF)[None, :] < lengths[:, None]).double()
    own = (each * counts).sum() / counts.sum()
    losses = []
    for layer in layers:
        x = states[layer]
        if pool == "mean":
            z = (x * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        else:
            z = x[torch.arange(2 * PAIRS), real.sum(1) - 1]
        cosines = F.cosine_similarity(z[0::2][:, None], z[1::2][None], dim=-1)
        right = torch.arange(PAIRS)
        loss = F.cross_entropy(cosines / tau, right)
        losses.append((loss + F.cross_entropy(cosines.T / tau, right)) / 2 if both else loss)
    return causal * own + weight * torch.stack(losses).mean()


def select(share):
    each = nats(policy).view(-1)
    with torch.no_grad():
        excess = each - nats(reference).view(-1)
        chosen = excess.topk(round(share * len(excess))).indices
    return each[chosen].mean()


cases = {
    "dpo": lambda: preference("dpo", 0.3),
    "dpo means": lambda: preference("dpo means", 0.3),
    "ipo": lambda: preference("ipo"),
    "orpo": lambda: preference("orpo", lam=0.4),
    "simpo": lambda: preference("simpo", 2),
    "clo": lambda: preference("clo", 0.3),
    "mid-align": lambda: contrastive([1], 0.1),
    "afp": lambda: contrastive([1], 0.05, pool="last", causal=1.5),
    "prealign, both directions": lambda: contrastive([0, 1, 2], 0.1, both=True, weight=0.5),
    "select": lambda: select(0.6),
}


def rounded(x):
    if isinstance(x, float):
        return float(f"{x:.9g}")
    return [rounded(y) for y in x] if isinstance(x, list) else {k: rounded(v) for k, v in x.items()} if isinstance(x, dict) else x


def arrays(of):
    return {name: t.flatten().tolist() for name, t in of.items()}


out = {
    "config": CONFIG,
    "policy": arrays(policy),
    "reference": arrays(reference),
    "tokens": tokens.flatten().tolist(),
    "weights": weights.tolist(),
    "lengths": lengths.tolist(),
    "cases": {},
}
for name, loss_of in cases.items():
    for p in policy.values():
        p.requires_grad_(True).grad = None
    loss = loss_of()
    loss.backward()
    grads = {key: torch.zeros_like(p) if p.grad is None else p.grad for key, p in policy.items()}
    out["cases"][name] = {"loss": loss.item(), "gradients": {k: [float(f"{v:.7g}") for v in g.flatten().tolist()] for k, g in grads.items()}}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pairs.json"), "w") as file:
    json.dump(rounded(out), file, separators=(",", ":"))
    file.write("\n")
