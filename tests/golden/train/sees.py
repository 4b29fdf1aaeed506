"""Losses and gradients of models that read documents apart, a prefix from both sides and positions of their own, by transformers.

usage: sees.py     rewrites sees.json beside this file: the oracle of tests/model/sees.test.ts

Configs and weights are those of ../architectures.json; the masks are handed over whole, [batch, 1, queries, keys]. The loss is
the mean over targets of their weights: sum(weight * nats) / sum(weight). Of each gradient of the last way two numbers: its norm,
and its product with cos(0.1 * i) over the flat index i.
"""
import json
import os

import torch
import torch.nn.functional as F
from transformers import AutoConfig, AutoModelForCausalLM, __version__

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
LOOKS = json.load(open(os.path.join(HERE, "..", "architectures.json")))
CASES = ["llama, yarn", "mistral", "gemma2", "smollm3, windows", "gpt2", "gpt_neox"]
TOKENS = torch.tensor(LOOKS["batches"][0])
INPUTS, TARGETS = TOKENS[:, :-1], TOKENS[:, 1:]
BATCH, TIME = INPUTS.shape
DOCUMENTS = torch.tensor([[0] * 6 + [1] * 7 + [2] * 3, [0] * 9 + [1] * 5 + [-1] * 2])
POSITIONS = torch.tensor([[*range(6), *range(7), *range(3)], [*range(9), *range(5), 0, 1]])
PREFIX = torch.tensor([4, 11])
WEIGHTS = (torch.arange(BATCH * TIME).reshape(BATCH, TIME) % 4).float() / 2
LAST = "documents, prefix, positions"
WAYS = {
    "documents": {"documents"},
    "documents, positions": {"documents", "positions"},
    "prefix": {"prefix"},
    LAST: {"documents", "prefix", "positions"},
}


def raw(name, tensor):
    h = sum((j + 1) * ord(c) for j, c in enumerate(name)) % 997
    i = torch.arange(1, tensor.numel() + 1)
    return (2 * (i * (i + h) * 7919 % 65537).double() / 65537 - 1).reshape(tensor.shape)


def model_of(case):
    config = AutoConfig.for_model(**LOOKS["cases"][case]["config"])
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    with torch.no_grad():
        for name, tensor in parameters(model).items():
            tensor.copy_(raw(name, tensor) / 2 if tensor.dim() > 1 else tensor.double() + raw(name, tensor) / 10)
    return model


def parameters(model):
    rename = {"lm_head.weight": "embed_out.weight"} if model.config.model_type == "gpt_neox" else {}
    named = model.named_parameters(remove_duplicate=False)
    return {rename.get(n, n): t for n, t in named if n not in model.all_tied_weights_keys}


def mask(way, window=None):
    q, k = torch.arange(TIME)[:, None], torch.arange(TIME)[None]
    seen = (k <= q).expand(BATCH, TIME, TIME)
    if "prefix" in way:
        seen = seen | (k < PREFIX[:, None, None])
    if "documents" in way:
        seen = seen & (DOCUMENTS[:, :, None] == DOCUMENTS[:, None, :])
    if window is not None:
        seen = seen & ((q - k).abs() < window)
    return torch.where(seen, 0.0, torch.finfo(torch.float32).min)[:, None]


def masks(way, config):
    window = getattr(config, "sliding_window", None)
    if config.model_type in ("gemma2", "smollm3"):
        return {"full_attention": mask(way), "sliding_attention": mask(way, window)}
    return mask(way, window)


def outcome(model, way):
    model.zero_grad(set_to_none=True)
    given = {"position_ids": POSITIONS} if "positions" in way else {"position_ids": torch.arange(TIME).expand(BATCH, TIME)}
    logits = model(INPUTS, attention_mask=masks(way, model.config), **given).logits
    nats = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), TARGETS.reshape(-1), reduction="none")
    loss = (nats * WEIGHTS.reshape(-1)).sum() / WEIGHTS.sum()
    if way != WAYS[LAST]:
        return {"loss": loss.item()}
    loss.backward()
    wave = lambda g: torch.cos(0.1 * torch.arange(g.numel(), dtype=torch.float64))
    numbers = {n: [t.grad.double().norm().item(), (t.grad.double().flatten() * wave(t)).sum().item()] for n, t in parameters(model).items()}
    return {"loss": loss.item(), "gradients": {n: [float(f"{x:.6g}") for x in pair] for n, pair in numbers.items()}}


rows = {}
for case in CASES:
    model = model_of(case)
    rows[case] = {name: outcome(model, way) for name, way in WAYS.items()}
made_by = f"sees.py, transformers {__version__}, PyTorch {torch.__version__.split('+')[0]}"
given = {"documents": DOCUMENTS.tolist(), "positions": POSITIONS.tolist(), "prefix": PREFIX.tolist(), "weights": WEIGHTS.tolist()}
with open(os.path.join(HERE, "sees.json"), "w") as f:
    line = lambda value: json.dumps(value, separators=(",", ":"))
    cases = ",\n".join(f"{line(case)}: {line(row)}" for case, row in rows.items())
    f.write("{" + f'"made_by": {line(made_by)},\n"given": {line(given)},\n"cases": {{\n{cases}\n}}' + "}\n")
