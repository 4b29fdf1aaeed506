/** Notebooks as text: ours is jupytext's, and what it reads back are the same cells. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseNotebook, writeNotebook, type Cell, type Notebook } from "../../../src/lab/notebook/notebook.js";
import { twinOf, twinPath } from "../../../src/lab/notebook/twin.js";
import { projectFiles, read } from "../../house/sources.js";
import { notebookOf, temporaryFolder } from "../fixture.js";
import { pythonWith } from "../python.js";

const ours = projectFiles().filter((path) => path.endsWith(".ipynb"));
const isPaired = (path: string): boolean => JSON.stringify(parseNotebook(read(path)).metadata).includes("ts:percent");
const notebooks = ours.filter(isPaired);
const python = pythonWith("jupytext", "nbformat");

/** What a twin should hold and what it may leave out: tags, other types, empty cells and lines, letters of elsewhere. */
const odd: Notebook = {
  ...notebookOf(["# Têtes\n\n\ntext", "const a = 1;\n\n  // in\nconst b = `\n\n${a}`;", "", "show(a);"]),
  metadata: { kernelspec: { name: "palimpsest", language: "typescript", display_name: "TypeScript: a" }, other: 1 },
};
odd.cells[1]!.metadata = { note: { a: [1, null], b: "é" }, scrolled: false, tags: ["parameters", "b c"] };
odd.cells.push({ cell_type: "raw", id: "raw", metadata: {}, source: "as it is" });

test("a twin has the notebook's cells, its tags and its kernel, and no outputs", () => {
  const text = twinOf({
    ...notebookOf(["# A\n\nb", "show(1);"]),
    metadata: { kernelspec: { name: "x", language: "y" } },
  });
  const header =
    "jupyter:\n//   jupytext:\n//     text_representation:\n//       extension: .ts\n//       format_name: percent";
  assert.equal(
    text,
    `// ---\n// ${header}\n//       format_version: '1.3'\n//   kernelspec:\n//     language: y\n//     name: x\n// ---\n\n` +
      "// %% [markdown]\n// # A\n//\n// b\n\n// %%\nshow(1);\n",
  );
  assert.match(twinOf(odd), /^\/\/ -\*- coding: utf-8 -\*-\n/);
  assert.match(twinOf(odd), /^\/\/ %% note={"a": \[1, null\], "b": "\\u00e9"} tags=\["parameters", "b c"\]$/m);
});

test("a line that would begin another cell is refused", () => {
  assert.throws(() => twinOf(notebookOf(["const a = 1;\n// %% b"])), /invalid line in cell 1: .*%% b/);
  assert.throws(() => twinOf(notebookOf(["a();", "# b\n%% c"])), /invalid line in cell 2/);
});

test("the notebooks that are numbered are paired with a twin", () => {
  assert.deepEqual(
    ours.filter((path) => /^notebooks\/\d\d-/.test(path) && !isPaired(path)),
    [],
  );
});

for (const path of notebooks)
  test(`${twinPath(path)} is what ${path} is`, () => {
    const same = twinOf(parseNotebook(read(path))) === read(twinPath(path));
    assert.ok(
      same,
      `run \`npx palimpsest twin ${path}\`, or \`jupytext --sync ${path}\` if it is the twin that you edited`,
    );
  });

test(
  "jupytext writes the same twins, reads the same cells, and brings an edit back",
  { skip: !python && "no jupytext" },
  () => {
    const dir = temporaryFolder();
    const file = (name: string): string => readFileSync(join(dir, name), "utf8");
    const books = [odd, ...notebooks.map((path) => parseNotebook(read(path)))];
    books.forEach((book, at) => writeFileSync(join(dir, `${at}.ipynb`), writeNotebook(book)));
    books.forEach((book, at) => writeFileSync(join(dir, `${at}.ours.ts`), twinOf(book)));
    const script = `import jupytext, jupytext.cli
for at in range(${books.length}):
    jupytext.write(jupytext.read(f"{at}.ipynb"), f"{at}.theirs.ts", fmt="ts:percent")
    jupytext.write(jupytext.read(f"{at}.ours.ts"), f"{at}.back.ipynb")
text = open("1.ours.ts").read().replace("seed: 1", "seed: 2")
open("1.ts", "w").write(text)
jupytext.cli.jupytext(["--quiet", "--sync", "1.ts"])
`;
    const { status, stderr } = spawnSync(python!, ["-c", script], { cwd: dir, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const unversioned = (text: string): string => text.replace(/^.*jupytext_version.*\n/m, "");
    books.forEach((book, at) => {
      assert.equal(twinOf(book), unversioned(file(`${at}.theirs.ts`)));
      const kept = ({ cell_type, source, metadata: { tags, note } }: Cell): object => ({
        cell_type,
        source,
        tags,
        note,
      });
      assert.deepEqual(parseNotebook(file(`${at}.back.ipynb`)).cells.map(kept), book.cells.map(kept));
    });
    const [before, after] = [books[1]!.cells, parseNotebook(file("1.ipynb")).cells];
    const ids = (cells: Cell[]): string[] => cells.map(({ id }) => id);
    assert.deepEqual(ids(after), ids(before));
    assert.equal(after.filter(({ source }, at) => source !== before[at]!.source).length, 1);
    assert.equal(twinOf(parseNotebook(file("1.ipynb"))), unversioned(file("1.ts")));
  },
);
