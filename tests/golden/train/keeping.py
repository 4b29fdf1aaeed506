"""Makes keeping.json beside this file: what keeps the old, each by its formula in PyTorch, in double precision.

    python3 tests/golden/train/keeping.py

Every case has its inputs in it, rounded to float32, so that other code can be given the same numbers.
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)


def numbers(*shape):
    """Random, as float32 can hold them."""
    return torch.randn(*shape, dtype=torch.float32).double()


def written(value):
    if isinstance(value, torch.Tensor):
        return {"shape": list(value.shape), "data": value.flatten().tolist()}
    if isinstance(value, dict):
        return {name: written(each) for name, each in value.items()}
    return value


def flat(tensors):
    return torch.cat([tensor.flatten() for tensor in tensors.values()])


def agem(gradient, reference):
    """Chaudhry et al. 2019, equation 11."""
    g, r = flat(gradient), flat(reference)
    product = g @ r
    factor = product / (r @ r) if product < 0 else 0.0
    return {
        "projected": {name: gradient[name] - factor * reference[name] for name in gradient},
        "cosine": (product / (g.norm() * r.norm())).item(),
    }


def leaves():
    return {"a": numbers(3, 4), "b": numbers(5)}


def agem_cases():
    cases = {}
    for name, sign in {"against": -1.0, "along": 1.0}.items():
        gradient, reference, state = leaves(), leaves(), leaves()
        if sign * (flat(gradient) @ flat(reference)) < 0:
            reference = {key: -value for key, value in reference.items()}
        # An update that descends along the gradient: next - state = -gradient.
        after = {key: (state[key] - 0.125 * gradient[key]).float().double() for key in state}
        change = {key: after[key] - state[key] for key in state}
        c, r = flat(change), flat(reference)
        factor = (c @ r) / (r @ r) if c @ r > 0 else 0.0
        cases[name] = {
            "gradient": gradient,
            "reference": reference,
            **agem(gradient, reference),
            "state": state,
            "next": after,
            "nextProjected": {key: after[key] - factor * reference[key] for key in after},
        }
    return cases


def reptile():
    """theta <- snap + rate (theta - snap); snap <- theta, over the leaves and the moments alike."""
    before, now = leaves(), leaves()
    return {"before": before, "now": now, "rate": 0.25, "after": {key: before[key] + 0.25 * (now[key] - before[key]) for key in now}}


golden = {"agem": agem_cases(), "reptile": reptile()}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(written(golden)) + "\n")
