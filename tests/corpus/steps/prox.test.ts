/** ProX's edits: what the released code makes of programs (`tests/golden/prox.py`), and planted noise that rules take out again. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-prox-"));
after(() => rmSync(root, { recursive: true }));

type Case = [text: string, program: string, edited: string, malformed: number, run: string];
const cases = JSON.parse(readFileSync("tests/golden/prox.json", "utf8")) as Case[];

test("160 programs, well formed and not, do what ProX's released code does", () => {
  for (const [text, program, edited, malformed, run] of cases) {
    assert.deepEqual(corpus.editByProgram(text, program), { text: edited, malformed }, program);
    assert.equal(corpus.runProgram(text, program).text, run, program);
  }
});

test("a number of lines that no text has takes no time", () => {
  const program = "remove_lines(line_start=1, line_end=999999999999)";
  assert.deepEqual(corpus.editByProgram("a\nb\nc", program), { text: "a", malformed: 1 });
});

const clean = Array.from(
  { length: 6 },
  (_, i) => `Line ${i} of a text that says something about numbers and what they are.`,
);
const noisy = ["Home | Menu | Login", ...clean.slice(0, 3), "Share this page now", ...clean.slice(3)]
  .join("\n")
  .replace("numbers", "nmbers");
const documents = [
  { key: "noisy", text: noisy },
  { key: "clean", text: clean.join("\n") },
  { key: "spam", text: "buy cheap pills\n".repeat(9) },
];
const rules = { drop: "cheap pills", removeLines: "^(Home \\||Share this)", normalize: { nmbers: "numbers" } };

test("rules make programs, which take planted noise out and leave the rest", async () => {
  const { documents: left, steps } = await corpus.pipeline({ documents, steps: [{ name: "prox", rules }] });
  assert.deepEqual(
    left.map(({ text }) => text),
    [clean.join("\n"), clean.join("\n")],
  );
  assert.deepEqual([steps[0]!.changed, steps[0]!.reasons], [1, { drop_doc: 1 }]);
  assert.throws(
    () => corpus.prox({ rules: { normalize: { "f(x)": "g" } } }),
    /^Error: prox: invalid normalize: "f\(x\)" /,
  );
  assert.throws(() => corpus.prox({ rules: { drop: "(" } }), /^Error: prox: invalid drop: \( /);
});

test("programs of a file are found by key; malformed calls are counted and skipped, two of them and the text stays", async () => {
  const file = join(root, "programs.jsonl");
  const programs = {
    noisy: "remove_lines(line_start=0, line_end=0)\nremove_lines(line_start=x, line_end=2)",
    clean: "remove_lines(line_start=1)\nremove_lines(line_start=0, line_end=2)\nnormalize()",
    spam: "drop_doc()",
  };
  const rows = Object.entries(programs).map(([key, program]) => JSON.stringify({ key, program }));
  writeFileSync(file, rows.join("\n"));
  const { documents: left, steps } = await corpus.pipeline({ documents, steps: [{ name: "prox", programs: file }] });
  assert.deepEqual(
    left.map(({ text }) => text),
    [noisy.split("\n").slice(1).join("\n"), clean.join("\n")],
  );
  assert.deepEqual(steps[0]!.noted, { "malformed calls, skipped": 3, "programs left out for malformed calls": 1 });
  await assert.rejects(
    corpus.pipeline({ documents, steps: [{ name: "prox", programs: join(root, "no.jsonl") }] }),
    /no such file: /,
  );
  assert.throws(() => corpus.prox({}), /^Error: prox: invalid options: give either programs or rules$/);
});
