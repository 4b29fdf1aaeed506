import assert from "node:assert/strict";
import { test } from "node:test";
import { studentCopy, teacherCopy } from "../../../src/lab/class/copies.js";
import { exercisesOf, withChecksOf } from "../../../src/lab/class/exercises.js";
import type { FailedCell } from "../../../src/lab/notebook/runner.js";
import type { Cell, Notebook } from "../../../src/lab/notebook/notebook.js";
import { notebookOf } from "../fixture.js";

/** A notebook of sources, some with a tag in front: "check: lab.check(…)". */
function tagged(...sources: string[]): Notebook {
  const book = notebookOf(sources.map((source) => source.replace(/^[\w-]+: /, "")));
  const cells = book.cells.map((cell, at): Cell => {
    const tag = /^([\w-]+): /.exec(sources[at]!)?.[1];
    return tag === undefined ? cell : { ...cell, metadata: { tags: [tag] } };
  });
  return { ...book, cells };
}

const sourcesOf = ({ cells }: Notebook): string[] => cells.map(({ source }) => source);

const lesson = tagged(
  "# Lesson",
  "teacher-only: # What goes wrong",
  "function twice(x: number): number {\n  // BEGIN SOLUTION\n  return 2 * x; // double\n  // END SOLUTION\n}",
  "// BEGIN SOLUTION\n// STUB const share = NaN; // your code here\nconst share = 0.25;\n// END SOLUTION\nshare;",
  "solution: const free = 1;",
  "check: lab.check('doubles', () => twice(2), { is: 4 });",
);

test("the student gets stubs and checks, the teacher plain code", () => {
  const student = studentCopy(lesson);
  assert.deepEqual(sourcesOf(student), [
    "# Lesson",
    'function twice(x: number): number {\n  // your code here\n  throw new Error("your code is missing here");\n}',
    "const share = NaN; // your code here\nshare;",
    "// your code here",
    "lab.check('doubles', () => twice(2), { is: 4 });",
  ]);
  assert.deepEqual(
    student.cells.map(({ metadata }) => metadata),
    [
      {},
      { tags: ["solution"] },
      { tags: ["solution"] },
      { tags: ["solution"] },
      { tags: ["check"], editable: false, deletable: false },
    ],
  );
  assert.deepEqual(sourcesOf(teacherCopy(lesson)).slice(1, 4), [
    "# What goes wrong",
    "function twice(x: number): number {\n  return 2 * x; // double\n}",
    "const share = 0.25;\nshare;",
  ]);
});

test("nothing of a solution leaves with an output, and markers are refused where they do not pair", () => {
  const shown = { output_type: "stream", name: "stdout", text: "0.25" } as const;
  const run = { ...lesson, cells: lesson.cells.map((cell) => (cell.outputs ? { ...cell, outputs: [shown] } : cell)) };
  assert.doesNotMatch(JSON.stringify(studentCopy(run)), /0\.25|free/);
  const check = "check: lab.check('', () => true);";
  const refused = (source: string, why: RegExp): void => {
    assert.throws(() => studentCopy(tagged("1", source, check)), why);
  };
  refused(
    "a;\n// BEGIN SOLUTION\nb;",
    /^Error: invalid solution: cell 2, line 2: BEGIN SOLUTION without END SOLUTION$/,
  );
  refused("// END SOLUTION", /cell 2, line 1: END SOLUTION without/);
  refused("// BEGIN SOLUTION\n// BEGIN SOLUTION\n// END SOLUTION", /cell 2, line 2: BEGIN SOLUTION inside/);
  assert.throws(() => studentCopy(tagged("1")), /no cell tagged check/);
});

test("nbgrader's own spelling is taken", () => {
  const source = "// ### BEGIN SOLUTION\nconst a = 1;\n// ### END SOLUTION";
  assert.deepEqual(sourcesOf(teacherCopy(tagged(source))), ["const a = 1;"]);
});

test("the teacher's checks replace those that were changed, and come back where they were removed", () => {
  const handedIn = studentCopy(lesson);
  const changed = { ...handedIn, cells: handedIn.cells.map((cell) => ({ ...cell })) };
  changed.cells.at(-1)!.source = "lab.check('doubles', () => true);";
  assert.deepEqual(sourcesOf(withChecksOf(changed, lesson)), sourcesOf(handedIn));
  const removed = { ...handedIn, cells: handedIn.cells.slice(0, -1) };
  assert.deepEqual(sourcesOf(withChecksOf(removed, lesson)), sourcesOf(handedIn));
  const other = { ...handedIn, cells: handedIn.cells.map((cell) => ({ ...cell, id: `other-${cell.id}` })) };
  assert.throws(() => withChecksOf(other, lesson), /^Error: invalid source: it has no cell in common/);
});

test("an exercise is called as in the teacher's notebook, and a cell that failed answers for its check", () => {
  const handedIn = studentCopy(lesson);
  const notes = notebookOf(["## My notes"]).cells.map((cell) => ({ ...cell, id: "mine" }));
  const notebook = { ...handedIn, cells: [...handedIn.cells.slice(0, -1), ...notes, ...handedIn.cells.slice(-1)] };
  const failed = { ename: "Error", evalue: "no\nmore", traceback: [], cell: 2, source: "" };
  const told = (failures: FailedCell[]): unknown =>
    exercisesOf({ notebook, failures, source: lesson }).map(({ name, problems }) => [name, problems]);
  assert.deepEqual(told([]), [["Lesson", ["cell 6 checks nothing"]]]);
  assert.deepEqual(told([failed, { ...failed, cell: 6 }]), [["Lesson", ["cell 2: no"]]]);
});
