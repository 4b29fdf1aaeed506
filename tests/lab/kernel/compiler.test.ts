/** The compiler of cells alone, without a kernel: what it says while a cell is written. One serves all tests. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { orders, corpora, buffers } from "../../../src/corpus/index.js";
import { initialisers } from "../../../src/embed/index.js";
import { createCompiler } from "../../../src/lab/kernel/compiler.js";
import { packageRoot } from "../../../src/lab/paths.js";
import { laws } from "../../../src/laws/index.js";
import { mixtures } from "../../../src/mixture/index.js";
import { formats } from "../../../src/runs/index.js";
import { evaluators, objectives, optimisers, parameters, parts, schedules } from "../../../src/train/index.js";

const folder = mkdtempSync(join(tmpdir(), "palimpsest-cells-"));
after(() => rmSync(folder, { recursive: true }));
const compiler = createCompiler({ root: packageRoot, folder });
after(() => compiler.close());

function run(source: string): ReturnType<typeof compiler.compile> {
  const compiled = compiler.compile(source);
  compiler.ended(true, []);
  return compiled;
}
before(() => {
  const rooms = "charts, corpus, embed, laws, mixture, runs, train";
  assert.deepEqual(run(`import { ${rooms} } from "palimpsest";`).problems, []);
});

/** `|` is where the cursor is. */
function at<T>(marked: string, ask: (source: string, at: number) => T): T {
  return ask(marked.replace("|", ""), marked.indexOf("|"));
}
const complete = (marked: string) => at(marked, compiler.complete);
const inspect = (marked: string): string | undefined => at(marked, compiler.inspect)?.["text/plain"];

const names: [cell: string, registry: object][] = [
  ['laws.fit({ law: "|" })', laws],
  ['laws.fit({ law: "|', laws],
  ['runs.rows({ path: "a", kind: "|" })', formats],
  ['await corpus.load({ name: "|" })', corpora],
  ['const r: train.Recipe = { corpus: { name: "|" } }', corpora],
  ['const r: train.Recipe = { extend: { init: "|" } }', initialisers],
  ['const r: train.Recipe = { mixture: { name: "|" } }', mixtures],
  ['const r: train.Recipe = { schedule: { name: "|" } }', schedules],
  ['const r: train.Recipe = { optimiser: { name: "|" } }', optimisers],
  ['const r: train.Recipe = { objective: { name: "|" } }', objectives],
  ['const r: train.Recipe = { parameters: { name: "|" } }', parameters],
  ['const r: train.Recipe = { parts: [{ name: "|" }] }', parts],
  ['const r: train.Recipe = { order: { name: "|" } }', orders],
  ['const r: train.Recipe = { buffer: { name: "|" } }', buffers],
  ['const r: train.Recipe = { evaluate: { also: [{ name: "|" }] } }', evaluators],
];

for (const [cell, registry] of names)
  test(`the names of the registry complete ${cell}`, () => {
    assert.deepEqual(complete(cell).matches.sort(), Object.keys(registry).sort());
  });

test("what is completed takes the place of what has been typed of it", () => {
  assert.deepEqual(complete('laws.fit({ law: "po|" })'), { start: 17, end: 19, matches: ["power"] });
  assert.deepEqual(complete("laws.f|it"), { start: 5, end: 8, matches: ["fit"] });
  const { matches, ...place } = complete("laws.|");
  assert.deepEqual([place, matches.includes("fit")], [{ start: 5, end: 5 }, true]);
  assert.deepEqual(complete('import aq from "arq|"'), { start: 16, end: 19, matches: ["arquero"] });
});

test("help between braces is the options of the call, those that are missing first, with types and comments", () => {
  const help = inspect('laws.fit({ law: "power", | })')!;
  assert.match(help, /^FitOptions\n\nrows: readonly object\[\]\n {4}Plain objects; other columns are ignored\.\n/);
  assert.match(help, /\nobjective\?: "log-huber" \| [^\n]*\n {4}A name in `objectives`; defaults to "log-huber"\.\n/);
  assert.match(help, /\nlaw: (?=[^\n]*"d-cpt")(?=[^\n]*\| Law$)/m);
  assert.equal(inspect("laws.fit(|)"), "fit(options: laws.FitOptions): laws.Fit");
  assert.match(inspect("laws.fi|t")!, /function fit\(options: laws\.FitOptions\): laws\.Fit/);
  assert.equal(inspect("const f = (x: number) => { | return x; }"), undefined);
});

test("cells are TypeScript of today", () => {
  assert.deepEqual(run("const sorted: number[] = [2, 1].toSorted();").problems, []);
  assert.deepEqual(
    run("function log(_: object, c: ClassMethodDecoratorContext) {}\nclass A { @log run() {} }").problems,
    [],
  );
  const cell = run("{ using file = { [Symbol.dispose]() {} }; void file; }\nawait using late = null;");
  assert.deepEqual(cell.problems, []);
  assert.equal(cell.cell?.awaits, true);
});

test("a name of an earlier cell is used as key and value of an object, and as what an object is taken apart by", () => {
  run("const base = 1;\nconst row = { base };");
  assert.match(run("const made = { base };").cell!.code, /\{ base: exports\.base \}/);
  assert.doesNotMatch(run("let other = 0;\n({ base: other } = row);").cell!.code, /exports\.base/);
});

test("a module beside the notebook is compiled where it is new, was edited, or imports what was", () => {
  mkdirSync(join(folder, "lib"));
  writeFileSync(join(folder, "lib", "deep.ts"), "export const depth: number = 1;");
  writeFileSync(join(folder, "helper.ts"), 'export { depth } from "./lib/deep";');
  const cell = 'import { depth } from "./helper.ts";\ndepth;';
  const compiled = (): string[] => run(cell).cell!.modules.map(({ source }) => source.slice(folder.length + 1));
  assert.deepEqual(compiled(), ["lib/deep.ts", "helper.ts"]);
  assert.deepEqual(compiled(), []);
  writeFileSync(join(folder, "lib", "deep.ts"), "export const depth: number = 22;");
  assert.deepEqual(compiled(), ["lib/deep.ts", "helper.ts"]);
  writeFileSync(join(folder, "lib", "deep.ts"), 'export const depth: number = "22";');
  const [problem] = run(cell).problems;
  assert.deepEqual([problem?.file, problem?.line, problem?.column], ["lib/deep.ts", 1, 14]);
  writeFileSync(join(folder, "lib", "deep.ts"), "export const depth: number = 333;");
  assert.deepEqual(compiled(), ["lib/deep.ts", "helper.ts"]);
});

test("a type from inside a package is named in the next cell, though no package is found from the notebook's folder", () => {
  run('import { runs } from "palimpsest";\nconst { evaluations } = runs.table([]);');
  assert.deepEqual(run("evaluations.numRows() satisfies number").problems, []);
});
