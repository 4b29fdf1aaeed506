"""Muon, Lion and rates by role as PyTorch has them: the oracle of tests/train/optimisers.test.ts.

usage: optimisers.py golden     rewrites optimisers.json beside this file: twenty steps of step_torch.py's micro models
       optimisers.py live       reads {weights, gradients, rates, cases: [{optimiser, options}]} as JSON on stdin, prints
                               weights and norms of each

Muon is torch.optim.Muon kept in float32 (its iteration rounds to bfloat16, which no CPU graph does), AdamW torch.optim.AdamW,
Lion algorithm 2 of Chen et al. 2023, arXiv:2302.06675. Clipping is torch.nn.utils.clip_grad_norm_ over all parameters.
"""
import json
import os
import sys

import numpy as np
import torch

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
import step_torch  # noqa: E402

torch.Tensor.bfloat16 = torch.Tensor.clone


class Lion(torch.optim.Optimizer):
    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            (b1, b2), lr = group["betas"], group["lr"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                update = torch.sign(b1 * m + (1 - b1) * p.grad)
                p.mul_(1 - lr * group["weight_decay"]).sub_(lr * update)
                m.mul_(b2).add_(p.grad, alpha=1 - b2)


def role(name):
    for known, ends in (
        ("embedding", ("embed_tokens.weight",)),
        ("head", ("lm_head.weight",)),
        ("positions", ("embed_positions.weight",)),
        ("norms", ("norm.weight", "norm.bias")),
    ):
        if name.endswith(ends):
            return known
    return "layers"


def optimisers(kind, options, parameters):
    """What steps, each with a factor of the rate for every group of parameters."""
    decay = options["weightDecay"]
    rates = options.get("rates", {})

    def groups(names, factor=1.0):
        return [
            {
                "params": [parameters[n]],
                "factor": factor * rates.get(role(n), 1.0),
                "weight_decay": decay if parameters[n].dim() >= 2 else 0.0,
            }
            for n in names
        ]

    if kind == "lion":
        return [Lion(groups(parameters), dict(lr=1.0, betas=options["betas"]))]
    inner = options["adamw"] if kind == "muon" else options
    ours = [n for n, p in parameters.items() if kind == "muon" and p.dim() == 2 and role(n) == "layers"]
    rest = groups([n for n in parameters if n not in ours], inner.get("rate", 1.0))
    adamw = torch.optim.AdamW(rest, lr=1.0, betas=tuple(inner["betas"]), eps=inner["epsilon"])
    if not ours:
        return [adamw]
    muon = torch.optim.Muon(
        groups(ours),
        lr=1.0,
        momentum=options["momentum"],
        nesterov=options["nesterov"],
        ns_steps=options["iterations"],
        adjust_lr_fn={"match-rms": "match_rms_adamw", "original": "original"}[options["scale"]],
    )
    return [muon, adamw]


def update(all_of_them, parameters, clip, rate):
    most = float("inf") if clip == "none" else clip
    norm = torch.nn.utils.clip_grad_norm_(parameters.values(), most).item()
    for each in all_of_them:
        for group in each.param_groups:
            group["lr"] = rate * group["factor"]
        each.step()
    return norm


def descend(given):
    tensor = lambda a: torch.tensor(a["data"], dtype=torch.float32).reshape(a["shape"])
    parameters = {name: torch.nn.Parameter(tensor(a)) for name, a in given["weights"].items()}
    options = given["options"]
    steppers = optimisers(given["optimiser"], options, parameters)
    norms = []
    for gradients, rate in zip(given["gradients"], given["rates"]):
        for name, gradient in gradients.items():
            parameters[name].grad = tensor(gradient)
        norms.append(update(steppers, parameters, options["clip"], rate))
    return {"weights": {name: p.detach().flatten().tolist() for name, p in parameters.items()}, "norms": norms}


def live():
    given = json.load(sys.stdin)
    print(json.dumps([descend({**given, **case}) for case in given["cases"]]))


def golden():
    adamw = {"betas": [0.9, 0.95], "epsilon": 1e-8}
    rates = {"embedding": 0.5, "norms": 2.0, "head": 0.25, "positions": 3.0, "layers": 1.5}
    muon = {"momentum": 0.95, "nesterov": True, "iterations": 5, "weightDecay": 0.1, "clip": 1}
    cases = {
        "adamw by role": ("adamw", {**adamw, "weightDecay": 0.1, "clip": 1, "rates": rates}, 5e-3),
        "lion": ("lion", {"betas": [0.9, 0.99], "weightDecay": 1, "clip": 1}, 1e-3),
        "lion by role": ("lion", {"betas": [0.9, 0.99], "weightDecay": 1, "clip": "none", "rates": rates}, 1e-3),
        "muon": ("muon", {**muon, "scale": "match-rms", "adamw": {"rate": 1, **adamw}}, 5e-3),
        "muon, original": ("muon", {**muon, "scale": "original", "nesterov": False, "adamw": {"rate": 0.25, **adamw}, "rates": rates}, 2e-2),
    }
    with open(os.path.join(here, "..", "step.json")) as f:
        models = {name: run["config"] for name, run in json.load(f)["runs"].items()}
    steps, batch = 20, 4
    runs = []
    for name, (kind, options, peak) in cases.items():
        for family, c in models.items():
            parameters = {n: torch.nn.Parameter(torch.from_numpy(w)) for n, w in step_torch.golden_weights(c).items()}
            steppers = optimisers(kind, options, parameters)
            lr = [peak * min(1, (s + 1) / 5) for s in range(steps)]
            losses, norms = [], []
            for s in range(steps):
                for p in parameters.values():
                    p.grad = None
                loss = step_torch.loss_of(c, parameters, torch.from_numpy(step_torch.golden_tokens(c, s, batch).astype(np.int64)))
                loss.backward()
                norms.append(update(steppers, parameters, options["clip"], lr[s]))
                losses.append(loss.item())
            final = {n: p.detach().numpy().astype(np.float64) for n, p in parameters.items()}
            sums = {n: [float(w.sum()), float(np.abs(w).sum())] for n, w in final.items()}
            runs.append(dict(name=name, family=family, optimiser=kind, options=options, rates=lr, losses=losses, norms=norms, checksums=sums))
    out = {"made_by": f"optimisers.py, PyTorch {torch.__version__.split('+')[0]}", "batch": batch, "models": models, "runs": runs}
    with open(os.path.join(here, "optimisers.json"), "w") as f:
        json.dump(out, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    {"golden": golden, "live": live}[sys.argv[1]]()
