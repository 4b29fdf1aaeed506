"""The oracle of the training step: the lab's model and optimiser as PyTorch has them.

usage: step_torch.py golden                    rewrites step.json beside this file: two micro models, 20 steps each
       step_torch.py live WEIGHTS CONFIG BATCHES RATES OUT THREADS
           WEIGHTS  safetensors with the parameters        CONFIG  JSON of a ModelConfig
           BATCHES  int32, [steps, batch, context + 1]     RATES   JSON list of learning rates
           OUT      safetensors, written: the parameters after the last step
           prints {"losses": [...], "norms": [...]}
"""
import json
import math
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F


def shapes(c):
    """Parameter names and shapes in the lab's order."""
    width, kv = c["width"], c["width"] // c["heads"] * c["kvHeads"]
    out = {"model.embed_tokens.weight": [c["vocabSize"], width]}
    if c["positions"] == "learned":
        out["model.embed_positions.weight"] = [c["context"], width]

    def norm(name):
        out[name + ".weight"] = [width]
        if c["norm"] == "layer":
            out[name + ".bias"] = [width]

    for i in range(c["layers"]):
        at = f"model.layers.{i}"
        norm(at + ".input_layernorm")
        for name, rows in (("q_proj", width), ("k_proj", kv), ("v_proj", kv), ("o_proj", width)):
            out[f"{at}.self_attn.{name}.weight"] = [rows, width]
        norm(at + ".post_attention_layernorm")
        if c["activation"] == "swiglu":
            out[at + ".mlp.gate_proj.weight"] = [c["ffn"], width]
        out[at + ".mlp.up_proj.weight"] = [c["ffn"], width]
        out[at + ".mlp.down_proj.weight"] = [width, c["ffn"]]
    norm("model.norm")
    if not c["tied"]:
        out["lm_head.weight"] = [c["vocabSize"], width]
    return out


def logits_of(c, p, inputs, states=None):
    """What `states` is given is filled with the residual stream before the first layer and after each."""
    batch, time = inputs.shape
    width, heads, kv = c["width"], c["heads"], c["kvHeads"]
    head_width = width // heads

    def norm(x, at):
        if c["norm"] == "rms":
            return F.rms_norm(x, (width,), p[at + ".weight"], c["normEps"])
        return F.layer_norm(x, (width,), p[at + ".weight"], p[at + ".bias"], c["normEps"])

    half = head_width // 2
    frequency = c["ropeTheta"] ** (-torch.arange(half, dtype=torch.float64) / half)
    angle = torch.outer(torch.arange(time, dtype=torch.float64), frequency)
    cos, sin = angle.cos().float(), angle.sin().float()

    def rotate(x):
        if c["positions"] != "rotary":
            return x
        a, b = x[..., :half], x[..., half:]
        return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)

    x = p["model.embed_tokens.weight"][inputs]
    if c["positions"] == "learned":
        x = x + p["model.embed_positions.weight"][:time]
    if states is not None:
        states.append(x)
    for i in range(c["layers"]):
        at = f"model.layers.{i}"
        h = norm(x, at + ".input_layernorm")
        split = lambda name, count: F.linear(h, p[f"{at}.self_attn.{name}.weight"]).view(batch, time, count, head_width).transpose(1, 2)
        q, k, v = rotate(split("q_proj", heads)), rotate(split("k_proj", kv)), split("v_proj", kv)
        out = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=kv != heads)
        x = x + F.linear(out.transpose(1, 2).reshape(batch, time, width), p[at + ".self_attn.o_proj.weight"])
        h = norm(x, at + ".post_attention_layernorm")
        up = F.linear(h, p[at + ".mlp.up_proj.weight"])
        inner = F.silu(F.linear(h, p[at + ".mlp.gate_proj.weight"])) * up if c["activation"] == "swiglu" else F.gelu(up)
        x = x + F.linear(inner, p[at + ".mlp.down_proj.weight"])
        if states is not None:
            states.append(x)
    head = p["model.embed_tokens.weight" if c["tied"] else "lm_head.weight"]
    return F.linear(norm(x, "model.norm"), head)


