"""Losses of objectives with a teacher as PyTorch has them, and their gradients: the oracle of tests/train/teachers.test.ts.

usage: teachers.py     rewrites teachers.json beside this file

Of each case the value is a mean over tokens of cross-entropy and 0.7 times the teacher's term; gradients are by the student's
hidden states and its table. All numbers are made here, in float64, and rounded to float32 before anything is computed.
"""
import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(7)
N, WIDTH, VOCAB, NARROW = 6, 4, 12, 3


def draw(*shape, scale=1.0):
    return (scale * torch.randn(*shape)).float().double()


states, table, bias = draw(N, WIDTH), draw(VOCAB, WIDTH), draw(VOCAB, scale=0.3)
theirs, their_table = draw(N, NARROW), draw(VOCAB, NARROW, scale=1.5)
targets = torch.tensor([3, 0, 9, 7, 2, 5])


def logits(cap=None, biased=False):
    z = states @ table.T + (bias if biased else 0)
    return z if cap is None else cap * torch.tanh(z / cap)


def kl(p, q, reverse):
    """Of log-probabilities, each row's; F.kl_div takes what is compared first and as logs."""
    one, two = (q, p) if reverse else (p, q)
    return F.kl_div(one, two, reduction="none", log_target=True).sum(1)


def divergence(z, t=1.0, reverse=False, squared=False, ids=None, top=None, swap=False):
    u = theirs @ their_table.T
    if ids is not None:
        z, u = z[:, ids], u[:, ids]
    if swap:
        u = u.clone()
        for i in range(N):
            a, y = int(u[i].argmax()), int(targets[i])
            u[i, a], u[i, y] = u[i, y].item(), u[i, a].item()
    p, q = F.log_softmax(z / t, 1), F.log_softmax(u / t, 1)
    if top is not None:
        q, at = q.topk(top, 1)
        p = p.gather(1, at)
        rest = lambda x: torch.log1p(-x.exp().sum(1, keepdim=True))
        p, q = torch.cat([p, rest(p)], 1), torch.cat([q, rest(q)], 1)
    return kl(p, q, reverse) * (t * t if squared else 1)


cases = {
    "forward": {},
    "temperature": {"temperature": 2.5},
    "temperature, squared": {"temperature": 2.5, "squared": True},
    "reverse": {"direction": "reverse", "temperature": 1.5},
    "a grown vocabulary": {"shared": 9, "temperature": 2},
    "a grown vocabulary, reverse": {"shared": 9, "direction": "reverse"},
    "ids left out within": {"shared": 11, "without": [2, 6], "temperature": 2},
    "the 4 likeliest": {"top": 4, "temperature": 1.5},
    "the 4 likeliest, reverse": {"top": 4, "direction": "reverse"},
    "logit swap": {"swap": True},
    "logit swap of a grown vocabulary": {"swap": True, "shared": 10, "temperature": 2},
    "a head with a bias and a cap": {"bias": True, "cap": 3, "temperature": 2},
}

out = {
    "width": WIDTH,
    "states": states.tolist(),
    "table": table.tolist(),
    "bias": bias.tolist(),
    "theirs": theirs.tolist(),
    "theirTable": their_table.tolist(),
    "targets": targets.tolist(),
    "cases": {},
}
for name, how in cases.items():
    states.requires_grad_(True).grad = None
    table.requires_grad_(True).grad = None
    z = logits(how.get("cap"), how.get("bias", False))
    left = [i for i in range(how.get("shared", VOCAB)) if i not in how.get("without", [])]
    term = divergence(
        z,
        how.get("temperature", 1.0),
        how.get("direction") == "reverse",
        how.get("squared", False),
        left if len(left) < VOCAB else None,
        how.get("top"),
        how.get("swap", False),
    )
    ce = F.cross_entropy(z, targets, reduction="none")
    loss = ce.mean() + 0.7 * term.mean()
    loss.backward()
    out["cases"][name] = {
        "how": how,
        "crossEntropy": ce.tolist(),
        "divergence": term.tolist(),
        "loss": loss.item(),
        "statesGradient": states.grad.tolist(),
        "tableGradient": table.grad.tolist(),
    }


def rounded(x):
    if isinstance(x, float):
        return float(f"{x:.9g}")
    if isinstance(x, list):
        return [rounded(y) for y in x]
    return {k: rounded(v) for k, v in x.items()} if isinstance(x, dict) else x


# What is compared between hidden states: the mean square, and one minus the cosine, of rows.
states.requires_grad_(True)
wide = draw(N, WIDTH)
out["wide"] = wide.tolist()
for name, f in {
    "hidden": lambda: ((states - wide) ** 2).mean(1),
    "cosine": lambda: 1 - F.cosine_similarity(states, wide, dim=1),
}.items():
    states.grad = None
    each = f()
    each.mean().backward()
    out[name] = {"each": each.tolist(), "statesGradient": states.grad.tolist()}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "teachers.json"), "w") as file:
    json.dump(rounded(out), file, separators=(",", ":"))
    file.write("\n")
