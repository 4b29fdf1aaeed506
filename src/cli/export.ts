/** `palimpsest export`: a model as a folder that other programs open, or a recipe as one that another trainer trains from. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Dtype } from "../types.js";
import { exportRecipe } from "./export-recipe.js";
import { modelAt } from "./model-at.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

interface ExportVerbOptions {
  out?: string;
  to?: string;
  tokens?: string;
  profile?: string;
  adapter?: string;
  dtype: string;
}

const dtypes: Record<string, Dtype> = { float32: "F32", float16: "F16", bfloat16: "BF16" };

export function addExport(program: Command): void {
  const verb = program
    .command("export")
    .summary("a model as a folder that transformers opens, or a recipe for another trainer")
    .description(
      "Writes a run's model, or a GGUF file, as a Hugging Face folder: config.json, safetensors, tokenizer, and what else came with the base. Optimiser and run are not in it. Of a run that trained low-rank updates (lora, rslora, dora), --adapter writes those and the rows of new tokens as a folder that PEFT loads onto the base; --out has them merged. So it does a soft-prompt, of which --out has nothing. Of a recipe, --to writes what another trainer needs to train it: the model that it begins with, all windows of tokens in the order and mixture in which they would be read here, schedule.csv, the trainer's script and job.sbatch, handoff.json with the loss of the first update, and sources.csv, from any update back to its documents.",
    )
    .argument("<model>", "a run's folder, a model's folder, a GGUF file, or with --to a recipe, a JSON file")
    .option("--out <dir>", "the folder to write")
    .option("--to <trainer>", "of a recipe: hf-trainer, torchtitan, megatron or olmo-core")
    .option(
      "--tokens <formats>",
      "with --to, besides the trainer's own, separated by commas: megatron, datatrove, olmo, mds, litdata, parquet",
    )
    .option(
      "--profile <file>",
      "with --to, what job.sbatch asks for, as `sweep --profile` has it: partition, time, cpus, memory, gpus, modules, …; defaults to one GPU and 8 cores of one node",
    )
    .option("--adapter <dir>", "the PEFT folder to write instead, of a run")
    .option("--dtype <type>", `as-read, or ${Object.keys(dtypes).join(", ")}: of every tensor`, "as-read")
    .option("--json", "print one JSON object instead of text")
    .action(work<ExportVerbOptions>(exportVerb));
  example(
    verb,
    "palimpsest export out/my-run --dtype bfloat16 --out out/my-model\n  $ palimpsest export recipe.json --to hf-trainer --out out/for-the-cluster",
  );
}

async function exportVerb([path]: string[], options: ExportVerbOptions, { signal }: Work): Promise<Outcome> {
  const { out, to, tokens, profile, adapter, dtype } = options;
  const isRecipe = to !== undefined || path!.endsWith(".json");
  if (isRecipe && (adapter !== undefined || dtype !== "as-read"))
    throw new BadArguments("invalid --to: not together with --adapter or --dtype (a recipe's model goes as it is)");
  if (isRecipe) return exportRecipe({ path: path!, out, to, tokens, profile, signal });
  for (const [option, given] of Object.entries({ tokens, profile }))
    if (given !== undefined) throw new BadArguments(`invalid --${option}: it goes with a recipe and --to`);
  if ((out === undefined) === (adapter === undefined))
    throw new BadArguments("invalid --out: give either --out or --adapter");
  if (adapter !== undefined) return exportAdapter(path!, adapter);
  return exportModel(path!, out!, dtype);
}

async function exportAdapter(run: string, dir: string): Promise<Outcome> {
  if (existsSync(join(dir, "adapter_config.json")))
    throw new BadArguments(`invalid --adapter: ${dir} already holds an adapter`);
  const { saveAdapter } = await import("../model/index.js");
  const { adapterOf } = await import("../train/index.js");
  const { adapter, config } = adapterOf(run);
  saveAdapter({ dir, config, adapter });
  if (adapter.prompt) {
    const [tokens] = adapter.prompt.shape;
    return { json: { adapter: dir, tokens }, text: `wrote ${dir} (PEFT, a prompt of ${tokens} vectors)` };
  }
  const updates = Object.keys(adapter.updates).length;
  const rows = Object.fromEntries(Object.entries(adapter.rows).map(([table, { ids }]) => [table, ids.length]));
  return {
    json: { adapter: dir, updates, rows },
    text: [
      `wrote ${dir} (PEFT, ${updates} matrices)`,
      ...Object.entries(rows).map(([table, count]) => `  ${count} rows of ${table}`),
    ].join("\n"),
  };
}

async function exportModel(path: string, out: string, dtype: string): Promise<Outcome> {
  if (dtype !== "as-read" && !Object.hasOwn(dtypes, dtype))
    throw new BadArguments(`invalid --dtype: ${dtype} (as-read, ${Object.keys(dtypes).join(", ")})`);
  if (existsSync(join(out, "config.json"))) throw new BadArguments(`invalid --out: ${out} already holds a model`);
  const { nameOf } = await import("../architecture/index.js");
  const { save } = await import("../model/index.js");
  const model = await modelAt(path);
  const { norm, positions, activation } = model.config;
  if (nameOf(model.config) === "palimpsest")
    throw new Error(
      `nobody else reads this shape: norm ${norm}, positions ${positions}, activation ${activation} (Llama's are rms, rotary, swiglu)`,
    );
  const leftOut = save({ dir: out, model, ...(dtypes[dtype] && { dtype: dtypes[dtype] }) });
  const kind = nameOf(model.config);
  return {
    json: { out, architecture: kind, dtype, rows: model.config.vocabSize, leftOut },
    text: [
      `wrote ${out} (${kind}, ${dtype === "as-read" ? "types as they were read" : dtype})`,
      ...Object.entries(leftOut).map(([file, why]) => `  not kept: ${file} (${why})`),
    ].join("\n"),
  };
}
