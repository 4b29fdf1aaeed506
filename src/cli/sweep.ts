/** `palimpsest sweep`: many runs from one file, as many at once as there are cores; what is finished is not run again. */
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import type { FileSearch } from "../sweep/index.js";
import { readJson } from "../json-file.js";
import { logsNamed } from "./logs-named.js";
import { wholeNumber } from "./numbers.js";
import { addSweepVerbs } from "./sweep-verbs.js";
import { BadArguments, example, understand, type Outcome, type Work, work } from "./work.js";

interface SweepVerbOptions {
  out?: string;
  executor: string;
  profile?: string;
  processes?: string;
  log?: string;
  dryRun?: boolean;
}

export function addSweep(program: Command): void {
  const verb = program
    .command("sweep")
    .summary("train many runs from one file")
    .description(
      'Trains every combination of a recipe and what varies in it: { "recipe": {...}, "vary": { "seed": [1, 2], "schedule.peak": [1e-3, 3e-4] } }. With a "search", { "name": "sobol", "runs": 16 } (grid, random, latin, sobol, asha, law), what varies may be ranges: { "from": 1e-4, "to": 1e-2, "scale": "log" }, or shares of a mixture: { "shares": ["en", "ko"] }. Each run has a folder below runs/, sweep.jsonl says what became of it; called again, it goes on. Equal settings are one run, whatever they are called; a text that was edited, a run that was deleted and settings that changed are made anew, and said.',
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
    .option("--dry-run", "print the runs that it begins with, and make none")
    .option("--json", "print one JSON object instead of text")
    .action(work<SweepVerbOptions>(sweepFile));
  example(verb, "palimpsest sweep sweep.json --out out/my-sweep");
  addSweepVerbs(verb);
}

async function sweepFile([path]: string[], options: SweepVerbOptions, { signal }: Work): Promise<Outcome> {
  const { searchIn, executorOf, parseProfile } = await import("../sweep/index.js");
  const { executor, out } = options;
  if (out === undefined && !options.dryRun) throw new BadArguments("no --out: name the sweep's folder");
  understand(() => executorOf(executor));
  const processes = options.processes === undefined ? undefined : wholeNumber("--processes", options.processes, 1);
  const profile = understand(() =>
    options.profile === undefined ? {} : parseProfile(readJson(options.profile, "profile"), options.profile),
  );
  const named = await logsNamed(options.log);
  const search = understand(() => searchIn(logged(readJson(path!, "sweep"), named), path));
  if (options.dryRun) return planned(search);
  const { carryOut } = await import("./sweep-carry-out.js");
  return carryOut({ search, dir: out!, from: dirname(resolve(path!)), executor, profile, processes, signal });
}

/** A sweep's file whose runs write those logs too; what is no such file is refused later. */
function logged(file: unknown, named: object): unknown {
  const { recipe } = (file ?? {}) as { recipe?: unknown };
  return typeof recipe === "object" ? { ...(file as object), recipe: { ...recipe, ...named } } : file;
}

/** What is wanted before anything is known. */
async function planned(search: FileSearch): Promise<Outcome> {
  const { variedIn } = await import("../sweep/index.js");
  const wanted = await search.propose(() => undefined);
  const { most } = search;
  const lines = wanted.map(({ recipe, until }) => {
    const values = variedIn(recipe, search.fields).map(([field, value]) => `${field} ${JSON.stringify(value)}`);
    return `${recipe.name ?? "run"}  ${until ?? recipe.steps} steps  ${values.join("  ")}`;
  });
  const more = wanted.some(({ until }) => until) ? " to begin with; the best go on" : "";
  const all = most === 1 ? "1 run" : `${most} runs`;
  return {
    json: { most, runs: wanted.map(({ recipe, until }) => ({ ...recipe, ...(until && { stopAt: until }) })) },
    text: [
      ...lines,
      wanted.length < most ? `${wanted.length} runs to begin with, at most ${most} in all` : all + more,
    ].join("\n"),
  };
}
