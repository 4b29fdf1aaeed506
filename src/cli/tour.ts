/** `palimpsest tour`: runs notebooks/00-tour from top to bottom and names what it left behind. */
import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { BadArguments, example, type Outcome, work } from "./work.js";
import { complaint } from "./run.js";
import { addSet, givenParameters } from "./run-parameters.js";

interface TourVerbOptions {
  out: string;
  language?: string;
  corpus?: string;
  params?: string;
  set: string[];
}

export function addTour(program: Command): void {
  const verb = program
    .command("tour")
    .summary("the first run: two corpora to a forgetting curve")
    .description(
      "Runs notebooks/00-tour end to end and writes the executed notebook, figures, tables and summary.json.",
    )
    .option("--out <dir>", "folder for everything it writes", "out/tour")
    .option("--language <code>", "the language to learn (default: ko)")
    .option("--corpus <name>", "a corpus of `palimpsest corpus list` (default: the first that can be had)")
    .option("--params <json>", "other parameters of the notebook, as a JSON object")
    .option("--json", "print one JSON object instead of text")
    .action(work<TourVerbOptions>(tour));
  addSet(verb);
  example(verb, "palimpsest tour --language fi --out out/tour-fi");
}

async function tour(_: string[], options: TourVerbOptions, { signal }: { signal: AbortSignal }): Promise<Outcome> {
  const { out, language, corpus, set } = options;
  const notebook = join(__dirname, "..", "..", "notebooks", "00-tour.ipynb");
  const asked = { ...parse(options.params), ...(language && { language }), ...(corpus && { corpus }) };
  const [given] = await givenParameters([notebook], { params: asked, set });
  const params = { ...given, out: resolve(out) };
  const { progressReporter } = await import("../lab/cell/progress.js");
  const { runNotebookFile } = await import("../lab/notebook/run-file.js");
  const { report, done } = progressReporter({ untimed: "00-tour" });
  const onNotice = (line: string): void => void process.stderr.write(`${line}\n`);
  const result = await runNotebookFile(notebook, { out, params, signal, onProgress: report, onNotice }).finally(done);
  if (result.status !== "ok") {
    process.stderr.write(complaint(notebook, result));
    return { json: { status: result.status, notebook: result.path }, failed: true };
  }
  const summaryPath = join(out, "summary.json");
  const summary = JSON.parse(readFileSync(summaryPath, "utf8")) as Record<string, unknown>;
  const wrote = [
    [result.path, "the executed notebook"],
    [join(out, "index.html"), "every figure, interactive; open it in a browser"],
    [summaryPath, "every number of the tour"],
    [join(out, "figures"), "the figures as SVG and Plotly JSON"],
    [join(out, "tables"), "the table behind each figure, as CSV"],
  ].filter(([path]) => existsSync(path!));
  const lines = wrote.map(([path, what]) => `  ${relative(process.cwd(), path!).padEnd(28)} ${what}`);
  const answer = typeof summary.answer === "string" ? `${summary.answer}\n\n` : "";
  const text = `\n${answer}${result.done} cells in ${result.seconds.toFixed(0)} s. Wrote\n${lines.join("\n")}`;
  return { json: { status: "ok", seconds: result.seconds, wrote: wrote.map(([path]) => path), summary }, text };
}

function parse(json = "{}"): object {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new BadArguments(`invalid --params: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new BadArguments("invalid --params: a JSON object is needed");
  return value;
}
