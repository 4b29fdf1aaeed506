/**
 * Megatron-LM's pretrain_gpt.py: its arguments in megatron.args, one a line, and train.py, which gives it the windows in order and
 * the listed rates, for its own data sets are shuffled and its own schedules are other curves. Megatron-Bridge converts the model.
 */
import type { Trainer } from "../types.js";
import { type Config, inTheWay, ropeOf } from "./llama-like.js";

export const megatron: Trainer = {
  summary: "Megatron-LM, with Megatron-Bridge for the model: Llama, Mistral, Qwen 2 and 3",
  reference: "https://github.com/NVIDIA/Megatron-LM/blob/main/pretrain_gpt.py",
  tokens: "megatron",
  kinds: ["llama", "mistral", "qwen2", "qwen3"],
  refuses(config) {
    const {
      type,
      low_freq_factor: low,
      high_freq_factor: high,
      original_max_position_embeddings: from,
    } = ropeOf(config);
    if (type === "llama3" && !(low === 1 && high === 4 && from === 8192))
      return ["rope_scaling", "Megatron has Llama 3's of factors 1 and 4 over 8192 positions"];
    if (!Number.isInteger(ropeOf(config).theta)) return ["rope_theta", "Megatron reads a whole number"];
    return inTheWay(config, ["default", "llama3"]);
  },
  needs:
    "a clone of [Megatron-LM](https://github.com/NVIDIA/Megatron-LM), its path in `MEGATRON_LM`, and the package megatron-bridge, as NVIDIA's NeMo container has them; tensor parallelism must divide the vocabulary",
  seen: "the arguments in Megatron-LM's own parser (core 0.20), and in megatron-core 0.16, on a CPU, the losses of 20 updates. Not run: Megatron-Bridge's conversion and pretrain_gpt.py, which want GPUs",
  commands: [
    "# The path of a clone of NVIDIA's Megatron-LM.",
    ": ${MEGATRON_LM:?}",
    `[ -d checkpoint ] || python -c 'from megatron.bridge import AutoBridge; AutoBridge.import_ckpt("model", "checkpoint")'`,
    'torchrun --standalone --nproc-per-node="$gpus" train.py $(cat megatron.args) "$@"',
  ],
  files: ({ handoff, config }) => ({
    "train.py": train,
    "megatron.args": [...shape(config), ...training(handoff)].map((line) => `${line}\n`).join(""),
  }),
};

/** As pretrain_gpt.py is told of the model that config.json describes. */
function shape(config: Config): string[] {
  const { type, theta, factor } = ropeOf(config);
  const kind = config.model_type;
  const heads = config.num_attention_heads as number;
  const groups = (config.num_key_value_heads as number | undefined) ?? heads;
  return [
    `--num-layers ${config.num_hidden_layers as number}`,
    `--hidden-size ${config.hidden_size as number}`,
    `--ffn-hidden-size ${config.intermediate_size as number}`,
    `--num-attention-heads ${heads}`,
    ...(groups === heads ? [] : ["--group-query-attention", `--num-query-groups ${groups}`]),
    `--kv-channels ${(config.head_dim as number | undefined) ?? (config.hidden_size as number) / heads}`,
    `--max-position-embeddings ${config.max_position_embeddings as number}`,
    "--normalization RMSNorm",
    `--norm-epsilon ${config.rms_norm_eps as number}`,
    "--swiglu",
    "--disable-bias-linear",
    ...(kind === "qwen2" ? ["--add-qkv-bias"] : []),
    ...(kind === "qwen3" ? ["--qk-layernorm"] : []),
    "--position-embedding-type rope",
    `--rotary-base ${theta}`,
    ...(type === "llama3" ? ["--use-rope-scaling", `--rope-scaling-factor ${factor as number}`] : []),
    ...(config.tie_word_embeddings === true ? [] : ["--untie-embeddings-and-output-weights"]),
    // As many rows as the checkpoint's: left to itself it pads them to a multiple of 128, and learns their probability too.
    `--padded-vocab-size ${config.vocab_size as number}`,
    "--attention-dropout 0",
    "--hidden-dropout 0",
    "--tokenizer-type HuggingFaceTokenizer",
    "--tokenizer-model model",
  ];
}

function training({
  context,
  updates,
  batch,
  accumulate,
  seed,
  optimiser,
  schedule,
  ...rest
}: Parameters<Trainer["files"]>[0]["handoff"]): string[] {
  const { betas, epsilon, weightDecay, clip } = optimiser;
  return [
    `--seq-length ${context}`,
    `--train-iters ${updates}`,
    `--global-batch-size ${batch * accumulate}`,
    "--micro-batch-size 1",
    `--seed ${seed}`,
    "--optimizer adam",
    `--adam-beta1 ${betas[0]}`,
    `--adam-beta2 ${betas[1]}`,
    `--adam-eps ${epsilon}`,
    `--weight-decay ${weightDecay}`,
    `--clip-grad ${clip === "none" ? 0 : clip}`,
    `--lr ${schedule.highest}`,
    "--lr-decay-style constant",
    ...(rest.precision === "bfloat16" ? ["--bf16"] : []),
    ...(rest.recompute
      ? ["--recompute-granularity full", "--recompute-method uniform", "--recompute-num-layers 1"]
      : []),
    "--data-path tokens-megatron/tokens",
    "--split 100,0,0",
    "--eval-iters 0",
    "--dataloader-type single",
    "--no-create-attention-mask-in-dataloader",
    // Where it was, if it was taken from its node; else the beginning, without an optimiser's state.
    "--load out",
    "--pretrained-checkpoint checkpoint",
    "--save out",
    `--save-interval ${Math.max(1, Math.floor(updates / 10))}`,
    "--log-interval 1",
  ];
}

const train = String.raw`"""Megatron-LM's pretrain_gpt.py on the lab's windows, in their order, at the lab's rates: see job.sbatch."""
import os
import runpy
import sys

import torch

sys.path.insert(0, os.environ["MEGATRON_LM"])
from megatron.core.datasets.blended_megatron_dataset_builder import BlendedMegatronDatasetBuilder  # noqa: E402
from megatron.core.datasets.indexed_dataset import IndexedDataset  # noqa: E402
from megatron.core.optimizer_param_scheduler import OptimizerParamScheduler  # noqa: E402

from handoff import HANDOFF, HERE, WINDOWS, rate  # noqa: E402


class InOrder(torch.utils.data.Dataset):
    """Window i as a sample: its sampler "single" gives an update's windows to the ranks one after another."""

    def __init__(self):
        self.windows = IndexedDataset(os.path.join(HERE, "tokens-megatron", "tokens"))

    def __len__(self):
        return len(self.windows)

    def __getitem__(self, i):
        ids = torch.from_numpy(self.windows[i].astype("int64"))
        size = HANDOFF["context"]
        return {"tokens": ids[:-1], "labels": ids[1:], "loss_mask": torch.ones(size), "position_ids": torch.arange(size)}


BlendedMegatronDatasetBuilder.build = lambda self: [InOrder(), None, None]
# It counts samples.
OptimizerParamScheduler.get_lr = lambda self, group: rate(self.num_steps // WINDOWS)

if __name__ == "__main__":
    runpy.run_path(os.path.join(os.environ["MEGATRON_LM"], "pretrain_gpt.py"), run_name="__main__")
`;
