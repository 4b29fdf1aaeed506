/** Hugging Face's Trainer, one process or FSDP through accelerate: train.py reads the windows in order. */
import type { Trainer } from "../types.js";

export const hfTrainer: Trainer = {
  summary: "Hugging Face's Trainer, alone or with FSDP; any kind of model that transformers builds",
  reference: "https://huggingface.co/docs/transformers/main_classes/trainer",
  tokens: "parquet",
  needs: "`pip install torch transformers accelerate datasets`",
  seen: "with transformers 5.24, on CPUs, the losses of 20 updates; alone, in two processes, and with `--fsdp` in two; as a job of Slurm without a GPU, which was queued again on its way and went on. Not run: GPUs",
  commands: ['torchrun --standalone --nproc-per-node="$gpus" train.py "$@"'],
  files: () => ({ "train.py": train }),
};

const train = String.raw`"""Trains from this folder with Hugging Face's Trainer: torchrun --nproc-per-node=N train.py, or python train.py."""
import argparse
import glob
import os

import torch
from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

from handoff import CLIP, HANDOFF, HERE, MODEL, WINDOWS, adamw, rate

asked = argparse.ArgumentParser(description=__doc__)
asked.add_argument("--out", default=os.path.join(HERE, "out"))
asked.add_argument("--steps", type=int, default=HANDOFF["updates"], help="stop earlier; rates stay those of the whole run")
asked.add_argument("--fsdp", action="store_true", help="shard the model over the processes")
args = asked.parse_args()

ranks = int(os.environ.get("WORLD_SIZE", "1"))
own, left = divmod(WINDOWS, ranks)
if left:
    raise SystemExit(f"train.py: {WINDOWS} windows of an update do not go into {ranks} processes")
# As many at once as the recipe has, where that goes into what each process gets.
at_once = next(n for n in range(min(own, HANDOFF["batch"]), 0, -1) if own % n == 0)

rows = load_dataset("parquet", data_files=os.path.join(HERE, "tokens-parquet", "tokens.parquet"), split="train")
rows = rows.select_columns(["input_ids"]).with_format("torch")
model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)


class InOrder(Trainer):
    """The windows as they stand: an update's are spread over the processes, whose mean is the same."""

    def _get_train_sampler(self, *_):
        return torch.utils.data.SequentialSampler(self.train_dataset)

    def create_optimizer(self, model=None):
        self.optimizer = adamw(self.model if model is None else model)
        return self.optimizer

    def create_scheduler(self, num_training_steps, optimizer=None):
        self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or self.optimizer, rate)
        return self.lr_scheduler


def collate(some):
    ids = torch.stack([each["input_ids"] for each in some])
    return {"input_ids": ids, "labels": ids}


trainer = InOrder(
    model=model,
    args=TrainingArguments(
        output_dir=args.out,
        max_steps=args.steps,
        per_device_train_batch_size=at_once,
        gradient_accumulation_steps=own // at_once,
        max_grad_norm=CLIP if CLIP < float("inf") else 0.0,
        bf16=HANDOFF["precision"] == "bfloat16",
        gradient_checkpointing=HANDOFF["recompute"],
        seed=HANDOFF["seed"],
        logging_steps=1,
        save_steps=max(1, HANDOFF["updates"] // 10),
        report_to="none",
        use_cpu=not torch.cuda.is_available(),
        ddp_backend="gloo" if "WORLD_SIZE" in os.environ and not torch.cuda.is_available() else None,
        **({"fsdp": True, "fsdp_config": {"version": 2}} if args.fsdp else {}),
    ),
    train_dataset=rows,
    data_collator=collate,
    processing_class=AutoTokenizer.from_pretrained(MODEL),
)
if trainer.args.world_size != ranks:
    raise SystemExit(f"train.py: {ranks} processes that do not know of each other (one would read the other's windows)")
# Trainer writes its state last: a checkpoint without one was being written when the job was taken away.
whole = [os.path.dirname(path) for path in glob.glob(os.path.join(glob.escape(args.out), "checkpoint-*", "trainer_state.json"))]
trainer.train(resume_from_checkpoint=max(whole, key=lambda path: int(path.rsplit("-", 1)[1]), default=None))
trainer.save_model(args.out)
`;
