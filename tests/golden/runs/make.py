"""Files as other people's tools write them, for tests/runs/rows.test.ts. Needs transformers, torch and tensorboard:
python3 tests/golden/runs/make.py. Also writes expected.json: the scalars as TensorBoard's own reader gives them."""

import json
import math
import os
import shutil
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator, TENSORS, SCALARS
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.util.tensor_util import make_tensor_proto
from torch.utils.tensorboard import SummaryWriter
from transformers import TrainerState

here = os.path.dirname(os.path.abspath(__file__))

state = TrainerState(global_step=30, epoch=1.0, max_steps=30, num_train_epochs=1, train_batch_size=8)
state.total_flos = 1.25e15
state.num_input_tokens_seen = 61440
for step in (10, 20, 30):
    state.log_history.append({"loss": 4 - step / 10, "grad_norm": 0.5, "learning_rate": 1e-3, "epoch": step / 30, "step": step})
    if step != 20:
        state.log_history.append({"eval_loss": 4.1 - step / 10, "eval_runtime": 0.25, "epoch": step / 30, "step": step})
state.log_history.append({"train_runtime": 3.5, "train_loss": math.nan, "total_flos": 1.25e15, "epoch": 1.0, "step": 30})
state.save_to_json(os.path.join(here, "trainer_state.json"))

folder = os.path.join(here, "tensorboard")
shutil.rmtree(folder, ignore_errors=True)
writer = SummaryWriter(folder, filename_suffix=".golden")
for step in range(5):
    writer.add_scalar("train/loss", 3.5 - 0.1 * step, step, walltime=1700000000 + step)
    if step % 2 == 0:
        writer.add_scalar("eval/loss", 3.25 - 0.1 * step, step, walltime=1700000000 + step)
writer.add_scalar("far", -1.5, 3_000_000_000, walltime=1700000009)
writer.add_histogram("weights", __import__("numpy").arange(10.0), 4, walltime=1700000004)
writer.add_text("note", "not a scalar", 4, walltime=1700000004)
# Newer writers (add_scalar of new_style) put the scalar in a tensor.
tensor = Summary(value=[Summary.Value(tag="as tensor", tensor=make_tensor_proto(2.5, dtype="float32"))])
writer.file_writer.add_event(Event(wall_time=1700000004, summary=tensor), step=4)
writer.close()
(name,) = os.listdir(folder)
os.rename(os.path.join(folder, name), os.path.join(folder, "events.out.tfevents.1700000000.host.1.0.golden"))

accumulator = EventAccumulator(folder, size_guidance={SCALARS: 0, TENSORS: 0}).Reload()
scalars = {tag: [[e.step, e.value] for e in accumulator.Scalars(tag)] for tag in accumulator.Tags()["scalars"]}
with open(os.path.join(here, "expected.json"), "w") as file:
    json.dump({"python": sys.version.split()[0], "scalars": scalars}, file, indent=1)
    file.write("\n")
