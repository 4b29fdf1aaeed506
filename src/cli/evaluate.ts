/** `palimpsest evaluate`: a model scored on texts, tasks or probes, without training. */
import { existsSync } from "node:fs";
import { basename, parse } from "node:path";
import type { Command } from "commander";
import { evaluateTasks } from "./evaluate-tasks.js";
import { plainTable, rowsOf } from "../lab/cell/table.js";
import { namesOf } from "./file-names.js";
import { wholeNumber } from "./numbers.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

interface EvaluateVerbOptions {
  field?: string;
  context?: string;
  batch: string;
  also?: string[];
  modules?: string;
  tasks?: string[];
  probes?: string;
  shots?: string;
  limit?: string;
  overlap?: string;
}

export function addEvaluate(program: Command): void {
  const verb = program
    .command("evaluate")
    .summary("score a model on texts, tasks or probes")
    .description(
      "Loss in nats per token and bits per byte of every text, all of it, in windows of the model's context: documents end to end, each followed by an end of text. Or, with --tasks or --probes, scores on items, each with a standard error.",
    )
    .argument("<model>", "the model's folder")
    .argument("[texts...]", "files or folders of text, one row each (txt, jsonl, Parquet, ...)")
    .option("--field <name>", "the field of JSON Lines or the column of Parquet that holds the text")
    .option("--context <n>", "tokens predicted per window; defaults to the model's context")
    .option("--batch <n>", "windows at once", "16")
    .option("--also <name...>", "rows of train.evaluators besides bits per byte, or an encoder's masked-loss")
    .option(
      "--modules <dir>",
      "modules that a run trained beside its model: the folder of that name in it; ko.txt goes through those of the domain ko",
    )
    .option(
      "--tasks <yaml...>",
      "instead of texts, tasks in the shape of lm-evaluation-harness's YAML beside their JSON Lines: multiple_choice, loglikelihood, loglikelihood_rolling, generate_until",
    )
    .option(
      "--probes <names>",
      "instead, or with --tasks: rows of train.probes, as in induction,lego, or a JSON file with a list of them and their options; texts are for those that read some",
    )
    .option("--shots <n>", "answered items before each; defaults to what the task says")
    .option("--limit <n>", "items of each task, the first ones; defaults to all")
    .option("--overlap <n>", "of tasks of whole texts, tokens before each scored one, at least; defaults to 1")
    .option("--json", "print one JSON object instead of text")
    .action(work<EvaluateVerbOptions>(evaluateVerb));
  example(verb, "palimpsest evaluate out/my-run/model ko.jsonl en.txt --json");
}

async function evaluateVerb(
  [folder, ...paths]: string[],
  { tasks, probes, shots, limit, overlap, ...options }: EvaluateVerbOptions,
  running: Work,
): Promise<Outcome> {
  const ofTasks = { shots, limit, overlap };
  const { field, context, batch, also = [], modules: dir } = options;
  const { signal } = running;
  if (tasks || probes !== undefined) {
    const asked = probes === undefined ? "tasks" : "probes";
    const odd = Object.entries({ also: options.also, modules: dir }).find(([, value]) => value !== undefined);
    if (odd) throw new BadArguments(`give --${asked} without --${odd[0]}`);
    if (asked === "tasks" && (paths.length > 0 || field !== undefined))
      throw new BadArguments(`give --tasks without ${paths.length > 0 ? "texts" : "--field"}`);
    return evaluateTasks(folder!, { tasks, probes, texts: paths, field, context, batch, ...ofTasks }, running);
  }
  const alone = Object.entries(ofTasks).find(([, value]) => value !== undefined);
  if (alone) throw new BadArguments(`--${alone[0]} is of --tasks`);
  if (paths.length === 0) throw new BadArguments("give texts, --tasks or --probes");
  const { bitsPerByte, evaluate, evaluators, maskedLoss, openModules } = await import("../train/index.js");
  const missing = [folder!, ...paths, ...(dir === undefined ? [] : [dir])].find((path) => !existsSync(path));
  if (missing !== undefined) throw new BadArguments(`no such file or folder: ${missing}`);
  const sizes = {
    context: context === undefined ? undefined : wholeNumber("--context", context, 1),
    batch: wholeNumber("--batch", batch, 1),
  };
  const unknown = also.find((name) => !Object.hasOwn(evaluators, name));
  if (unknown !== undefined)
    throw new BadArguments(`invalid --also: ${unknown} (one of ${Object.keys(evaluators).join(", ")})`);
  const parameters = dir === undefined ? undefined : openModules(dir);
  // Domains are named without the ends of file names.
  const names = namesOf(paths, parameters ? (path) => parse(path).name : (path) => basename(path));
  const { load } = await import("../corpus/index.js");
  const { load: loadModel } = await import("../model/index.js");
  const { makeOf } = await import("../registry.js");
  const { progressReporter } = await import("../lab/cell/progress.js");
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
    const scores = await evaluate(model, { on, parameters, evaluators: rows, ...sizes, signal, onProgress: report });
    const known = parameters?.options.domains as string[] | undefined;
    const others = known ? names.filter((name) => !known.includes(name)) : [];
    const notes = others.map((name) => `note: ${name} goes through no module: their domains are ${known!.join(", ")}`);
    return { json: { ...scores, ...(notes.length > 0 && { notes }) }, text: [tableOf(scores), ...notes].join("\n") };
  } finally {
    done();
  }
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
  return [...(rows.length > 0 ? [plainTable(rowsOf(rows, rows.length)!)] : []), ...more].join("\n");
}
