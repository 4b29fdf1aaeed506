/** torchtitan: recipe.py is a module with a configuration, whose loader reads the windows and whose scheduler the listed rates. */
import type { Trainer } from "../types.js";
import { inTheWay } from "./llama-like.js";

export const torchtitan: Trainer = {
  summary: "torchtitan 0.3 with FSDP: Llama",
  reference: "https://github.com/pytorch/torchtitan/blob/main/docs/checkpoint.md",
  tokens: "datatrove",
  kinds: ["llama"],
  refuses(config) {
    const [width, heads] = [config.hidden_size as number, config.num_attention_heads as number];
    if ((config.head_dim ?? width / heads) !== width / heads)
      return ["head_dim", "torchtitan's Llama has heads of hidden_size / num_attention_heads"];
    return inTheWay(config, ["default", "llama3"]);
  },
  needs:
    "torchtitan 0.3 and the torch that it asks for (it calls `torch.distributed.set_timeout`, which torch 2.13 has not)",
  seen: "on a CPU with torch 2.13, its trainer, loader, checkpoint and configuration, attention alone not compiled: the losses of 20 updates. Not run: GPUs",
  commands: ['torchrun --standalone --nproc-per-node="$gpus" -m torchtitan.train --module recipe --config handed "$@"'],
  files: () => ({ "recipe.py": recipe }),
};

