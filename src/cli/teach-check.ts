/** `palimpsest teach check`: runs what students hand in, and says for each exercise whether it passed or what is wrong. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { writeAtomically } from "../files.js";
import { readText } from "../json-file.js";
import type { Exercise } from "../lab/class/exercises.js";
import type { Notebook } from "../lab/notebook/notebook.js";
import { numberFrom } from "./numbers.js";
import { BadArguments, example, work, type Outcome } from "./work.js";

interface CheckOptions {
  source?: string;
  seconds: string;
  csv?: string;
}

export function addTeachCheck(teach: Command): void {
  const verb = teach
    .command("check")
    .summary("run students' notebooks and say what is wrong")
    .description(
      "Runs each notebook to its end, whatever fails on the way, and says for each exercise whether it passed. It runs their code as you.",
    )
    .argument("<notebook...>", "the .ipynb files, or folders of them")
    .option("--source <notebook>", "the teacher's: its checks count, in place of those handed in")
    .option("--seconds <n>", "seconds a cell may take", "120")
    .option("--csv <file>", "a table: one row for each notebook, one column for each exercise")
    .option("--json", "print one JSON object instead of text")
    .action(work<CheckOptions>(check));
  example(verb, "palimpsest teach check handed-in/ --source lesson.ipynb --csv results.csv");
}

interface Row {
  notebook: string;
  exercises: Exercise[];
  seconds: number;
  /** Why it could not be run at all. */
  error?: string;
}

async function check(given: string[], options: CheckOptions, { signal }: { signal: AbortSignal }): Promise<Outcome> {
  const seconds = numberFrom("--seconds", options.seconds, 1);
  const { globSync } = await import("tinyglobby");
  const { from } = await import("arquero");
  const inFolder = (folder: string): string[] =>
    globSync("**/*.ipynb", { cwd: folder, ignore: ["**/.ipynb_checkpoints/**"] }).sort();
  const paths = given.flatMap((path) => notebooksAt(path, inFolder));
  const { parseNotebook } = await import("../lab/notebook/notebook.js");
  const { grade } = await import("../lab/class/grade.js");
  const { progressReporter } = await import("../lab/cell/progress.js");
  const read = (path: string): Notebook => parseNotebook(readText(path, "teach check"), path);
  if (options.source && !existsSync(options.source))
    throw new BadArguments(`invalid --source: ${options.source}; no such file`);
  const source = options.source === undefined ? undefined : read(options.source);
  const rows: Row[] = [];
  for (const [at, path] of paths.entries()) {
    const { report: onProgress, done } = progressReporter();
    const name = paths.length > 1 ? `${at + 1}/${paths.length} ${path}` : path;
    try {
      const folder = dirname(resolve(path));
      const { exercises, seconds: took } = await grade(read(path), {
        source,
        folder,
        seconds,
        name,
        signal,
        onProgress,
      });
      if (exercises.length === 0)
        throw new Error("no cell is tagged check: is this the student's copy? --source has checks");
      rows.push({ notebook: path, exercises, seconds: took });
    } catch (error) {
      if (signal.aborted) break;
      rows.push({ notebook: path, exercises: [], seconds: 0, error: (error as Error).message.split("\n", 1)[0] });
    } finally {
      done();
    }
    // Thirty notebooks take an hour: what is known is kept after each.
    if (options.csv) writeAtomically(options.csv, from(tableOf(rows)).toCSV() + "\n");
  }
  const failed =
    signal.aborted || rows.some(({ exercises, error }) => error || exercises.some(({ passed }) => !passed));
  return { json: { notebooks: rows }, text: rows.map(inWords).join("\n"), failed };
}

function notebooksAt(path: string, inFolder: (folder: string) => string[]): string[] {
  if (!existsSync(path)) throw new BadArguments(`invalid notebook: ${path}; no such file`);
  if (!statSync(path).isDirectory()) return [path];
  const found = inFolder(path);
  if (found.length === 0) throw new BadArguments(`invalid notebook: ${path}; no .ipynb in this folder`);
  return found.map((each) => join(path, each));
}

function inWords({ notebook, exercises, seconds, error }: Row): string {
  if (error !== undefined) return `${notebook}: not run: ${error}`;
  const passed = exercises.filter((each) => each.passed).length;
  return [
    `${notebook}: ${passed} of ${exercises.length} exercises passed (${seconds.toFixed(0)} s)`,
    ...exercises.flatMap(({ name, problems }) =>
      problems.length === 0 ? [`  ✓ ${name}`] : [`  ✗ ${name}`, ...problems.map((each) => `      ${each}`)],
    ),
  ].join("\n");
}

/** One row a notebook; an exercise is "passed", or what is wrong with it. */
function tableOf(rows: readonly Row[]): object[] {
  const names = [...new Set(rows.flatMap(({ exercises }) => exercises.map(({ name }) => name)))];
  return rows.map(({ notebook, exercises, seconds, error }) => ({
    notebook,
    passed: exercises.filter((each) => each.passed).length,
    of: exercises.length,
    seconds: Number(seconds.toFixed(1)),
    ...Object.fromEntries(names.map((name) => [name, cellOf(exercises.find((each) => each.name === name))])),
    error: error ?? "",
  }));
}

const cellOf = (exercise: Exercise | undefined): string =>
  exercise === undefined ? "" : exercise.passed ? "passed" : exercise.problems.join("; ");