def loss_of(c, p, tokens):
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    logits = logits_of(c, p, inputs)
    return F.cross_entropy(logits.view(-1, c["vocabSize"]), targets.reshape(-1))


def train(c, weights, batches, rates):
    """AdamW with decay on matrices only, after clip_grad_norm_: the lab's defaults."""
    p = {name: torch.nn.Parameter(torch.from_numpy(weights[name].copy())) for name in shapes(c)}
    groups = [
        {"params": [t for t in p.values() if t.dim() >= 2], "weight_decay": 0.1},
        {"params": [t for t in p.values() if t.dim() < 2], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=1.0, betas=(0.9, 0.95), eps=1e-8)
    losses, norms = [], []
    for tokens, rate in zip(batches, rates):
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.zero_grad(set_to_none=True)
        loss = loss_of(c, p, torch.from_numpy(tokens.astype(np.int64)))
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(p.values(), 1.0).item())
        optimiser.step()
        losses.append(loss.item())
    return losses, norms, {name: t.detach().numpy() for name, t in p.items()}


# The goldens' weights and tokens are formulas, so that both sides can make them without a file.
def golden_weights(c):
    out = {}
    for k, (name, shape) in enumerate(shapes(c).items()):
        i = np.arange(math.prod(shape), dtype=np.float64)
        wave = np.sin(0.7 * (k + 1) + 1.3 * i + 0.01 * i * i)
        values = 0.2 * wave if len(shape) > 1 else (0.1 * wave if name.endswith(".bias") else 1 + 0.1 * wave)
        out[name] = values.astype(np.float32).reshape(shape)
    return out


def golden_tokens(c, step, batch):
    """A line with a step of its own for each row: something that can be learned."""
    row = np.arange(batch)[:, None]
    at = np.arange(c["context"] + 1)[None, :]
    return ((7 * step + 5 * row + (1 + row % 3) * at) % c["vocabSize"]).astype(np.int32)


def golden():
    common = dict(vocabSize=40, width=16, layers=2, heads=4, ffn=24, context=12, ropeTheta=10000, normEps=1e-5)
    llama = dict(common, kvHeads=2, norm="rms", positions="rotary", activation="swiglu", tied=True)
    gpt = dict(common, kvHeads=4, norm="layer", positions="learned", activation="gelu", tied=False)
    steps, batch = 20, 4
    rates = [5e-3 * (s + 1) / 5 if s < 5 else 5e-3 for s in range(steps)]
    runs = {}
    for family, c in (("llama", llama), ("gpt", gpt)):
        batches = [golden_tokens(c, s, batch) for s in range(steps)]
        losses, norms, final = train(c, golden_weights(c), batches, rates)
        sums = {name: [float(w.astype(np.float64).sum()), float(np.abs(w.astype(np.float64)).sum())] for name, w in final.items()}
        runs[family] = {"config": c, "losses": losses, "norms": norms, "checksums": sums}
    out = {"made_by": f"step_torch.py, PyTorch {torch.__version__.split('+')[0]}", "batch": batch, "rates": rates, "runs": runs}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "step.json"), "w") as f:
        json.dump(out, f, indent=1)
        f.write("\n")


def live(weights, config, batches, rates, out, threads):
    from safetensors.numpy import load_file, save_file

    torch.set_num_threads(int(threads))
    with open(config) as f:
        c = json.load(f)
    with open(rates) as f:
        rates = json.load(f)
    tokens = np.fromfile(batches, dtype=np.int32).reshape(len(rates), -1, c["context"] + 1)
    losses, norms, final = train(c, load_file(weights), tokens, rates)
    save_file({name: np.ascontiguousarray(w) for name, w in final.items()}, out)
    print(json.dumps({"losses": losses, "norms": norms}))


if __name__ == "__main__":
    {"golden": golden, "live": live}[sys.argv[1]](*sys.argv[2:])
