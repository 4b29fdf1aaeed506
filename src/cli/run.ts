/** `palimpsest run`: executes notebooks without Python and stops at the first cell that fails. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { readJsonObject } from "../json-file.js";
import type { RunFileResult } from "../lab/notebook/run-file.js";
import type { Reason } from "../lab/notebook/stale.js";
import { addSet, givenParameters } from "./run-parameters.js";
import { BadArguments, example, understand, work, type Outcome } from "./work.js";

interface RunVerbOptions {
  out: string;
  params?: string;
  set: string[];
  changed?: boolean;
  dryRun?: boolean;
}

export function addRun(program: Command): void {
  const verb = program
    .command("run")
    .summary("execute notebooks")
    .description(
      "Executes notebooks on the TypeScript kernel, top to bottom, without Python; stops at the first failing cell.",
    )
    .argument("<notebook...>", "the .ipynb files, run in this order")
    .option("--out <dir>", "folder for the executed notebooks", "out/run")
    .option("--params <file>", "settings of the notebooks, in place of the defaults of `lab.params`: a JSON object")
    .option("--changed", "run only cells that are not as the executed notebook in --out has them, and what they need")
    .option("--dry-run", "with --changed: only say which cells those are, and why")
    .option("--json", "print one JSON object instead of text")
    .action(work<RunVerbOptions>(runNotebooks));
  addSet(verb);
  example(verb, "palimpsest run notebooks/00-tour.ipynb --changed --dry-run");
  example(verb, "palimpsest run notebooks/00-tour.ipynb --set language=fi --set shares=0,0.25,1 --out out/run");
}

const runNotebooks = async (
  paths: string[],
  options: RunVerbOptions,
  { signal }: { signal: AbortSignal },
): Promise<Outcome> => {
  checkPaths(paths);
  const { params: file, set, out, changed = false, dryRun = false } = options;
  if (dryRun && !changed) throw new BadArguments("invalid --dry-run: it says what --changed would run (add --changed)");
  const params = file === undefined ? undefined : understand(() => readJsonObject(file, "invalid --params"));
  const given = await givenParameters(paths, { params, set });
  if (dryRun) return toldChanges(paths, given, out);
  const { progressReporter } = await import("../lab/cell/progress.js");
  const { runNotebookFile } = await import("../lab/notebook/run-file.js");
  const results: RunFileResult[] = [];
  for (const [at, path] of paths.entries()) {
    const { report, done } = progressReporter({ untimed: basename(path, ".ipynb") });
    try {
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      const onChanged = (reasons: readonly Reason[]): void => reasons.map(spelled).forEach(say);
      const options = { out, changed, params: given[at], signal, onProgress: report, onNotice: say, onChanged };
      results.push(await runNotebookFile(path, options));
    } finally {
      done();
    }
    const last = results.at(-1);
    if (last && last.status !== "ok") {
      process.stderr.write(complaint(path, last));
      break;
    }
  }
  const failed = results.some((result) => result.status !== "ok");
  const text = results
    .filter((result) => result.status === "ok")
    .map(summary)
    .join("\n");
  return { json: { notebooks: results.map((result, at) => record(paths[at] ?? "", result)) }, text, failed };
};

/** The cells that `--changed` would run, a line each. */
async function toldChanges(paths: string[], given: (object | undefined)[], out: string): Promise<Outcome> {
  const { changesIn } = await import("../lab/notebook/run-file.js");
  const found = paths.map((path, at) => ({
    path,
    reasons: changesIn(path, { out, params: given[at], changed: true }).reasons,
  }));
  const json = found.map(({ path, reasons }) => ({
    notebook: path,
    cells: reasons.map(({ known: { number, cell }, why, stale }) => ({ cell: number, id: cell.id, why, stale })),
  }));
  const text = found.flatMap(({ path, reasons }) => [
    reasons.length === 0 ? `${path}: nothing has changed` : `${path}:`,
    ...reasons.map(spelled),
  ]);
  return { json: { notebooks: json }, text: text.join("\n") };
}

function spelled({ known: { number, cell }, why, stale }: Reason): string {
  return `  cell ${number} [${cell.id}] ${stale ? why : `runs again: ${why}`}`;
}

function checkPaths(paths: string[]): void {
  for (const path of paths) if (!existsSync(path)) throw new BadArguments(`invalid notebook: ${path}; no such file`);
  const names = paths.map((path) => basename(path));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice)
    throw new BadArguments(
      `invalid notebooks: two are called ${twice}, and one would overwrite the other; run them apart`,
    );
}

function summary({ path, done, seconds }: RunFileResult): string {
  return `${path}: ${done} cells in ${seconds.toFixed(1)} s`;
}

/** What a person needs to mend the notebook: which cell, its source, its error, and where the outputs are. */
export function complaint(path: string, { status, done, total, failure, path: written }: RunFileResult): string {
  const kept = `what ran so far is in ${written}`;
  if (!failure) return `palimpsest run: ${path}: interrupted after cell ${done} of ${total}; ${kept}\n`;
  const lines = failure.source.split("\n").map((line, at) => `  ${String(at + 1).padStart(3)} | ${line}`);
  const error = failure.traceback.length > 0 ? failure.traceback : [`${failure.ename}: ${failure.evalue}`];
  return [
    `palimpsest run: ${path}: cell ${failure.cell} ${status}: ${failure.ename}: ${failure.evalue}`,
    ...lines,
    ...error.map((line) => `  ${line}`),
    kept,
    "",
  ].join("\n");
}

function record(notebook: string, result: RunFileResult): object {
  const { status, path, done, total, seconds, failure } = result;
  return { notebook, status, path, done, total, seconds, failure: failure ?? null };
}
