/** One kernel for a lesson of every kind of answer, and the one after it, since an answer takes it down. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { grade } from "../../../src/lab/class/grade.js";
import { notebookOf } from "../fixture.js";

const checkOf = (name: string, value: number): string =>
  `lab.check("${name} gives ${value}", () => ${name}(), { is: ${value}, hint: "Count." });`;

test("each exercise is passed or told in a sentence; a loop and a crash cost theirs only", async () => {
  const book = notebookOf([
    'import { lab } from "palimpsest";\nconst kept = 3;',
    "## Right",
    "const right = () => kept;",
    checkOf("right", 3),
    "## Wrong",
    "const wrong = () => 2;",
    `${checkOf("wrong", 3)}\nlab.check("is positive", () => wrong(), { above: 0 });`,
    "## Missing",
    'const stub = (): number => { throw new Error("your code is missing here"); };',
    `${checkOf("stub", 4)}\n${checkOf("stub", 5)}`,
    "## Misspelt",
    "const spelt = () => kepd;",
    checkOf("spelt", 5),
    "## Loop",
    "const loop = () => new Promise<number>(() => {});",
    `await ${checkOf("loop", 6)}`,
    "## Crash",
    "const crash = (): number => process.exit(3);",
    checkOf("crash", 7),
    "## After",
    checkOf("right", 3),
    "## Nothing",
    "1;",
  ]);
  for (const cell of book.cells)
    if (/^(await )?lab.check/.test(cell.source) || cell.source === "1;") cell.metadata.tags = ["check"];
  const { exercises, notebook } = await grade(book, { seconds: 5 });
  const told = Object.fromEntries(exercises.map(({ name, problems }) => [name, problems]));
  assert.deepEqual(Object.keys(told), ["Right", "Wrong", "Missing", "Misspelt", "Loop", "Crash", "After", "Nothing"]);
  assert.deepEqual([told.Right, told.After], [[], []]);
  assert.deepEqual(told.Wrong, ["wrong gives 3: expected 3, came 2. Count."]);
  assert.deepEqual(told.Missing, ["your code is missing here"]);
  assert.match(told.Misspelt!.join(), /^cell 12: .*kepd/);
  assert.match(told.Loop!.join(), /^cell 16: took more than 5 s and was ended$/);
  assert.match(told.Crash!.join(), /^cell 19: .*process\.exit\(3\)/);
  assert.deepEqual(told.Nothing, ["cell 23 checks nothing"]);
  assert.ok(exercises.every(({ passed, problems }) => passed === (problems.length === 0)));
  assert.equal(notebook.cells[3]!.outputs!.length, 1);
  assert.deepEqual(book.cells[3]!.outputs, []);
});
