"""Masked training of a BERT as transformers has it, on batches that are hidden already; `mlm.ts` calls it.

usage: mlm.py FOLDER FEEDS     FOLDER a model, FEEDS a JSON of its steps: rows of ids, and at each place its target or -100; a rate
prints {"losses": [...], "norms": [...]}
"""
import json
import sys

import torch
from transformers import AutoModelForMaskedLM

model, info = AutoModelForMaskedLM.from_pretrained(sys.argv[1], output_loading_info=True, attn_implementation="eager")
assert not info["missing_keys"] and not info["unexpected_keys"], info
# Dropout is off; gradients are taken all the same.
model.eval()
groups = [
    {"params": [p for p in model.parameters() if p.dim() >= 2], "weight_decay": 0.1},
    {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0},
]
optimiser = torch.optim.AdamW(groups, lr=1.0, betas=(0.9, 0.95), eps=1e-8)
losses, norms = [], []
for step in json.load(open(sys.argv[2])):
    for group in optimiser.param_groups:
        group["lr"] = step["rate"]
    optimiser.zero_grad()
    loss = model(input_ids=torch.tensor(step["ids"]), labels=torch.tensor(step["labels"])).loss
    loss.backward()
    norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())
    optimiser.step()
    losses.append(loss.item())
json.dump({"losses": losses, "norms": norms}, sys.stdout)
