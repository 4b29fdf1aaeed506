"""Importance and penalties as PyTorch has them: the oracle of tests/train/penalties.test.ts.

usage: penalties.py     rewrites penalties.json beside this file, from step_torch.py's micro models

Importance is the mean over sequences of `context` times the square of the gradient of the mean loss, of the text's own next
tokens or of tokens drawn from the model by the draws of `draw`. The penalties are half of lambda times the sum of
importance times the square of the way from the start, and for l2-sp the same without importance or decoupled.
"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
import step_torch as st  # noqa: E402

SEQUENCES, STEPS, BATCH, RATE = 3, 8, 4, 5e-3


def draw(sequence, context):
    return torch.from_numpy((0.37 * (np.arange(context) + 1) + 0.11 * sequence) % 1).float()


def importance(c, weights, labels):
    p = {name: torch.nn.Parameter(torch.from_numpy(w.copy())) for name, w in weights.items()}
    total = {name: torch.zeros_like(t) for name, t in p.items()}
    for s in range(SEQUENCES):
        tokens = torch.from_numpy(st.golden_tokens(c, s, 1).astype(np.int64))
        logits = st.logits_of(c, p, tokens[:, :-1])[0]
        targets = tokens[0, 1:]
        if labels == "model":
            targets = (logits.detach().softmax(-1).cumsum(-1) <= draw(s, c["context"])[:, None]).sum(-1)
        gradients = torch.autograd.grad(F.cross_entropy(logits, targets), list(p.values()))
        for name, gradient in zip(p, gradients):
            total[name] += c["context"] * gradient**2 / SEQUENCES
    return total


def train(c, weights, penalty=None, pull=0.0):
    """AdamW, the lab's defaults; `penalty` of name, leaf and start is added to the loss, `pull` is decoupled."""
    start = {name: torch.from_numpy(w.copy()) for name, w in weights.items()}
    p = {name: torch.nn.Parameter(torch.from_numpy(w.copy())) for name, w in weights.items()}
    groups = [
        {"params": [t for t in p.values() if t.dim() >= 2], "weight_decay": 0.1},
        {"params": [t for t in p.values() if t.dim() < 2], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.95), eps=1e-8)
    losses = []
    for step in range(STEPS):
        optimiser.zero_grad(set_to_none=True)
        loss = st.loss_of(c, p, torch.from_numpy(st.golden_tokens(c, step, BATCH).astype(np.int64)))
        whole = loss + sum(penalty(name, t, start[name]) for name, t in p.items()) if penalty else loss
        whole.backward()
        torch.nn.utils.clip_grad_norm_(p.values(), 1.0)
        before = {name: t.detach().clone() for name, t in p.items()}
        optimiser.step()
        with torch.no_grad():
            for name, t in p.items():
                t.sub_(RATE * pull * (before[name] - start[name]))
        losses.append(loss.item())
    return losses, p


def sums(tensors):
    return {name: [float(t.double().sum()), float(t.double().abs().sum())] for name, t in tensors.items()}


def main():
    common = dict(vocabSize=40, width=16, layers=2, heads=4, ffn=24, context=12, ropeTheta=10000, normEps=1e-5)
    llama = dict(common, kvHeads=2, norm="rms", positions="rotary", activation="swiglu", tied=True)
    gpt = dict(common, kvHeads=4, norm="layer", positions="learned", activation="gelu", tied=False)
    models = {}
    for family, c in (("llama", llama), ("gpt", gpt)):
        weights = st.golden_weights(c)
        measured = {labels: importance(c, weights, labels) for labels in ("text", "model")}
        text = measured["text"]
        penalties = {
            "none": dict(),
            "ewc": dict(penalty=lambda name, t, at: 0.5 * 30 * (text[name] * (t - at) ** 2).sum()),
            "l2-sp": dict(penalty=lambda name, t, at: 0.5 * 0.2 * ((t - at) ** 2).sum()),
            "l2-sp decoupled": dict(pull=20.0),
        }
        runs = {}
        for name, how in penalties.items():
            losses, final = train(c, weights, **how)
            runs[name] = {"losses": losses, "checksums": sums({n: t.detach() for n, t in final.items()})}
        models[family] = {"config": c, "importance": {k: sums(v) for k, v in measured.items()}, "runs": runs}
    out = {
        "made_by": f"penalties.py, PyTorch {torch.__version__.split('+')[0]}",
        "sequences": SEQUENCES,
        "batch": BATCH,
        "rates": [RATE] * STEPS,
        "models": models,
    }
    with open(os.path.join(here, "penalties.json"), "w") as f:
        json.dump(out, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
