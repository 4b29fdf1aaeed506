"""Trains from a hand-off in a plain PyTorch loop, with what is in the folder and transformers, and prints the losses.

usage: handoff_torch.py FOLDER UPDATES
       prints {"losses": [...], "rates": [...], "first": the first update's loss before it}
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM

folder, updates = sys.argv[1], int(sys.argv[2])
sys.path.insert(0, folder)
from handoff import CLIP, HANDOFF, MODEL, RATES, WINDOWS, Windows, adamw, rate  # noqa: E402

torch.set_num_threads(1)
windows = Windows()
model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
model.train()
optimiser = adamw(model)
schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
losses = []
for update in range(updates):
    at, total = update * WINDOWS, 0.0
    for start in range(at, at + WINDOWS, HANDOFF["batch"]):
        ids = torch.stack([windows[i] for i in range(start, start + HANDOFF["batch"])])
        logits = model(ids[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())
        (loss / HANDOFF["accumulate"]).backward()
        total += loss.item() / HANDOFF["accumulate"]
    torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimiser.step()
    schedule.step()
    optimiser.zero_grad()
    losses.append(total)
print(json.dumps({"losses": losses, "rates": RATES[:updates], "first": HANDOFF["firstLoss"]}))
