"""PyTorch's AdamW behind clip_grad_norm_ on the weights, gradients and rates given on stdin; the oracle of optimiser.test.ts."""
import json
import sys

import torch

given = json.load(sys.stdin)
options = given["options"]
tensor = lambda a: torch.tensor(a["data"], dtype=torch.float32).reshape(a["shape"])
weights = {name: torch.nn.Parameter(tensor(a)) for name, a in given["weights"].items()}
optimiser = torch.optim.AdamW(
    [
        {"params": [w for w in weights.values() if w.dim() >= 2], "weight_decay": options["weightDecay"]},
        {"params": [w for w in weights.values() if w.dim() < 2], "weight_decay": 0.0},
    ],
    lr=1.0,
    betas=tuple(options["betas"]),
    eps=options["epsilon"],
)
norms = []
for gradients, rate in zip(given["gradients"], given["rates"]):
    for name, gradient in gradients.items():
        weights[name].grad = tensor(gradient)
    norms.append(torch.nn.utils.clip_grad_norm_(weights.values(), options["clip"]).item())
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.step()
flat = lambda named: {name: value.detach().flatten().tolist() for name, value in named.items()}
second = {name: optimiser.state[w]["exp_avg_sq"] for name, w in weights.items()}
print(json.dumps({"weights": flat(weights), "second": flat(second), "norms": norms}))
