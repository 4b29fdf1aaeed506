/** handoff.py: windows and rates for whatever in Python trains from the folder. */
export const handoffPython = String.raw`"""What the lab handed over. Update u (from 0) reads the windows from u * WINDOWS on, WINDOWS of them, and trains at RATES[u].

python handoff.py computes the first update's loss and compares it with the lab's.
"""
import csv
import json
import os

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "handoff.json")) as file:
    HANDOFF = json.load(file)
with open(os.path.join(HERE, "schedule.csv")) as file:
    RATES = [float(row["rate"]) for row in csv.DictReader(file)]
MODEL = os.path.join(HERE, "model")
WINDOWS = HANDOFF["batch"] * HANDOFF["accumulate"]
CLIP = float("inf") if HANDOFF["optimiser"]["clip"] == "none" else HANDOFF["optimiser"]["clip"]


class Windows(torch.utils.data.Dataset):
    """Window i: context + 1 ids. Of formats that lay ids end to end, or of Parquet."""

    def __init__(self):
        flat = {"megatron": "tokens.bin", "datatrove": "tokens.ds", "olmo": "tokens.npy"}
        data = next((each for each in HANDOFF["data"] if each["format"] in flat), HANDOFF["data"][0])
        if data["format"] in flat:
            path = os.path.join(HERE, data["folder"], flat[data["format"]])
            self.ids = np.memmap(path, dtype=data["dtype"], mode="r").reshape(-1, HANDOFF["context"] + 1)
        else:
            from datasets import load_dataset

            path = os.path.join(HERE, data["folder"], "tokens.parquet")
            self.ids = load_dataset("parquet", data_files=path, split="train").with_format("numpy")["input_ids"]

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, i):
        return torch.from_numpy(self.ids[i].astype(np.int64))


def decay_groups(model):
    """Matrices decay, vectors do not; a tied table is there once."""
    parameters = [each for each in model.parameters() if each.requires_grad]
    matrices = [each for each in parameters if each.dim() >= 2]
    vectors = [each for each in parameters if each.dim() < 2]
    groups = [(matrices, HANDOFF["optimiser"]["weightDecay"]), (vectors, 0.0)]
    return [{"params": params, "weight_decay": decay} for params, decay in groups if params]


def adamw(model):
    """Its rate is 1: LambdaLR with rate(u) makes it that of update u."""
    kept = HANDOFF["optimiser"]
    return torch.optim.AdamW(decay_groups(model), lr=1.0, betas=tuple(kept["betas"]), eps=kept["epsilon"])


def rate(update):
    return RATES[min(update, len(RATES) - 1)]


def first_loss():
    """Mean nats per token of the first update's windows under the model as it was handed over."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32).eval()
    windows, total = Windows(), 0.0
    for i in range(WINDOWS):
        ids = windows[i][None]
        with torch.no_grad():
            total += torch.nn.functional.cross_entropy(model(ids[:, :-1]).logits[0], ids[0, 1:]).item()
    return total / WINDOWS


if __name__ == "__main__":
    here, lab = first_loss(), HANDOFF["firstLoss"]
    print(f"the first update's loss is {here:.6f}, in the lab {lab:.6f}")
    raise SystemExit(0 if abs(here - lab) < 1e-3 else "handoff.py: model or tokens are not those that were handed over")
`;
