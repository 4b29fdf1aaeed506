"""The same model and step as the lab's, as a PyTorch user would write it. Prints one JSON line with the median tokens/s.

usage: step.py vocab,width,layers,heads,kv,ffn,context,batch eager|compile steps threads [rank of PEFT's LoRA]
"""
import json, os, resource, sys, time

import torch
import torch.nn as nn
import torch.nn.functional as F

V, D, L, H, KV, FF, T, B = map(int, sys.argv[1].split(","))
mode, steps, threads = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
torch.manual_seed(0)
W = D // H


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(D))

    def forward(self, x):
        return F.rms_norm(x, (D,), self.weight, 1e-5)


def turn(x, cos, sin):
    half = W // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.n1, self.n2 = Norm(), Norm()
        lin = lambda o, i: nn.Linear(i, o, bias=False)
        self.q, self.k, self.v, self.o = lin(D, D), lin(W * KV, D), lin(W * KV, D), lin(D, D)
        self.gate, self.up, self.down = lin(FF, D), lin(FF, D), lin(D, FF)

    def forward(self, x, cos, sin):
        h = self.n1(x)
        heads = lambda y, n: y.view(B, T, n, W).transpose(1, 2)
        q, k, v = turn(heads(self.q(h), H), cos, sin), turn(heads(self.k(h), KV), cos, sin), heads(self.v(h), KV)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=KV != H)
        x = x + self.o(a.transpose(1, 2).reshape(B, T, D))
        h = self.n2(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(V, D)
        self.blocks = nn.ModuleList(Block() for _ in range(L))
        self.norm = Norm()
        f = 1.0 / 10000 ** (torch.arange(0, W, 2).float() / W)
        angles = torch.outer(torch.arange(T).float(), f).repeat(1, 2)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, ids, targets):
        x = self.embed(ids)
        for block in self.blocks:
            x = block(x, self.cos, self.sin)
        return F.cross_entropy((self.norm(x) @ self.embed.weight.t()).view(-1, V), targets.reshape(-1))


model = Model()
for p in model.parameters():
    if p.dim() > 1:
        nn.init.normal_(p, std=0.02)
rank = int(sys.argv[5]) if len(sys.argv) > 5 else 0
if rank:
    from peft import LoraConfig, inject_adapter_in_model

    targets = ["q", "k", "v", "o", "gate", "up", "down"]
    model = inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=targets), model)
trained = [p for p in model.parameters() if p.requires_grad]
decay = [p for p in trained if p.dim() > 1]
rest = [p for p in trained if p.dim() <= 1]
compiled = mode == "compile"
opt = torch.optim.AdamW(
    [{"params": decay, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}], lr=1e-3, betas=(0.9, 0.95), fused=True if compiled else None
)
run = torch.compile(model) if compiled else model


def step():
    tokens = torch.randint(0, V, (B, T + 1))
    opt.zero_grad(set_to_none=True)
    loss = run(tokens[:, :-1], tokens[:, 1:])
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    opt.step()
    return loss.item()


for _ in range(4):
    step()
times = []
for _ in range(steps):
    t = time.perf_counter()
    step()
    times.append(time.perf_counter() - t)
times.sort()
print(json.dumps({
    "version": torch.__version__,
    "tokensPerSecond": B * T / times[len(times) // 2],
    "ms": 1000 * times[len(times) // 2],
    "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "parameters": sum(p.numel() for p in model.parameters()),
}))
