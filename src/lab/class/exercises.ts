/**
 * A notebook that was run, as exercises: each is named by the heading above its checks, and answers for the cells since the
 * checks before. Says what is wrong in sentences; runs nothing.
 */
import { checkMime, sentenceOf, type Verdict } from "../cell/check.js";
import { headingAbove, type FailedCell } from "../notebook/runner.js";
import { isTagged, type Cell, type Notebook } from "../notebook/notebook.js";

export interface Exercise {
  name: string;
  passed: boolean;
  /** What is wrong, a sentence each; none where it passed. */
  problems: string[];
  checks: Verdict[];
}

/** `failures` are the cells that did not end well, in the order of the notebook. */
export function exercisesOf(notebook: Notebook, failures: readonly FailedCell[]): Exercise[] {
  const found = new Map<string, Exercise>();
  let from = 0;
  for (const [at, cell] of notebook.cells.entries()) {
    if (!isTagged(cell, "check")) continue;
    const name = headingAbove(notebook, cell) ?? `cell ${at + 1}`;
    const exercise = found.get(name) ?? { name, passed: true, problems: [], checks: [] };
    found.set(name, exercise);
    // A check that could not run because of the cell above it says nothing more than that cell.
    const failed = failures.filter(({ cell: number }) => number > from && number <= at + 1);
    const own = failed.some(({ cell: number }) => number === at + 1);
    const verdicts = verdictsOf(cell);
    const bad = verdicts.filter(({ passed }) => !passed).map(sentenceOf);
    exercise.checks.push(...verdicts);
    if (own) exercise.problems.push(complaint(failed[0]!), ...bad);
    else if (verdicts.length === 0) exercise.problems.push(`cell ${at + 1} checks nothing`);
    else if (bad.length > 0) exercise.problems.push(...failed.slice(0, 1).map(complaint), ...bad);
    exercise.passed = exercise.problems.length === 0;
    from = at + 1;
  }
  return [...found.values()];
}

/** The student's notebook with the checks of the teacher's source: those that were changed, removed or never handed out. */
export function withChecksOf(given: Notebook, source: Notebook): Notebook {
  const cells = [...given.cells];
  const place = (id: string): number => cells.findIndex((cell) => cell.id === id);
  for (const [at, cell] of source.cells.entries()) {
    if (!isTagged(cell, "check")) continue;
    const here = place(cell.id);
    if (here >= 0) cells[here] = { ...cells[here]!, source: cell.source, metadata: cell.metadata };
    else {
      const before = source.cells
        .slice(0, at)
        .reverse()
        .find(({ id }) => place(id) >= 0);
      cells.splice(before ? place(before.id) + 1 : 0, 0, cell);
    }
  }
  return { ...given, cells };
}

function verdictsOf({ outputs = [] }: Cell): Verdict[] {
  return outputs.flatMap((output) =>
    output.output_type === "display_data" && checkMime in output.data ? [output.data[checkMime] as Verdict] : [],
  );
}

function complaint({ cell, ename, evalue }: FailedCell): string {
  return `cell ${cell}: ${ename === "" || ename === "Error" ? "" : `${ename}: `}${evalue.split("\n", 1)[0]}`;
}
