/** What a notebook's file says of its settings, and the cell that puts others in their place. Nothing is executed here. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseNotebook, type Notebook } from "../../../src/lab/notebook/notebook.js";
import { parametersOf, withParameters } from "../../../src/lab/notebook/parameters-cell.js";
import { notebookOf } from "../fixture.js";

const imported = 'import { lab } from "palimpsest";\n';
const cell = `${imported}const settings = lab.params({ defaults: { steps: 300, note: null as string | null, of: "a b".split(" ") } });`;
const sources = ({ cells }: Notebook): string[] => cells.map(({ source }) => source);

function tagged(book: Notebook, at: number): Notebook {
  const cells = book.cells.map((each, i) => (i === at ? { ...each, metadata: { tags: ["parameters"] } } : each));
  return { ...book, cells };
}

test("the defaults are known without running the notebook, where they need nothing before them", () => {
  const defaults = { steps: 300, note: null, of: ["a", "b"] };
  assert.deepEqual(parametersOf(notebookOf(["# params", "1", cell])), { at: 2, name: "settings", defaults });
  const apart = parametersOf(notebookOf(["const { a } = lab.params({ defaults: { a: 1 } satisfies object });"]));
  assert.deepEqual(apart, { at: 0, name: undefined, defaults: { a: 1 } });
  for (const options of ["{ defaults: { a: before } }", "{ defaults }", "{ defaults: 5 }", "{ defaults: { a: 1n } }"]) {
    const found = parametersOf(notebookOf([`const s = lab.params(${options});`]));
    assert.deepEqual(found, { at: 0, name: "s", defaults: undefined }, options);
  }
  for (const other of [
    "const params = 5;",
    "lab.params",
    "lab.params()",
    "params({ steps: 1 })",
    "lab.params({",
    `params${"(".repeat(1e5)}`,
  ])
    assert.equal(parametersOf(notebookOf([other])), undefined, other);
});

test("what is given is a cell after the tagged one, in the place of an earlier one; what came before stays", () => {
  const book = tagged(notebookOf(["# A study", cell, "settings.steps;"]), 1);
  const once = withParameters(book, { steps: 5, of: ["c"] });
  const source = '// Parameters\nvoid Object.assign(settings, {\n  steps: 5,\n  of: ["c"],\n});';
  assert.deepEqual(sources(once), ["# A study", cell, source, "settings.steps;"]);
  assert.deepEqual(once.cells[2]?.metadata, { tags: ["injected-parameters"] });
  const again = withParameters(once, { note: "x" });
  assert.deepEqual(sources(again)[2], '// Parameters\nvoid Object.assign(settings, {\n  note: "x",\n});');
  assert.deepEqual([again.cells.length, book.cells.length], [4, 3]);
  assert.equal(new Set(again.cells.map(({ id }) => id)).size, 4);
  assert.throws(
    () => withParameters(book, { step: 5 }),
    /^Error: params: invalid parameter: step; did you mean steps\?/,
  );
  assert.throws(() => withParameters(book, { of: [1] }), /^Error: params: invalid of: \[1\] \(list of number\)/);
});

test("where the settings have no name yet, the cell comes first and tells those that will be read", () => {
  const source =
    '// Parameters\nvoid Object.assign(process.env, { PALIMPSEST_PARAMS: JSON.stringify({\n  "a-b": [1],\n}) });';
  const apart = `${imported}const { steps } = lab.params({ defaults: { steps: 1, "a-b": [2] } });`;
  const whole = `${imported}const settings = lab.params({ defaults: { "a-b": [2] } });`;
  const books = [notebookOf(["1", whole]), tagged(notebookOf(["1", apart]), 1), notebookOf(["1"])];
  for (const book of books) assert.deepEqual(sources(withParameters(book, { "a-b": [1] })), [source, ...sources(book)]);
});

test("every notebook tells its settings before it runs, and what is set comes right after them", () => {
  const folder = join(__dirname, "../../../notebooks");
  const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
  for (const name of names) {
    const book = parseNotebook(readFileSync(join(folder, name), "utf8"), name);
    const found = parametersOf(book);
    assert.equal(typeof found?.defaults?.out, "string", name);
    const { cells } = withParameters(book, { out: "elsewhere" });
    assert.match(cells[found!.at + 1]!.source, /^\/\/ Parameters\nvoid Object\.assign\(settings, \{\n {2}out:/, name);
    assert.match(cells[found!.at]!.source, /\n\}\);$/, `${name}: what follows from the settings is in a later cell`);
  }
  assert.ok(names.length > 0);
  const short = readdirSync(join(folder, "short"));
  for (const name of short) {
    const book = parseNotebook(readFileSync(join(folder, name.replace(/json$/, "ipynb")), "utf8"), name);
    const given = JSON.parse(readFileSync(join(folder, "short", name), "utf8")) as { out: string };
    assert.equal(withParameters(book, given).cells.length, book.cells.length + 1, name);
    assert.equal(given.out, `../out/short/${name.slice(0, 2)}`);
  }
  assert.ok(short.length > 0);
});
