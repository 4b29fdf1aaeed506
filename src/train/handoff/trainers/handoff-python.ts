/** handoff.py: windows and rates for whatever in Python trains from the folder. */
export const handoffPython = String.raw`"""What the lab handed over. Update u (from 0) reads the windows from u * WINDOWS on, WINDOWS of them, and trains at RATES[u]."""
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
    """Window i: context + 1 ids. Of formats that lay ids end to end."""

    def __init__(self):
        flat = {"megatron": "tokens.bin", "datatrove": "tokens.ds", "olmo": "tokens.npy"}
        data = next((each for each in HANDOFF["data"] if each["format"] in flat), None)
        if data is None:
            raise SystemExit("handoff.py: no flat tokens here: export with --tokens olmo, datatrove or megatron")
        path = os.path.join(HERE, data["folder"], flat[data["format"]])
        self.ids = np.memmap(path, dtype=data["dtype"], mode="r").reshape(-1, HANDOFF["context"] + 1)

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
`;
