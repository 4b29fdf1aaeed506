/** `palimpsest sweep`: many runs from one file, as many at once as there are cores; what is finished is not run again. */
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { readJson } from "../json-file.js";
import { logsNamed } from "./logs-named.js";
import { wholeNumber } from "./numbers.js";
import { carryOut } from "./sweep-carry-out.js";
import { addSweepVerbs } from "./sweep-verbs.js";
import { BadArguments, example, understand, type Outcome, type Work, work } from "./work.js";

interface SweepVerbOptions {
  out?: string;
  executor: string;
  profile?: string;
  processes?: string;
  log?: string;
}

export function addSweep(program: Command): void {
  const verb = program
    .command("sweep")
    .summary("train many runs from one file")
    .description(
      'Trains every combination of a recipe and what varies in it: { "recipe": {...}, "vary": { "seed": [1, 2], "schedule.peak": [1e-3, 3e-4] } }. Each run has a folder below runs/, sweep.jsonl says what became of it; called again, it goes on. Equal settings are one run, whatever they are called; a text that was edited, a run that was deleted and settings that changed are made anew, and said.',
    )
    .argument("<sweep>", "the sweep, a JSON file; paths in it are relative to it")
    .option("--out <dir>", "the sweep's folder (needed)")
    .option("--executor <name>", "who runs the jobs: local, slurm, or shell and skypilot, which write files", "local")
    .option("--profile <file>", "what a run may have on a cluster: partition, time, cpus, memory, gpus, modules, …")
    .option("--processes <n>", "runs at once; defaults to the number of cores, or what memory carries")
    .option(
      "--log <names>",
      "also write logs of each run that other tools read, separated by commas: tensorboard, wandb",
    )
    .option("--json", "print one JSON object instead of text")
    .action(work<SweepVerbOptions>(sweepFile));
  example(verb, "palimpsest sweep sweep.json --out out/my-sweep");
  addSweepVerbs(verb);
}

async function sweepFile([path]: string[], options: SweepVerbOptions, { signal }: Work): Promise<Outcome> {
  const { expand, executorOf, parseProfile } = await import("../sweep/index.js");
  const { executor, out } = options;
  if (out === undefined) throw new BadArguments("no --out: name the sweep's folder");
  understand(() => executorOf(executor));
  const processes = options.processes === undefined ? undefined : wholeNumber("--processes", options.processes, 1);
  const profile = understand(() =>
    options.profile === undefined ? {} : parseProfile(readJson(options.profile, "profile"), options.profile),
  );
  const named = await logsNamed(options.log);
  const jobs = understand(() => expand(readJson(path!, "sweep"), path)).map((job) => ({ ...job, ...named }));
  return carryOut({ jobs, dir: out, from: dirname(resolve(path!)), executor, profile, processes, signal });
}
