"""Trains from a hand-off with torchtitan's own configuration, loader, checkpoint and trainer on the CPU, and prints the losses.

usage: handoff_torchtitan.py FOLDER UPDATES
       Not torchtitan's own: attention is not compiled, which has no backward pass on CPUs.
       prints {"losses": [...]}
"""
import json
import os
import sys
import types

os.environ.update(RANK="0", LOCAL_RANK="0", WORLD_SIZE="1", MASTER_ADDR="localhost", MASTER_PORT="0")
folder, updates = sys.argv[1], sys.argv[2]
os.chdir(folder)
sys.path.insert(0, folder)

import torch  # noqa: E402

torch.set_num_threads(1)
# The CPU as an accelerator, with what torchtitan reports of one.
cpu = types.ModuleType("cpu")
cpu.__dict__.update(torch.cpu.__dict__)
cpu.current_device = lambda: 0
cpu.get_device_name = lambda *_: "cpu"
cpu.get_device_properties = lambda *_: types.SimpleNamespace(total_memory=1)
cpu.memory_stats = lambda *_: {}
cpu.reset_peak_memory_stats = cpu.empty_cache = lambda: None
torch._utils._get_available_device_type = lambda: "cpu"
torch._utils._get_device_module = lambda *_: cpu

import torch.nn.attention.flex_attention as flex  # noqa: E402
import torchtitan.distributed.utils as distributed  # noqa: E402
from torchtitan.components.metrics import MetricsProcessor  # noqa: E402
from torchtitan.config import ConfigManager  # noqa: E402
from torchtitan.models.common.attention import FlexAttention  # noqa: E402

flex._validate_device = lambda *_: None
FlexAttention._compiled_flex_attn = flex.flex_attention
# It asks for what PyTorch 2.13 has not.
distributed.set_pg_timeouts = lambda *_, **__: None

losses = []
report = MetricsProcessor.log


def log(self, step, global_avg_loss, *rest, **named):
    losses.append(global_avg_loss)
    return report(self, step, global_avg_loss, *rest, **named)


MetricsProcessor.log = log
asked = ["--module", "recipe", "--config", "handed", "--training.steps", updates, "--metrics.log_freq", "1"]
trainer = ConfigManager().parse_args(asked).build()
trainer.train()
trainer.close()
print(json.dumps({"losses": losses}))
