/**
 * A notebook that was run, as exercises: each is named by the heading above its checks, and answers for the cells since the
 * checks before. Says what is wrong in sentences; runs nothing.
 */
import { checkMime, sentenceOf, type Verdict } from "../cell/check.js";
import { missing } from "./copies.js";
import { headingAbove, type FailedCell } from "../notebook/runner.js";
import { isTagged, type Cell, type Notebook } from "../notebook/notebook.js";

export interface Exercise {
  name: string;
  passed: boolean;
  /** What is wrong, a sentence each; none where it passed. */
  problems: string[];
  checks: Verdict[];
}

export interface Ran {
  notebook: Notebook;
  /** The cells that did not end well, in the order of the notebook. */
  failures: readonly FailedCell[];
  /** The teacher's notebook: exercises are called as there, whatever headings a student added. */
  source?: Notebook;
}

export function exercisesOf({ notebook, failures, source = notebook }: Ran): Exercise[] {
  // What students are not given names no exercise.
  const handedOut = source.cells.filter((cell) => isTagged(cell, "check") || !isTagged(cell, "teacher-only"));
  const found = new Map<string, Exercise>();
  let from = 0;
  for (const [at, cell] of notebook.cells.entries()) {
    if (!isTagged(cell, "check")) continue;
    const original = handedOut.find(({ id }) => id === cell.id);
    const heading = original ? headingAbove({ ...source, cells: handedOut }, original) : headingAbove(notebook, cell);
    const name = heading ?? `cell ${at + 1}`;
    const exercise = found.get(name) ?? { name, passed: true, problems: [], checks: [] };
    found.set(name, exercise);
    // A check that could not run because of the cell above it says nothing more than that cell.
    const failed = failures.filter(({ cell: number }) => number > from && number <= at + 1);
    const own = failed.some(({ cell: number }) => number === at + 1);
    const verdicts = verdictsOf(cell);
    const bad = [...new Set(verdicts.filter(({ passed }) => !passed).map(wrong))];
    exercise.checks.push(...verdicts);
    if (own) exercise.problems.push(complaint(failed[0]!), ...bad);
    else if (verdicts.length === 0) exercise.problems.push(`cell ${at + 1} checks nothing`);
    else if (bad.length > 0) exercise.problems.push(...failed.slice(0, 1).map(complaint), ...bad);
    exercise.passed = exercise.problems.length === 0;
    from = at + 1;
  }
  return [...found.values()];
}

/**
 * The student's notebook with the checks of the teacher's source: those that were changed, removed or never handed out. Throws
 * where no cell of the one is in the other.
 */
export function withChecksOf(given: Notebook, source: Notebook): Notebook {
  const cells = [...given.cells];
  const place = (id: string): number => cells.findIndex((cell) => cell.id === id);
  if (!source.cells.some(({ id }) => place(id) >= 0))
    throw new Error("invalid source: it has no cell in common with the notebook (is it another lesson's?)");
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

/** Of a stub that was left as it is, every check says the same. */
const wrong = (verdict: Verdict): string => (verdict.threw && verdict.came === missing ? missing : sentenceOf(verdict));

function complaint({ cell, ename, evalue }: FailedCell): string {
  return `cell ${cell}: ${ename === "" || ename === "Error" ? "" : `${ename}: `}${evalue.split("\n", 1)[0]}`;
}
