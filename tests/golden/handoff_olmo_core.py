"""Trains from a hand-off with OLMo-core's own trainer and data loader, and prints the losses.

usage: handoff_olmo_core.py FOLDER UPDATES
       runs the folder's train.py, in one process, and prints {"losses": [...]}
"""
import json
import os
import sys

folder, updates = sys.argv[1], sys.argv[2]
os.environ.update(RANK="0", WORLD_SIZE="1", LOCAL_RANK="0", LOCAL_WORLD_SIZE="1", NUM_NODES="1", MASTER_ADDR="localhost", MASTER_PORT="0")
sys.path.insert(0, folder)
sys.argv[1:] = ["--steps", updates]

import torch  # noqa: E402
from olmo_core.train import TrainerConfig, prepare_training_environment, teardown_training_environment  # noqa: E402
from olmo_core.train.callbacks import Callback  # noqa: E402

import train  # noqa: E402

torch.set_num_threads(1)
losses = []


class Losses(Callback):
    def log_metrics(self, step, metrics):
        losses.extend(value for name, value in metrics.items() if name == "train/CE loss")


build = TrainerConfig.build
TrainerConfig.build = lambda self, *given: build(self.with_callback("losses", Losses()), *given)
prepare_training_environment(seed=1, backend="gloo")
train.main()
teardown_training_environment()
print(json.dumps({"losses": losses}))
