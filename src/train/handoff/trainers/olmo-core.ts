/** OLMo-core: train.py builds the model from config.json, loads it, and reads the windows of the raw tokens unshuffled. */
import type { Trainer } from "../types.js";
import { inTheWay } from "./llama-like.js";

export const olmoCore: Trainer = {
  summary: "OLMo-core 3 with FSDP: Llama, Qwen 3 and OLMo 2",
  reference: "https://github.com/allenai/OLMo-core/blob/main/src/examples/llm/train.py",
  tokens: "olmo",
  kinds: ["llama", "qwen3", "olmo2"],
  refuses: (config) => inTheWay(config, ["default"]),
  needs: "`pip install 'ai2-olmo-core[transformers]==3.0.0'`",
  seen: "on CPUs, the losses of 20 updates of small Llamas, Qwens 3 and OLMos 2. Not run: GPUs",
  commands: ['torchrun --standalone --nproc-per-node="$gpus" train.py "$@"'],
  files: () => ({ "train.py": train }),
};

const train = String.raw`"""Trains from this folder with OLMo-core: torchrun --nproc-per-node=N train.py."""
import argparse
import json
import os
from dataclasses import dataclass

import torch
from olmo_core.config import DType
from olmo_core.data import NumpyDataLoaderConfig, NumpyDatasetDType, NumpyFSLDatasetConfig, TokenizerConfig
from olmo_core.distributed.parallel import DataParallelType
from olmo_core.distributed.utils import get_world_size
from olmo_core.nn.feed_forward import FeedForwardConfig
from olmo_core.nn.hf import load_hf_model
from olmo_core.nn.layer_norm import LayerNormType
from olmo_core.nn.transformer import TransformerBlockType, TransformerConfig
from olmo_core.optim import AdamWConfig, OptimGroupOverride, Scheduler
from olmo_core.train import Duration, TrainerConfig, prepare_training_environment, teardown_training_environment
from olmo_core.train.callbacks import CheckpointerCallback, ConsoleLoggerCallback
from olmo_core.train.train_module import TransformerDataParallelConfig, TransformerTrainModuleConfig

from handoff import CLIP, HANDOFF, HERE, MODEL, WINDOWS, rate

# What OLMo-core has, window by window: the last token of each is a target alone.
SIZE = HANDOFF["context"] + 1


@dataclass
class Listed(Scheduler):
    """The rate of each update as the lab's schedule has it."""

    def get_lr(self, initial_lr, current, t_max):
        return rate(current - 1)


def model_config():
    with open(os.path.join(MODEL, "config.json")) as file:
        said = json.load(file)
    rope = said.get("rope_parameters") or {}
    kind = said["model_type"]
    own = {
        "llama": {},
        "qwen3": {"layer_norm_name": LayerNormType.qwen_rms, "qk_norm": True, "use_head_qk_norm": True, "rope_full_precision": False},
        "olmo2": {"block_name": TransformerBlockType.reordered_norm, "qk_norm": True},
    }[kind]
    return TransformerConfig.llama_like(
        d_model=said["hidden_size"],
        vocab_size=said["vocab_size"],
        n_layers=said["num_hidden_layers"],
        n_heads=said["num_attention_heads"],
        n_kv_heads=said.get("num_key_value_heads", said["num_attention_heads"]),
        head_dim=said.get("head_dim"),
        rope_theta=said.get("rope_theta", rope.get("rope_theta", 10000)),
        layer_norm_eps=said["rms_norm_eps"],
        feed_forward=FeedForwardConfig(hidden_size=said["intermediate_size"], bias=False),
        tie_word_embeddings=said.get("tie_word_embeddings", False),
        **own,
    )


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", default=os.path.join(HERE, "out"))
    asked.add_argument("--steps", type=int, default=HANDOFF["updates"], help="stop earlier; rates stay those of the whole run")
    args = asked.parse_args()
    ranks = get_world_size()
    own, left = divmod(WINDOWS, ranks)
    if left:
        raise SystemExit(f"train.py: {WINDOWS} windows of an update do not go into {ranks} processes")
    at_once = next(n for n in range(min(own, HANDOFF["batch"]), 0, -1) if own % n == 0)
    kept, data = HANDOFF["optimiser"], HANDOFF["data"][0]
    half = HANDOFF["precision"] == "bfloat16"
    module = TransformerTrainModuleConfig(
        rank_microbatch_size=at_once * SIZE,
        max_sequence_length=SIZE,
        optim=AdamWConfig(
            lr=HANDOFF["schedule"]["highest"],
            betas=tuple(kept["betas"]),
            eps=kept["epsilon"],
            weight_decay=kept["weightDecay"],
            group_overrides=[OptimGroupOverride(params=["*norm.weight"], opts={"weight_decay": 0.0})],
        ),
        max_grad_norm=CLIP if CLIP < float("inf") else None,
        scheduler=Listed(),
        autocast_precision=DType.bfloat16 if half and ranks == 1 else None,
        dp_config=None
        if ranks == 1
        else TransformerDataParallelConfig(name=DataParallelType.fsdp, param_dtype=DType.bfloat16 if half else DType.float32, reduce_dtype=DType.float32),
    ).build(model_config().build(init_device="meta"))
    state = module.model.state_dict()
    load_hf_model(MODEL, state, work_dir=args.out)
    module.model.load_state_dict(state)

    tokenizer = TokenizerConfig(HANDOFF["model"]["vocabSize"], HANDOFF["model"]["endOfText"], HANDOFF["model"]["endOfText"])
    dataset = NumpyFSLDatasetConfig(
        paths=[os.path.join(HERE, data["folder"], "tokens.npy")],
        dtype=NumpyDatasetDType(data["dtype"]),
        sequence_length=SIZE,
        tokenizer=tokenizer,
        work_dir=os.path.join(args.out, "work"),
    ).build()
    loader = NumpyDataLoaderConfig(global_batch_size=WINDOWS * SIZE, seed=HANDOFF["seed"]).build(dataset, dp_process_group=module.dp_process_group)
    loader.shuffle = False
    trainer = (
        TrainerConfig(save_folder=args.out, save_overwrite=True, max_duration=Duration.steps(HANDOFF["updates"]), hard_stop=Duration.steps(args.steps), metrics_collect_interval=1)
        # Saving before the first update would count one for the optimiser: PyTorch steps once to have a state to save.
        .with_callback("checkpointer", CheckpointerCallback(save_interval=max(1, HANDOFF["updates"] // 10), pre_train_checkpoint=False))
        .with_callback("console", ConsoleLoggerCallback(metrics_log_interval=1))
        .build(module, loader)
    )
    trainer.maybe_load_checkpoint()
    trainer.fit()


if __name__ == "__main__":
    prepare_training_environment(seed=HANDOFF["seed"], backend="cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
    main()
    teardown_training_environment()
`;