const recipe = String.raw`"""A configuration of torchtitan 0.3: in this folder, torchrun -m torchtitan.train --module recipe --config handed."""
import json
import os
from dataclasses import dataclass

import torch
from torch.utils.data import IterableDataset
from torchtitan.components.checkpoint import CheckpointManager
from torchtitan.components.dataloader import ParallelAwareDataloader
from torchtitan.components.loss import ChunkedLossWrapper, CrossEntropyLoss
from torchtitan.components.optimizer import LRSchedulersContainer, OptimizersContainer, ParamGroupConfig
from torchtitan.config import TrainingConfig
from torchtitan.distributed.activation_checkpoint import FullAC, SelectiveAC
from torchtitan.distributed.pipeline_parallel import pipeline_llm
from torchtitan.models.common import ComplexRoPE, Embedding, Linear, RMSNorm
from torchtitan.models.llama3 import Llama3Model, _build_llama3_layers, parallelize_llama
from torchtitan.models.llama3.state_dict_adapter import Llama3StateDictAdapter
from torchtitan.models.common.param_init import skip_param_init
from torchtitan.protocols.model_spec import ModelSpec
from torchtitan.trainer import Trainer

from handoff import CLIP, HANDOFF, HERE, MODEL, WINDOWS, Windows, rate

SKIP = {"weight": skip_param_init}


def model_spec():
    with open(os.path.join(MODEL, "config.json")) as file:
        said = json.load(file)
    rope = said.get("rope_scaling") or said.get("rope_parameters") or {}
    dim, heads, vocab = said["hidden_size"], said["num_attention_heads"], said["vocab_size"]
    scaled = {} if rope.get("rope_type", "default") == "default" else {
        "scaling": "llama",
        "scaling_factor": rope["factor"],
        "low_freq_factor": rope["low_freq_factor"],
        "high_freq_factor": rope["high_freq_factor"],
        "original_max_position_embeddings": rope["original_max_position_embeddings"],
    }
    theta = said.get("rope_theta", rope.get("rope_theta", 10000.0))
    layers = _build_llama3_layers(
        fuse_qkv=True,
        n_layers=said["num_hidden_layers"],
        dim=dim,
        n_heads=heads,
        n_kv_heads=said.get("num_key_value_heads", heads),
        hidden_dim=said["intermediate_size"],
        rope=ComplexRoPE.Config(dim=dim // heads, max_seq_len=HANDOFF["context"], theta=theta, **scaled),
        attn_backend="flex",
    )
    for layer in layers:
        layer.attention_norm.eps = layer.ffn_norm.eps = said["rms_norm_eps"]
    model = Llama3Model.Config(
        dim=dim,
        vocab_size=vocab,
        enable_weight_tying=said.get("tie_word_embeddings", False),
        tok_embeddings=Embedding.Config(num_embeddings=vocab, embedding_dim=dim, param_init=SKIP),
        norm=RMSNorm.Config(normalized_shape=dim, eps=said["rms_norm_eps"], param_init=SKIP),
        lm_head=Linear.Config(in_features=dim, out_features=vocab, param_init=SKIP),
        layers=layers,
    )
    return ModelSpec(
        name="llama3",
        flavor="handed",
        model=model,
        parallelize_fn=parallelize_llama,
        pipelining_fn=pipeline_llm,
        post_optimizer_build_fn=None,
        state_dict_adapter=Llama3StateDictAdapter,
    )


class InOrder(IterableDataset):
    """Of every update's windows those of this rank, in order."""

    def __init__(self, rank, ranks):
        self.windows, self.rank, self.done = Windows(), rank, 0
        self.own, left = divmod(WINDOWS, ranks)
        if left:
            raise SystemExit(f"recipe.py: {WINDOWS} windows of an update do not go into {ranks} ranks")

    def __iter__(self):
        while True:
            update, i = divmod(self.done, self.own)
            if update >= HANDOFF["updates"]:
                return
            self.done += 1
            ids = self.windows[update * WINDOWS + self.rank * self.own + i]
            # One document as far as attention is concerned, as in the lab.
            yield {"input": ids[:-1], "positions": torch.arange(len(ids) - 1)}, ids[1:]

    def state_dict(self):
        return {"done": self.done}

    def load_state_dict(self, state):
        self.done = state["done"]


class WindowLoader(ParallelAwareDataloader):
    @dataclass(kw_only=True, slots=True)
    class Config(ParallelAwareDataloader.Config):
        pass

    def __init__(self, config, *, dp_world_size, dp_rank, local_batch_size, snapshot_every_n_steps=1, **_):
        super().__init__(
            InOrder(dp_rank, dp_world_size),
            dp_rank=dp_rank,
            dp_world_size=dp_world_size,
            batch_size=local_batch_size,
            snapshot_every_n_steps=snapshot_every_n_steps,
        )


class Listed(LRSchedulersContainer):
    """The rate of each update as the lab's schedule has it."""

    @dataclass(kw_only=True, slots=True)
    class Config(LRSchedulersContainer.Config):
        def build(self, *, optimizers, training_steps):
            return LRSchedulersContainer(optimizers, lambda update: rate(update) / HANDOFF["schedule"]["highest"])


def adamw_of(pattern, decay):
    kept = HANDOFF["optimiser"]
    own = {"lr": HANDOFF["schedule"]["highest"], "betas": tuple(kept["betas"]), "eps": kept["epsilon"], "weight_decay": decay}
    return ParamGroupConfig(pattern=pattern, optimizer_name="AdamW", optimizer_kwargs=own)


def handed():
    spec = model_spec()
    ranks = int(os.environ.get("WORLD_SIZE", "1"))
    own = max(1, WINDOWS // ranks)
    return Trainer.Config(
        loss=ChunkedLossWrapper.Config(loss_fn=CrossEntropyLoss.Config(global_vocab_size=spec.model.vocab_size)),
        hf_assets_path=MODEL,
        dump_folder=os.path.join(HERE, "out"),
        model_spec=spec,
        optimizer=OptimizersContainer.Config(
            param_groups=[adamw_of(r".*norm\.weight$", 0.0), adamw_of(r".*", HANDOFF["optimiser"]["weightDecay"])]
        ),
        lr_scheduler=Listed.Config(warmup_steps=0),
        training=TrainingConfig(
            local_batch_size=next(n for n in range(min(own, HANDOFF["batch"]), 0, -1) if own % n == 0),
            global_batch_size=WINDOWS,
            seq_len=HANDOFF["context"],
            max_norm=CLIP,
            steps=HANDOFF["updates"],
            mixed_precision_param=HANDOFF["precision"],
        ),
        dataloader=WindowLoader.Config(),
        checkpoint=CheckpointManager.Config(
            enable=True,
            interval=max(1, HANDOFF["updates"] // 10),
            initial_load_path=MODEL,
            initial_load_in_hf=True,
            last_save_in_hf=True,
            last_save_model_only=True,
        ),
        activation_checkpoint=FullAC.Config() if HANDOFF["recompute"] else SelectiveAC.Config(),
    )
`;
