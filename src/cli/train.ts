/** `palimpsest train`: one run from a recipe, without a notebook. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { readJson } from "../json-file.js";
import type { Run } from "../train/index.js";
import { logsNamed } from "./logs-named.js";
import { wholeNumber } from "./numbers.js";
import { terminated } from "./terminated.js";
import { BadArguments, example, understand, type Outcome, type Work, work } from "./work.js";

interface TrainVerbOptions {
  out: string;
  resume?: boolean;
  dropOptimiser?: boolean;
  wait: string;
  threads?: string;
  log?: string;
}

export function addTrain(program: Command): void {
  const verb = program
    .command("train")
    .summary("train one run from a recipe")
    .description(
      "Trains what the recipe says and keeps it in the folder: run.json, metrics.jsonl, checkpoints/, and the model as a Hugging Face folder.",
    )
    .argument("<recipe>", "the recipe, a JSON file; paths in it are relative to it")
    .requiredOption("--out <dir>", "the run's folder")
    .option("--resume", "go on with the run begun there, to the same bytes as if it had never stopped")
    .option("--wait <seconds>", "how long to wait while another process writes the folder", "0")
    .option("--threads <n>", "engine threads where the recipe names none; defaults to the number of cores")
    .option(
      "--drop-optimiser",
      "keep no moments when it is finished: a third of the checkpoint, but a branch begins them anew",
    )
    .option("--log <names>", "also write logs that other tools read, separated by commas: tensorboard, wandb")
    .option("--json", "print one JSON object instead of text")
    .action(work<TrainVerbOptions>(trainRecipe));
  example(verb, "palimpsest train recipe.json --out out/my-run");
}

async function trainRecipe(
  [path]: string[],
  { out, resume = false, dropOptimiser, log, ...given }: TrainVerbOptions,
  { signal }: Work,
): Promise<Outcome> {
  const { parseRecipe, runRecipe } = await import("../train/index.js");
  const patience = 1000 * wholeNumber("--wait", given.wait, 0);
  const threads = given.threads === undefined ? undefined : wholeNumber("--threads", given.threads, 1);
  const read = understand(() => parseRecipe(readJson(path!, "recipe"), path));
  const recipe = { ...read, ...(dropOptimiser && { dropOptimiser }), ...(await logsNamed(log)) };
  const dir = resolve(out);
  if (!resume && existsSync(join(dir, "run.json")))
    throw new BadArguments(
      `invalid --out: ${out} already holds a run (add --resume to go on with it, or name another folder)`,
    );
  const { progressReporter } = await import("../lab/cell/progress.js");
  const { report, done } = progressReporter();
  let run: Run;
  try {
    run = await runRecipe({
      recipe,
      dir,
      resume,
      patience,
      threads,
      from: dirname(resolve(path!)),
      signal: AbortSignal.any([signal, terminated()]),
      onProgress: report,
    });
  } finally {
    done();
  }
  return { json: summary(run), text: describe(run, out) };
}

/** Where the text came from, and what was passed over or cleaned of it. */
function aboutText({ record }: Run): string[] {
  const corpus = record.notes?.corpus as { source: string; notes?: string[] } | undefined;
  return corpus ? [`text: ${corpus.source}`, ...(corpus.notes ?? []).map((note) => `note: ${note}`)] : [];
}

/** The last evaluation of each domain. */
function lastOf({ evaluations }: Run): { domain: string; step: number; loss: number; bitsPerByte: number }[] {
  return [
    ...new Map(
      evaluations.map(({ domain, step, loss, bitsPerByte }) => [domain, { domain, step, loss, bitsPerByte }]),
    ).values(),
  ];
}

/** The last of every other number that was measured. */
function measured({ measurements }: Run): Run["measurements"] {
  return [...new Map(measurements.map((row) => [`${row.metric} ${row.domain}`, row])).values()];
}

function summary(run: Run): object {
  const { dir, stopped, record, steps } = run;
  const { status, parameters, shares, engine } = record;
  return {
    dir,
    status,
    stopped,
    steps: steps.length,
    tokens: steps.at(-1)?.tokens ?? 0,
    parameters,
    shares,
    engine,
    evaluations: lastOf(run),
    measurements: measured(run),
  };
}

function describe(run: Run, out: string): string {
  const { record, steps, stopped } = run;
  const losses = lastOf(run).map(
    ({ domain, step, loss, bitsPerByte }) =>
      `  ${domain}: ${loss.toFixed(4)} nats/token, ${bitsPerByte.toFixed(4)} bits/byte at step ${step}`,
  );
  const { mode, device, threads, reason } = record.engine;
  return [
    `${stopped ? "stopped" : "finished"} after ${steps.length} steps on ${device} (${mode}, ${threads} threads: ${reason})`,
    ...losses,
    ...measured(run).map(
      ({ metric, domain, value, step }) =>
        `  ${domain ? `${domain}: ` : ""}${metric} ${value.toFixed(4)} at step ${step}`,
    ),
    ...aboutText(run),
    `wrote ${out}: run.json, metrics.jsonl, checkpoints/, model/`,
    ...(stopped ? ["add --resume to go on"] : []),
  ].join("\n");
}
