import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { parseNotebook, writeNotebook, type Notebook } from "../../../src/lab/notebook/notebook.js";
import { pythonWith } from "../python.js";

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

/** What other programs write, and what people make of it by hand: all of it is read by Python's nbformat. */
const loose: [string, string, string[]][] = [
  ["a code cell without outputs or count", book([{ cell_type: "code", metadata: {}, source: "a" }]), ["code a"]],
  ["cells without metadata or source", book([{ cell_type: "code" }, { cell_type: "raw" }]), ["code ", "raw "]],
  ["old outputs that are none", book([{ ...code, source: "a", outputs: [{}, { output_type: "pyout" }] }]), ["code a"]],
  [
    "ids that are repeated or not allowed",
    book(["x", "x", "a b", 7, ""].map((id) => ({ ...code, id, source: "a" }))),
    Array.from({ length: 5 }, () => "code a"),
  ],
  ["a cell of an unknown type", book([{ cell_type: "sql", metadata: {}, source: "a" }]), ["raw a"]],
  ["no minor version", JSON.stringify({ cells: [], metadata: {}, nbformat: 4 }), []],
  [
    "metadata of other shapes",
    book([{ ...code, source: "a", metadata: { tags: "x", collapsed: null, name: "", kept: 1 } }], {
      metadata: { title: 1, authors: "me" },
    }),
    ["code a"],
  ],
  [
    "version 3: worksheets, input, headings",
    JSON.stringify({
      nbformat: 3,
      nbformat_minor: 0,
      metadata: { name: "" },
      worksheets: [
        {
          cells: [
            { cell_type: "heading", level: 2, metadata: {}, source: ["Two\n", "lines"] },
            {
              cell_type: "code",
              language: "python",
              collapsed: false,
              input: ["a\n", "b"],
              outputs: [],
              prompt_number: 3,
            },
            { cell_type: "markdown", source: "c" },
          ],
        },
      ],
    }),
    ["markdown ## Two lines", "code a\nb", "markdown c"],
  ],
];
for (const [what, content, cells] of loose) {
  test(`a notebook is read although it is not quite valid: ${what}`, () => {
    const read = parseNotebook(content, "x.ipynb");
    assert.deepEqual(
      read.cells.map((each) => `${each.cell_type} ${each.source}`),
      cells,
    );
    assert.equal(new Set(read.cells.map((each) => each.id)).size, cells.length);
    assert.deepEqual(parseNotebook(writeNotebook(read)), read);
  });
}

test("Python's nbformat finds all that is written valid, and would write the same bytes", (t) => {
  const python = pythonWith("nbformat");
  if (python === undefined) return t.skip("needs a Python with nbformat: pip install nbformat");
  const script = `import sys, json, nbformat
given = json.load(sys.stdin)
for each in given: nbformat.validate(json.loads(each))
print(json.dumps([nbformat.writes(nbformat.reads(each, 4)) + "\\n" for each in given]))`;
  const plain = { ...rich, cells: rich.cells.slice(1) };
  const given = [rich, plain, ...loose.map(([, content]) => parseNotebook(content))].map(writeNotebook);
  const input = JSON.stringify(given);
  const { stdout, stderr } = spawnSync(python, ["-W", "error", "-c", script], { input, encoding: "utf8" });
  assert.equal(stderr, "");
  const written = JSON.parse(stdout) as string[];
  // Python also breaks lines at U+2028; joined again the text is the same.
  assert.deepEqual(parseNotebook(written[0]!), rich);
  assert.deepEqual(written.slice(1), given.slice(1));
});

test("NaN in the JSON of an output, as Python writes it, is read and kept as a text", () => {
  const data = { "application/vnd.plotly.v1+json": { data: [{ y: ["NaN", 1, "-Infinity"] }] } };
  const output = { output_type: "display_data", metadata: {}, data };
  const text = book([{ ...code, id: "a", source: "", outputs: [output] }]).replace(/"(NaN|-Infinity)"/g, "$1");
  assert.throws(() => JSON.parse(text));
  const read = parseNotebook(text);
  assert.deepEqual(read.cells[0]!.outputs, [output]);
  assert.deepEqual(parseNotebook(writeNotebook(read)), read);
});

const bad: [string, string, RegExp][] = [
  ["not JSON", "{", /^Error: parseNotebook: invalid JSON in x.ipynb: [^\n]*$/],
  ["not a notebook", "[]", /^Error: parseNotebook: invalid nbformat in x.ipynb: undefined [^\n]*$/],
  [
    "a version to come",
    '{"nbformat": 5, "cells": []}',
    /^Error: parseNotebook: invalid nbformat in x.ipynb: 5 [^\n]*$/,
  ],
  ["JSON cut in a text of two lines", '{"a": "\\n\n', /^Error: parseNotebook: invalid JSON in x.ipynb: [^\n]*$/],
  [
    "lists a hundred thousand deep",
    book([{ ...code, source: "", metadata: 0 }]).replace(
      '"metadata":0',
      `"metadata":{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`,
    ),
    /^Error: parseNotebook: invalid JSON in x.ipynb: lists and objects deeper than 100 in others$/,
  ],
  ["no cells", '{"nbformat": 4}', /^Error: parseNotebook: invalid cells in x.ipynb[^\n]*$/],
  ["a cell that is none", book([]).replace("[]", "[1]"), /^Error: parseNotebook: invalid cells\.0 in x.ipynb[^\n]*$/],
];
for (const [what, content, message] of bad) {
  test(`a bad notebook is refused in one line: ${what}`, () => {
    assert.throws(() => parseNotebook(content, "x.ipynb"), message);
  });
}
