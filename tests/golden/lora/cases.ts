/**
 * Low-rank training, and that of prompts, held against PEFT's: tiny models of several kinds, an adapter each as it begins, five updates, the adapter
 * as it ends. Makes low_rank.json beside this file, where Python has torch, transformers and peft:
 *
 *   node -r ./tests/typescript.cjs tests/golden/lora/cases.ts
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../../src/engine/index.js";
import { configOf, init, saveAdapter, toHuggingFace, writeSafetensors } from "../../../src/model/index.js";
import { rng } from "../../../src/rng.js";
import * as train from "../../../src/train/index.js";
import type { ModelConfig, NdArray, Weights } from "../../../src/types.js";
import { oracle } from "../../python.js";

const micro = { vocabSize: 40, width: 16, layers: 2, heads: 2, kvHeads: 2, ffn: 24, context: 12 };
const gpt2 = { ...micro, architecture: "gpt2", norm: "layer", positions: "learned", activation: "gelu-tanh" } as const;
const neox = { ...micro, architecture: "gpt_neox", norm: "layer", activation: "gelu", parallel: true } as const;

export interface Case {
  config: ModelConfig;
  parameters: train.Parameters;
  rateOfB?: number;
}
export const cases: Record<string, Case> = {
  "lora, llama": { config: configOf({ ...micro, kvHeads: 1, tied: true }), parameters: train.lora({ rank: 4, newRows: { from: 34 } }) },
  "rslora and lora+, untied llama": {
    config: configOf({ ...micro, tied: false }),
    parameters: train.rslora({ rank: 4, alpha: 4, targets: ["q_proj", "v_proj"], rateOfB: 4, newRows: [30, 35, 39] }),
    rateOfB: 4,
  },
  "dora, qwen2, the first layer": {
    config: configOf({ ...micro, architecture: "qwen2", biases: ["q", "k", "v"], tied: true }),
    parameters: train.dora({ rank: 2, layers: { first: 1 } }),
  },
  "lora, gpt2": { config: configOf({ ...gpt2, tied: true }), parameters: train.lora({ rank: 3, targets: ["c_attn", "down_proj"] }) },
  "dora, gpt2": { config: configOf({ ...gpt2, tied: true }), parameters: train.dora({ rank: 3, newRows: { from: 38 } }) },
  "dora, gpt_neox": {
    config: configOf({ ...neox, biases: ["q", "k", "v", "o"], tied: false }),
    parameters: train.dora({ rank: 2, targets: ["attention"], newRows: { from: 37 } }),
  },
  "lora, phi3": { config: configOf({ ...micro, architecture: "phi3", tied: false }), parameters: train.lora({ rank: 2, alpha: 3 }) },
  "prompt, llama": { config: configOf({ ...micro, kvHeads: 1, tied: true }), parameters: train.softPrompt({ tokens: 3 }) },
  "prompt, gpt2": { config: configOf({ ...gpt2, tied: true }), parameters: train.softPrompt({ tokens: 4 }) },
};

const draw = rng(7);
const window = (length: number): number[] => Array.from({ length }, () => draw.int(micro.vocabSize));
const batches = Array.from({ length: 5 }, () => [window(9), window(9)]);
const rates = [1e-2, 2e-2, 1e-2, 3e-2, 1e-2];
export const probe = window(8);

export interface Trained {
  losses: number[];
  norms: number[];
  /** Numbers that are trained. */
  trained: number;
  /** Of the model that training began from, and after it. */
  before: Weights;
  after: Weights;
  leaves: train.Leaves;
}

/** Weights that are not too alike, so that norms of rows differ. */
function begun(config: ModelConfig): Weights {
  const random = rng(3);
  return Object.fromEntries(
    Object.entries(init({ config, rng: rng(1) })).map(([name, { shape, data }]): [string, NdArray] => [
      name,
      { shape, data: data.map((value) => (shape.length > 1 ? value * 8 : value + 0.1 * random.normal())) },
    ]),
  );
}

/** Our five updates; the folders that PEFT reads are in `dir`. */
export async function trained({ name, engine, dir }: { name: string; engine: Engine; dir: string }): Promise<Trained> {
  const { config, parameters } = cases[name]!;
  const before = begun(config);
  const leaves = parameters.of({ config, seed: 1, weights: before });
  const at = join(dir, name);
  mkdirSync(join(at, "base"), { recursive: true });
  writeFileSync(join(at, "base", "config.json"), JSON.stringify({ ...toHuggingFace(config, 0), pad_token_id: 0 }));
  writeSafetensors(join(at, "base", "model.safetensors"), before, { metadata: { format: "pt" } });
  saveAdapter({ dir: join(at, "start"), config, adapter: leaves.adapter!({ ...before, ...leaves.added }) });
  const optimiser = train.adamw();
  const objective = train.causal().begin({ model: { config, weights: before, tokenizer: undefined as never }, leaves });
  const { fn, signature } = train.trainStep({ config, batch: 2, context: 8, objective, optimiser, leaves });
  const program = await engine.compile(fn, signature);
  const state = engine.upload({ ...before, ...leaves.added, ...train.slotsAtStart({ leaves, optimiser }) });
  const [losses, norms]: [number[], number[]] = [[], []];
  for (const [i, batch] of batches.entries()) {
    const fed = { tokens: Int32Array.from(batch.flat()), ...optimiser.scalars(i + 1, rates[i]!) };
    const { loss, gradientNorm } = await program.run(state, fed);
    losses.push(loss![0]!);
    norms.push(gradientNorm![0]!);
  }
  const after = await state.download(Object.keys({ ...before, ...leaves.added }));
  state.dispose();
  await program.dispose();
  saveAdapter({ dir: join(at, "end"), config, adapter: leaves.adapter!(after) });
  const sizes = Object.values(leaves.leaves).map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  return { losses, norms, trained: sizes.reduce((a, b) => a + b, 0), before, after, leaves };
}

export type Golden = Record<string, { losses: number[]; norms: number[]; trained: number; logits: number[] }>;

/** What PEFT makes of the folders, and the logits of an adapter that it left in `theirs` of the second. */
export function peft(dir: string, python = "python3"): { cases: Golden; theirs: number[] } {
  const said = Object.entries(cases).map(([name, { rateOfB = 1 }]) => ({ name, rateOfB, batches, rates, probe }));
  writeFileSync(join(dir, "cases.json"), JSON.stringify(said));
  const { status, stdout, stderr } = spawnSync(python, [oracle, join(__dirname, "low_rank.py"), dir], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as { cases: Golden; theirs: number[] };
}

async function main(): Promise<void> {
  const { choose } = await import("../../../src/engine/index.js");
  const engine = await choose({ device: "cpu", threads: 1 });
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-lora-"));
  try {
    for (const name of Object.keys(cases)) await trained({ name, engine, dir });
    const short = (_: string, value: unknown): unknown =>
      typeof value === "number" ? Number(value.toPrecision(7)) : value;
    writeFileSync(join(__dirname, "low_rank.json"), `${JSON.stringify(peft(dir).cases, short)}\n`);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
if (require.main === module) void main();
