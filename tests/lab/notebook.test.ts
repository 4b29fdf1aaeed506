import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { parseNotebook, writeNotebook, type Notebook } from "../../src/lab/notebook.js";
import { pythonWith } from "./python.js";

const code = { cell_type: "code", metadata: {}, outputs: [], execution_count: null };
const book = (cells: object[], rest: object = {}): string =>
  JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5, ...rest });

/** A notebook with every kind of cell and output, and text that ends in every way. */
const rich: Notebook = {
  cells: [
    { cell_type: "markdown", id: "a", metadata: { tags: ["x"] }, source: "# Title\n\nλ 한국어 \u2028 end\n" },
    {
      cell_type: "code",
      id: "b-1_C",
      metadata: {},
      source: "const x = 1;\nx",
      execution_count: 3,
      outputs: [
        { output_type: "stream", name: "stdout", text: "one\n\ntwo" },
        { output_type: "stream", name: "stderr", text: "" },
        {
          output_type: "display_data",
          metadata: { z: 1, a: { d: [], c: {} } },
          data: {
            "text/plain": "plain\ntext",
            "image/svg+xml": "<svg>\n</svg>\n",
            "application/vnd.plotly.v1+json": { layout: {}, data: [{ y: [1, 2.5], x: ["a", "b"] }] },
          },
        },
        { output_type: "execute_result", metadata: {}, data: { "text/html": "<b>\n</b>" }, execution_count: null },
        { output_type: "error", ename: "E", evalue: "v", traceback: ["a", "b\nc"] },
      ],
    },
    { cell_type: "raw", id: "c", metadata: {}, source: "" },
  ],
  metadata: { b: 1, a: 2 },
  nbformat: 4,
  nbformat_minor: 5,
};

test("what is written reads back the same, and is written the same again", () => {
  const written = writeNotebook(rich);
  assert.deepEqual(parseNotebook(written), rich);
  assert.equal(writeNotebook(parseNotebook(written)), written);
  assert.ok(written.endsWith("}\n"));
});

test("Python's nbformat accepts what is written and would write the same bytes", (t) => {
  const python = pythonWith("nbformat");
  if (python === undefined) return t.skip("needs a Python with nbformat: pip install nbformat");
  const script =
    "import sys,nbformat as n;b=n.reads(sys.stdin.read(),4);n.validate(b);sys.stdout.write(n.writes(b)+'\\n')";
  const input = writeNotebook(rich);
  const { stdout, stderr } = spawnSync(python, ["-c", script], {
    input,
    encoding: "utf8",
    env: { ...process.env, PYTHONUTF8: "1" },
  });
  assert.equal(stderr, "");
  // Python also breaks lines at U+2028; joined again the text is the same.
  assert.deepEqual(parseNotebook(stdout), rich);
  const plain = { ...rich, cells: rich.cells.slice(1) };
  const again = spawnSync(python, ["-c", script], { input: writeNotebook(plain), encoding: "utf8" });
  assert.equal(again.stdout, writeNotebook(plain));
});

test("cells of an older minor version get ids that depend on nothing but the notebook", () => {
  const old = book(
    [
      { ...code, source: "a" },
      { ...code, source: "a" },
      { ...code, source: ["b\n", "c"] },
    ],
    { nbformat_minor: 2 },
  );
  const ids = parseNotebook(old).cells.map((cell) => cell.id);
  assert.equal(new Set(ids).size, 3);
  assert.deepEqual(
    parseNotebook(old).cells.map((cell) => cell.id),
    ids,
  );
  assert.equal(parseNotebook(old).nbformat_minor, 5);
  assert.equal(parseNotebook(old).cells[2]?.source, "b\nc");
});

const bad: [string, string, RegExp][] = [
  ["not JSON", "{", /^Error: parseNotebook: invalid JSON in x.ipynb: [^\n]*$/],
  ["not a notebook", "[]", /invalid notebook in x.ipynb/],
  ["version 3", '{"nbformat": 3, "worksheets": []}', /invalid nbformat in x.ipynb: 3; convert/],
  ["a cell without source", book([{ ...code, id: "a" }]), /invalid cells\.0\.source in x.ipynb/],
  ["an unknown cell type", book([{ ...code, cell_type: "sql", source: "" }]), /invalid cells\.0\.cell_type in x.ipynb/],
  [
    "an id twice",
    book([
      { ...code, id: "a", source: "" },
      { ...code, id: "a", source: "" },
    ]),
    /invalid cell id in x.ipynb: a is there twice/,
  ],
  ["an id with a space", book([{ ...code, id: "a b", source: "" }]), /invalid cells\.0\.id in x.ipynb/],
  [
    "an output of no type",
    book([{ ...code, source: "", outputs: [{}] }]),
    /invalid cells\.0\.outputs\.0\.output_type in x.ipynb/,
  ],
];
for (const [what, content, message] of bad) {
  test(`a bad notebook is refused in one line: ${what}`, () => {
    assert.throws(() => parseNotebook(content, "x.ipynb"), message);
  });
}
