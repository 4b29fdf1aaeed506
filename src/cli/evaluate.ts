/** `palimpsest evaluate`: a model scored on texts, without training. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { plainTable, rowsOf } from "../lab/table.js";
import { wholeNumber } from "./numbers.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

interface EvaluateVerbOptions {
  field?: string;
  context?: string;
  batch: string;
  also?: string[];
}

export function addEvaluate(program: Command): void {
  const verb = program
    .command("evaluate")
    .summary("score a model on texts")
    .description(
      "Loss in nats per token and bits per byte of every text, all of it, in windows of the model's context: documents end to end, each followed by an end of text.",
    )
    .argument("<model>", "the model's folder")
    .argument("<texts...>", "files or folders of text, one row each (txt, jsonl, Parquet, ...)")
    .option("--field <name>", "the field of JSON Lines or the column of Parquet that holds the text")
    .option("--context <n>", "tokens predicted per window; defaults to the model's context")
    .option("--batch <n>", "windows at once", "16")
    .option("--also <name...>", "rows of train.evaluators besides bits per byte, or an encoder's masked-loss")
    .option("--json", "print one JSON object instead of text")
    .action(work<EvaluateVerbOptions>(evaluateVerb));
  example(verb, "palimpsest evaluate out/my-run/model ko.jsonl en.txt --json");
}

async function evaluateVerb(
  [folder, ...paths]: string[],
  { field, context, batch, also = [] }: EvaluateVerbOptions,
  { signal }: Work,
): Promise<Outcome> {
  const { bitsPerByte, evaluate, evaluators, maskedLoss } = await import("../train/index.js");
  const missing = [folder!, ...paths].find((path) => !existsSync(path));
  if (missing !== undefined) throw new BadArguments(`no such file or folder: ${missing}`);
  const sizes = {
    context: context === undefined ? undefined : wholeNumber("--context", context, 1),
    batch: wholeNumber("--batch", batch, 1),
  };
  const unknown = also.find((name) => !Object.hasOwn(evaluators, name));
  if (unknown !== undefined)
    throw new BadArguments(`invalid --also: ${unknown} (one of ${Object.keys(evaluators).join(", ")})`);
  const names = namesOf(paths);
  const { load } = await import("../corpus/index.js");
  const { load: loadModel } = await import("../model/index.js");
  const { makeOf } = await import("../registry.js");
  const { progressReporter } = await import("../lab/progress.js");
  const { report, done } = progressReporter();
  try {
    const model = loadModel(folder!);
    const files = Object.fromEntries(paths.map((path, i) => [names[i]!, { paths: path, ...(field && { field }) }]));
    const { texts } = await load({ files, heldOut: 0, signal, onProgress: report });
    // Nothing is trained on, so all of a text is scored.
    const on = Object.fromEntries(names.map((name) => [name, { name, train: [], heldOut: texts[name]!.train }]));
    const rows = [
      model.config.encoder ? maskedLoss() : bitsPerByte(),
      ...also.map((name) => makeOf(evaluators, { name })),
    ];
    const scores = await evaluate(model, { on, evaluators: rows, ...sizes, signal, onProgress: report });
    return { json: scores, text: tableOf(scores) };
  } finally {
    done();
  }
}

/** File names, or whole paths where two files have one name. */
function namesOf(paths: string[]): string[] {
  const short = paths.map((path) => basename(path));
  return new Set(short).size === short.length ? short : paths;
}

function tableOf({
  evaluations,
  measurements,
}: Awaited<ReturnType<typeof import("../train/index.js").evaluate>>): string {
  const rows = evaluations.map(({ domain, loss, bitsPerByte }) => ({
    text: domain,
    "nats/token": loss.toFixed(4),
    "bits/byte": bitsPerByte.toFixed(4),
  }));
  const more = measurements.map(
    ({ metric, domain, value }) => `${[metric, domain].filter(Boolean).join(" ")}: ${value}`,
  );
  return [plainTable(rowsOf(rows, rows.length)!), ...more].join("\n");
}
