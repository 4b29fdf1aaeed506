/** What a cell takes and leaves by its syntax, which cells are stale after a change, and running only those. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { namesOf } from "../../../src/lab/notebook/cell-names.js";
import { libraryHash } from "../../../src/lab/notebook/library-files.js";
import { parseNotebook, writeNotebook, type Notebook } from "../../../src/lab/notebook/notebook.js";
import { runNotebookFile } from "../../../src/lab/notebook/run-file.js";
import { cellsOf, changedCells } from "../../../src/lab/notebook/stale.js";
import { notebookOf, temporaryFolder } from "../fixture.js";

const used = (source: string): string[] =>
  [...namesOf(source).uses].map(([name, chains]) => [name, ...(chains[0] ?? [])].join(".")).sort();

test("a cell uses what it does not make itself, wherever the name stands", () => {
  assert.deepEqual(used("const { a, b: [c], ...rest } = outer; f(a, c, rest);"), ["f", "outer"]);
  assert.deepEqual(used("const f = (x: Row, share = z) => ({ base, x, key: x.share, [k]: share });"), [
    "Row",
    "base",
    "k",
    "z",
  ]);
  assert.deepEqual(used("type T = (typeof done)[number]; interface I extends J { m: train.Run }"), [
    "J",
    "done",
    "train.Run",
  ]);
  assert.deepEqual(used("class D extends E { m = g; set(v) { this.v = v; } }"), ["E", "g"]);
  assert.deepEqual(used("for (const i of xs) { again: for (;;) break again; }"), ["xs"]);
  assert.deepEqual(used("laws.forms.spearman(a!.b, `${c}`);"), ["a.b", "c", "laws.forms.spearman"]);
});

test("a cell is read by today's TypeScript", () => {
  const { declares, uses } = namesOf("using file = open(path);\nawait using lock = take(file);");
  assert.deepEqual([...declares.keys()], ["file", "lock"]);
  assert.deepEqual([...uses.keys()], ["open", "path", "take"]);
});

test("a cell declares its names at the top, and changes what it assigns to or calls a changing method of", () => {
  const { declares } = namesOf(
    'import { charts as c, show } from "palimpsest";\nlet { a } = b;\nfunction f() {}\nenum E {}',
  );
  assert.deepEqual([...declares.keys()], ["c", "show", "a", "f", "E"]);
  assert.deepEqual(declares.get("c"), { module: "palimpsest", name: "charts" });
  const changed =
    "points.push(1); last[k] = 2; n++; Object.assign(s, {}); delete o.x; m.set(1, 2); report.claim({}); q.r.sort();";
  assert.deepEqual([...namesOf(changed).changes], ["points", "last", "n", "s", "o", "m", "report", "q"]);
  assert.deepEqual(
    [...namesOf("xs.map(f); const ys = [1]; ys.push(xs.slice().sort()); report.figure({});").changes],
    [],
  );
});

test("what stands behind a name of the library is the file that makes it and all that one loads", () => {
  const hash = (name: string, ...members: string[]): string =>
    libraryHash([{ imported: { module: "palimpsest", name }, members }], "/");
  assert.notEqual(hash("laws", "fit"), hash("charts", "lossCurves"));
  assert.equal(hash("laws", "fit"), hash("laws", "fit", "name"));
  assert.notEqual(hash("lab", "inTurn"), hash("lab", "percent"), "one file is not another's");
  assert.equal(hash("Tokenizer"), libraryHash([], "/"), "a type does nothing");
  assert.equal(hash("train", "Schedule"), libraryHash([], "/"));
  const dir = temporaryFolder();
  const own = (text: string): string => {
    mkdirSync(join(dir, text), { recursive: true });
    writeFileSync(join(dir, text, "helper.ts"), 'export { two } from "./deeper.js";');
    writeFileSync(join(dir, text, "deeper.ts"), `export const two = "${text}";`);
    return libraryHash([{ imported: { module: "./helper", name: "two" }, members: [] }], join(dir, text));
  };
  assert.notEqual(own("a"), own("b"), "a module beside the notebook counts, with what it loads");
});

const sources = [
  'import { rng } from "palimpsest";\nconst settings = { seed: 1 };',
  "const xs = [settings.seed];",
  "const other = 5;",
  "void xs.push(2);",
  "console.log(xs);",
  "console.log(other);",
];

/** What a run of a notebook leaves, without the run. */
function executed(cells: string[]): Notebook {
  const book = notebookOf(cells);
  for (const { cell, record } of cellsOf(book, "/")) cell.metadata.palimpsest = record;
  return book;
}

