"""Makes keeping.json beside this file: what keeps the old, each by its formula in PyTorch, in double precision, and OSF by peft 0.21 too.

    python3 tests/golden/train/keeping.py

Every case has its inputs in it, rounded to float32, so that other code can be given the same numbers.
"""

import json
import pathlib

import torch
from peft.tuners.osf.utils import decompose_weight_matrix, project_gradient_to_orthogonal_space

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


def osf_cases():
    """Directions kept of a matrix, and what is left of a gradient, in the two forms."""
    cases = {}
    for name, shape in {"tall": (6, 4), "wide": (3, 5), "square": (4, 4)}.items():
        weight, gradient, state = numbers(*shape), numbers(*shape), numbers(*shape)
        u, s, vt = torch.linalg.svd(weight, full_matrices=False)
        rank = min(shape) // 2
        u, vt = u[:, :rank], vt[:rank]
        # As peft projects the gradients of the factors, for the matrix that they make.
        sides = gradient - u @ (u.T @ gradient)
        sides = sides - (sides @ vt.T) @ vt
        core = gradient - u @ (u.T @ gradient @ vt.T) @ vt
        # A step of peft's own factors, with its own projection: it leads nowhere that "sides" takes out.
        factors = decompose_weight_matrix(weight, rank)
        low = [factors["U_low"], factors["S_low"], factors["V_low"]]
        before = (low[0] * low[1]) @ low[2]
        (before * gradient).sum().backward()
        project_gradient_to_orthogonal_space(factors)
        low = [(each - 0.1 * each.grad).detach() for each in low]
        change = ((low[0] * low[1]) @ low[2] - before).detach()
        cases[name] = {"weight": weight, "rank": rank, "gradient": gradient, "values": s[:rank], "u": u, "vt": vt, "sides": sides, "core": core, "peft": change}
    return cases


def gpm_case():
    """Saha et al. 2021: the inputs of one task, then of a second, of which the first's directions are taken out."""
    first, second, gradient = numbers(40, 6) * torch.tensor([5, 3, 1, 0.1, 0.1, 0.05]), numbers(30, 6), numbers(3, 6)
    first, second = first.float().double(), second.float().double()
    energy = 0.95
    u, s, _ = torch.linalg.svd(first.T, full_matrices=False)
    whole = (s**2).sum()
    k = int((torch.cumsum(s**2, 0) < energy * whole).sum()) + 1
    m = u[:, :k]
    rest = second.T - m @ (m.T @ second.T)
    u, s, _ = torch.linalg.svd(rest, full_matrices=False)
    whole = (second**2).sum()
    had = whole - (rest**2).sum()
    more = int((had + torch.cumsum(s**2, 0) < energy * whole).sum()) + 1
    both = torch.cat([m, u[:, :more]], 1)
    return {
        "energy": energy,
        "gram": first.T @ first,
        "secondGram": second.T @ second,
        "counts": torch.tensor([k, both.shape[1]]),
        "projector": m @ m.T,
        "secondProjector": both @ both.T,
        "gradient": gradient,
        "left": gradient - gradient @ m @ m.T,
    }


def o_lora():
    """The authors' penalty, src/uie_trainer_lora.py: |A' A^T| entry by entry, and lengths of the new matrices; with gradients."""
    before, a, b = numbers(3, 5), numbers(2, 5).requires_grad_(), numbers(4, 2).requires_grad_()
    penalty = torch.abs(before @ a.T).sum()
    lengths = torch.norm(a, p=2) + torch.norm(b, p=2)
    (0.5 * penalty + 0.125 * lengths).backward()
    return {
        "before": before,
        "a": a.detach(),
        "b": b.detach(),
        "loss": (0.5 * penalty + 0.125 * lengths).item(),
        "gradients": {"a": a.grad, "b": b.grad},
    }


golden = {"agem": agem_cases(), "reptile": reptile(), "osf": osf_cases(), "gpm": gpm_case(), "oLora": o_lora()}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(written(golden)) + "\n")
