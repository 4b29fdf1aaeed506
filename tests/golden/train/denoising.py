"""Windows of denoising objectives, and their loss and gradients by transformers: the oracle of tests/train/denoising.test.ts.

usage: denoising.py     rewrites denoising.json beside this file

Windows are made here from cuts and masks that are written down, in the words of the papers' code and not of the lab's. The model is
"llama" of ../architectures.json, weights too. The loss is sum(weight * nats) / sum(weight) over the batch; of each gradient
two numbers: its norm, and its product with cos(0.1 * i) over the flat index i. `lengths` are
T5's random_spans_helper, with the one span at least that its mask has (the helper counts none of 64 tokens in 22 of noise).
"""
import json
import os

import torch
import torch.nn.functional as F
from transformers import AutoConfig, AutoModelForCausalLM, __version__

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
LOOKS = json.load(open(os.path.join(HERE, "..", "architectures.json")))
CONTEXT, END = 16, 0
P, S, M = 301, 302, 303
SENTINELS = [300, 299, 298, 297, 296]
MODES = {"R": 290, "S": 291, "X": 292}
TEXT = list(range(10, 10 + CONTEXT + 1))


def lengths(inputs_length, density, mean):
    def of(tokens):
        noise = int(round(tokens * density))  # half to even, as tf.round
        spans = int(round(noise / mean))
        noise, spans = max(noise, 1), max(spans, 1)
        return tokens - noise + spans + 1, noise + spans + 1
    tokens = inputs_length
    while of(tokens + 1)[0] <= inputs_length:
        tokens += 1
    inputs, targets = of(tokens)
    if density == 0.5 and targets > inputs:
        tokens, targets = tokens - 1, targets - 1
    return [tokens, targets]


def fim(ids, cuts, spm):
    """As Megatron's permute(): the suffix gives what three sentinels take."""
    a, b = cuts
    prefix, middle, suffix = ids[:a], ids[a:b], ids[b:]
    suffix = suffix[: len(suffix) - 3]
    return [P, S, *suffix, M, *prefix, *middle] if spm else [P, *prefix, S, *suffix, M, *middle]


def spans(ids, mask):
    """Of [text, noise, ...]: each run of noise becomes a sentinel; targets are the complement."""
    def sentinelled(noise):
        out, n = [], 0
        for i, (token, dark) in enumerate(zip(ids, noise)):
            if not dark:
                out.append(token)
            elif i == 0 or not noise[i - 1]:
                out.append(SENTINELS[n])
                n += 1
        return out
    inputs = sentinelled(mask)
    targets, n = [], 0
    for i, (token, dark) in enumerate(zip(ids, mask)):
        if dark and (i == 0 or not mask[i - 1]):
            targets.append(SENTINELS[n])
            n += 1
        if dark:
            targets.append(token)
    return inputs, targets


def row(tokens, first, last, prefix=0):
    """Targets from index `first` to before `last` are learned; the rest of the window is ends of text."""
    tokens = tokens + [END] * (CONTEXT + 1 - len(tokens))
    return {"tokens": tokens, "weights": [float(first <= i + 1 < last) for i in range(CONTEXT)], "prefix": prefix}


def denoised(mode, ids, mask, both):
    inputs, targets = spans(ids, mask)
    inputs = ([MODES[mode]] if mode else []) + inputs
    whole = inputs + targets + [END]
    return row(whole, len(inputs), len(whole), len(inputs) if both else 0)


MASKS = {
    "spans": [0, 0, 1, 1, 0, 0, 0, 1, 1, 1],
    "suffix": [0, 0, 0, 0, 0, 0, 0, 1, 1, 1],
    "half": [0, 1, 1, 0, 0, 1, 0, 1],
}
WINDOWS = {
    "fim, prefix first": row(fim(TEXT, [4, 9], False), 1, CONTEXT + 1),
    "fim, suffix first": row(fim(TEXT, [4, 9], True), 1, CONTEXT + 1),
    "spans": denoised(None, TEXT[:10], MASKS["spans"], False),
    "S, both-sided": denoised("S", TEXT[:10], MASKS["suffix"], True),
    "X": denoised("X", TEXT[:8], MASKS["half"], False),
    "prefix-lm": {"tokens": TEXT, "weights": [float(i + 1 >= 6) for i in range(CONTEXT)], "prefix": 6},
}


def raw(name, tensor):
    h = sum((j + 1) * ord(c) for j, c in enumerate(name)) % 997
    i = torch.arange(1, tensor.numel() + 1)
    return (2 * (i * (i + h) * 7919 % 65537).double() / 65537 - 1).reshape(tensor.shape)


def model():
    config = AutoConfig.for_model(**LOOKS["cases"]["llama"]["config"])
    made = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    with torch.no_grad():
        for name, tensor in made.named_parameters():
            tensor.copy_(raw(name, tensor) / 2 if tensor.dim() > 1 else tensor.double() + raw(name, tensor) / 10)
    return made


rows = list(WINDOWS.values())
tokens = torch.tensor([r["tokens"] for r in rows])
weights = torch.tensor([r["weights"] for r in rows])
prefix = torch.tensor([r["prefix"] for r in rows])
q, k = torch.arange(CONTEXT)[:, None], torch.arange(CONTEXT)[None]
seen = (k <= q) | (k < prefix[:, None, None])
mask = torch.where(seen, 0.0, torch.finfo(torch.float32).min)[:, None]
llama = model()
logits = llama(tokens[:, :-1], attention_mask=mask).logits
nats = F.cross_entropy(logits.transpose(1, 2), tokens[:, 1:], reduction="none")
loss = (nats * weights).sum() / weights.sum()
loss.backward()
by_row = ((nats * weights).sum(1) / weights.sum(1)).tolist()
wave = lambda g: torch.cos(0.1 * torch.arange(g.numel(), dtype=torch.float64))
number = lambda x: float(f"{x:.7g}")
gradients = {n: [number(t.grad.double().norm().item()), number((t.grad.double().flatten() * wave(t)).sum().item())] for n, t in llama.named_parameters()}
out = {
    "made_by": f"denoising.py, transformers {__version__}, PyTorch {torch.__version__.split('+')[0]}",
    "text": TEXT, "sentinels": SENTINELS, "modes": MODES, "marks": [P, S, M], "cuts": [4, 9],
    "masks": MASKS,
    "lengths": {f"{n}/{d}/{m}": lengths(n, d, m) for n, d, m in [(512, .15, 3), (128, .15, 3), (128, .15, 8), (128, .5, 3), (128, .5, 8), (128, .15, 64), (128, .5, 64)]},
    "windows": WINDOWS,
    "loss": number(loss.item()), "bySequence": [number(x) for x in by_row], "gradients": gradients,
}
with open(os.path.join(HERE, "denoising.json"), "w") as f:
    line = lambda value: json.dumps(value, separators=(",", ":"))
    f.write("{" + ",\n".join(f"{line(key)}: {line(value)}" for key, value in out.items()) + "}\n")
