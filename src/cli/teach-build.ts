/** `palimpsest teach build`: a notebook with solutions becomes the student's copy and the teacher's. */
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { writeAtomically } from "../files.js";
import { readText } from "../json-file.js";
import { BadArguments, example, understand, work, type Outcome } from "./work.js";

interface BuildOptions {
  out: string;
  execute?: boolean;
}

export function addTeachBuild(teach: Command): void {
  const verb = teach
    .command("build")
    .summary("the student's copy and the teacher's")
    .description(
      "Writes DIR/student and DIR/teacher. Solutions stand between // BEGIN SOLUTION and // END SOLUTION (// STUB lines in between are what" +
        " students get), or are cells tagged solution; cells tagged check are lab.check(…); those tagged teacher-only stay with the teacher.",
    )
    .argument("<source...>", "the .ipynb files with solutions")
    .requiredOption("--out <dir>", "folder for the copies")
    .option("--execute", "run both: every exercise must pass with its solution, and fail without")
    .option("--json", "print one JSON object instead of text")
    .action(work<BuildOptions>(build));
  example(verb, "palimpsest teach build notebooks/teaching/1-what-a-tokenizer-costs.ipynb --out out/class --execute");
}

interface Built {
  student: string;
  teacher: string;
  /** What is wrong with the exercises; none where nothing was run. */
  problems: string[];
}

async function build(paths: string[], options: BuildOptions, { signal }: { signal: AbortSignal }): Promise<Outcome> {
  const { parseNotebook, writeNotebook } = await import("../lab/notebook/notebook.js");
  const { studentCopy, teacherCopy } = await import("../lab/class/copies.js");
  for (const path of paths) if (!existsSync(path)) throw new BadArguments(`invalid source: ${path}; no such file`);
  const sources = paths.map((path) => {
    const source = parseNotebook(readText(path, "teach build"), path);
    const student = understand(() => named(path, () => studentCopy(source)));
    return { path, student, teacher: teacherCopy(source) };
  });
  const built: Built[] = [];
  for (const { path, student, teacher } of sources) {
    const [to, kept] = ["student", "teacher"].map((copy) => join(options.out, copy, basename(path))) as [
      string,
      string,
    ];
    if ([to, kept].some((target) => resolve(target) === resolve(path)))
      throw new BadArguments(`invalid --out: ${options.out}; it would overwrite ${path}`);
    writeAtomically(to, writeNotebook(student));
    writeAtomically(kept, writeNotebook(teacher));
    const problems: string[] = [];
    if (options.execute) {
      const { tried } = await import("./teach-tried.js");
      const both = await tried({ path, student, teacher, signal });
      writeAtomically(kept, writeNotebook(both.executed));
      problems.push(...both.problems);
    }
    built.push({ student: to, teacher: kept, problems });
  }
  const text = built.map(({ student, teacher, problems }) => [student, teacher, ...problems].join("\n")).join("\n");
  return { json: { built }, text, failed: built.some(({ problems }) => problems.length > 0) };
}

function named<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
