/** `palimpsest sweep`: many runs from one file, as many at once as there are cores; what is finished is not run again. */
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import type { SweepResult } from "../sweep/index.js";
import { readJson } from "../json-file.js";
import { logsNamed } from "./logs-named.js";
import { BadArguments, example, understand, type Outcome, type Work, work } from "./work.js";

interface SweepVerbOptions {
  out: string;
  executor: string;
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
    .requiredOption("--out <dir>", "the sweep's folder")
    .option("--executor <name>", "who runs the jobs", "local")
    .option("--processes <n>", "runs at once; defaults to the number of cores, or what memory carries")
    .option(
      "--log <names>",
      "also write logs of each run that other tools read, separated by commas: tensorboard, wandb",
    )
    .option("--json", "print one JSON object instead of text")
    .action(work<SweepVerbOptions>(sweepFile));
  example(verb, "palimpsest sweep sweep.json --out out/my-sweep");
}

async function sweepFile([path]: string[], options: SweepVerbOptions, { signal }: Work): Promise<Outcome> {
  const { executors, expand, sweep } = await import("../sweep/index.js");
  const { executor, out } = options;
  if (!Object.hasOwn(executors, executor))
    throw new BadArguments(`invalid --executor: ${executor} (this version has ${Object.keys(executors).join(", ")})`);
  const processes = options.processes === undefined ? undefined : Number(options.processes);
  if (processes !== undefined && !(Number.isInteger(processes) && processes >= 1))
    throw new BadArguments(`invalid --processes: ${options.processes} (a whole number from 1)`);
  const named = await logsNamed(options.log);
  const jobs = understand(() => expand(readJson(path!, "sweep"), path)).map((job) => ({ ...job, ...named }));
  const { progressReporter } = await import("../lab/cell/progress.js");
  const { report, done } = progressReporter();
  let result: SweepResult;
  try {
    result = await sweep({
      jobs,
      dir: out,
      from: dirname(resolve(path!)),
      executor,
      processes,
      signal,
      onProgress: report,
      onNote: (note) => process.stderr.write(`${note}\n`),
    });
  } finally {
    done();
  }
  const failed = result.rows.filter((row) => row?.status === "failed");
  return {
    json: {
      dir: result.dir,
      stopped: result.stopped,
      notes: result.notes,
      runs: result.rows.map((row) => row ?? null),
    },
    text: [
      `${result.runs.length} of ${jobs.length} runs finished`,
      ...failed.map((row) => `  ${row!.name} failed: ${row!.error}`),
      `wrote ${out}: sweep.jsonl, runs/`,
      ...(result.stopped ? ["call it again to go on"] : []),
    ].join("\n"),
    failed: failed.length > 0,
  };
}