/** The stale cells after a change, "5: why", and the numbers of those that run again for them. */
function after(cells: string[], before = executed(sources)): { stale: string[]; again: number[] } {
  const reasons = changedCells(cellsOf(notebookOf(cells), "/"), before);
  return {
    stale: reasons.filter(({ stale }) => stale).map(({ known, why }) => `${known.number}: ${why}`),
    again: reasons.filter(({ stale }) => !stale).map(({ known }) => known.number),
  };
}

test("a cell is stale when it, the library behind it or what it takes has changed, and its makers run again", () => {
  const with_ = (at: number, source: string): string[] => sources.map((each, i) => (i === at - 1 ? source : each));
  assert.deepEqual(after(sources), { stale: [], again: [] });
  assert.deepEqual(after(with_(3, "const  other = 5 // a note")), { stale: [], again: [] });
  assert.deepEqual(after(with_(3, "const other = 6;")), {
    stale: ["3: was changed", "6: uses other, which cell 3 made otherwise"],
    again: [],
  });
  assert.deepEqual(after(with_(4, "void xs.push(3);")), {
    stale: ["4: was changed", "5: uses xs, which cell 4 made otherwise"],
    again: [1, 2],
  });
  assert.deepEqual(after(with_(1, sources[0]!.replace("1", "2"))).again, []);
  assert.equal(after(with_(1, sources[0]!.replace("1", "2"))).stale.length, 4);
  assert.equal(changedCells(cellsOf(notebookOf(sources), "/"), undefined).length, 6, "there is no executed copy");
  const failed = executed(sources);
  failed.cells[5]!.outputs = [{ output_type: "error", ename: "E", evalue: "", traceback: [] }];
  assert.deepEqual(after(sources, failed), { stale: ["6: has not run"], again: [3] });
  const older = executed(sources);
  Object.assign(older.cells[0]!.metadata.palimpsest as object, { library: "another" });
  assert.deepEqual(after(sources, older).stale, ["1: the library was changed behind what it calls"]);
});

test("only what is stale runs, and the rest keeps its outputs", async () => {
  const dir = temporaryFolder();
  const [path, out] = [join(dir, "book.ipynb"), join(dir, "out")];
  const before = executed(sources);
  before.cells[5]!.outputs = [{ output_type: "stream", name: "stdout", text: "kept\n" }];
  mkdirSync(out);
  writeFileSync(join(out, "book.ipynb"), writeNotebook(before));
  const run = async (cells: string[]): Promise<string[]> => {
    writeFileSync(path, writeNotebook(notebookOf(cells)));
    const { notebook, status, done } = await runNotebookFile(path, { out, changed: true });
    const text = notebook.cells.flatMap(({ outputs = [] }) =>
      outputs.map((each) => ("text" in each ? each.text : "?")),
    );
    return [status, String(done), ...text];
  };
  const edited = sources.map((each) => each.replace("xs.push(2)", "xs.push(7)"));
  assert.deepEqual(await run(edited), ["ok", "4", "[ 1, 7 ]\n", "kept\n"]);
  assert.deepEqual(await run(edited), ["ok", "0", "[ 1, 7 ]\n", "kept\n"]);
  const { cells } = parseNotebook(readFileSync(join(out, "book.ipynb"), "utf8"));
  assert.deepEqual(
    cells.map(({ execution_count: count }) => count),
    [1, 2, null, 4, 5, null],
    "counted as if all had run",
  );
});
