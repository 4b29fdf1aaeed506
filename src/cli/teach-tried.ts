/** Both copies of a lesson run: its exercises must pass with the solutions, and none of them without. */
import { dirname, resolve } from "node:path";
import { grade } from "../lab/class/grade.js";
import { progressReporter } from "../lab/cell/progress.js";
import type { Notebook } from "../lab/notebook/notebook.js";

export interface TriedOptions {
  /** The source, for its name and its folder. */
  path: string;
  student: Notebook;
  teacher: Notebook;
  signal: AbortSignal;
}

/** The teacher's copy with its outputs, and what is wrong with the exercises in sentences. */
export async function tried({ path, student, teacher, signal }: TriedOptions): Promise<{
  executed: Notebook;
  problems: string[];
}> {
  const { report: onProgress, done } = progressReporter();
  const folder = dirname(resolve(path));
  try {
    const solved = await grade(teacher, { folder, signal, onProgress, name: "teacher" });
    const stubs = await grade(student, { folder, signal, onProgress, name: "student" });
    const wrong = solved.exercises.flatMap(({ name, problems }) => problems.map((each) => `${name}: ${each}`));
    const idle = stubs.exercises.filter(({ passed }) => passed);
    return {
      executed: solved.notebook,
      problems: [...wrong, ...idle.map(({ name }) => `${name}: passes without a solution`)].map((each) => `✗ ${each}`),
    };
  } finally {
    done();
  }
}
