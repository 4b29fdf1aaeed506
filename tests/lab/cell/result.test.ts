import assert from "node:assert/strict";
import { test } from "node:test";
import { figure } from "../../../src/charts/index.js";
import { pipeline } from "../../../src/corpus/index.js";
import { plotlyMime } from "../../../src/lab/cell/figure-bundle.js";
import { resultOf } from "../../../src/lab/cell/result.js";
import { show } from "../../../src/lab/cell/show.js";
import { fit } from "../../../src/laws/index.js";
import { fixed } from "../../../src/mixture/index.js";
import { constant, continue as goOn } from "../../../src/train/index.js";
import { language, tinyModel } from "../../train/tiny.js";

const textOf = async (value: unknown): Promise<unknown> => (await resultOf(value))?.["text/plain"];

const plain: [string, unknown, string][] = [
  ["a number", 0.5, "0.5"],
  ["a text, as it is written", "a\tb", "'a\\tb'"],
  ["nothing that is something", null, "null"],
  ["a list of numbers", [1, 2], "[ 1, 2 ]"],
  ["an empty list", [], "[]"],
  ["nested rows", [{ a: { b: 1 } }], "[ { a: { b: 1 } } ]"],
  ["a field called html", { html: "<b>" }, "{ html: '<b>' }"],
  ["no prototype", Object.create(null), "[Object: null prototype] {}"],
];
for (const [what, value, text] of plain)
  test(`a last expression of no rich form is the inspector's text: ${what}`, async () => {
    assert.deepEqual(await resultOf(value), { "text/plain": text });
  });

test("undefined shows nothing, and so does what says that it is shown as nothing", async () => {
  assert.equal(await resultOf(undefined), undefined);
  assert.equal(await resultOf({ [Symbol.for("Jupyter.display")]: () => ({}) }), undefined);
  assert.equal(show({ [Symbol.for("Jupyter.display")]: () => ({}) }), undefined);
});

test("a text is bounded", async () => {
  const text = String(await textOf("x".repeat(50_000)));
  assert.ok(text.length < 21_000);
  assert.match(text, /more characters$/);
  assert.ok(
    String(await textOf(Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => [`k${i}`, i])))).length < 2.1e4,
  );
});

test("what says how it is shown, at once or later, is asked first; what it throws is the cell's error", async () => {
  const bundle = { "text/html": "<i>me</i>" };
  const symbol = Symbol.for("Jupyter.display");
  assert.deepEqual(await resultOf({ [symbol]: () => bundle }), bundle);
  assert.deepEqual(await resultOf(Object.assign(() => 1, { [symbol]: async () => bundle })), bundle);
  await assert.rejects(
    resultOf({
      [symbol]: () => {
        throw new Error("not today");
      },
    }),
    /^Error: not today$/,
  );
});

test("a figure is a figure, ours or any other, from this copy of the library or another", async () => {
  const parts = { data: [{ type: "scatter" as const, x: [1, 2], y: [3, 4] }], layout: { width: 300 } };
  for (const each of [figure(parts), parts, structuredClone(parts)])
    assert.deepEqual(Object.keys((await resultOf(each))!), [plotlyMime, "image/svg+xml", "text/plain"]);
});

test("tables of rows, arquero and danfo.js are tables", async () => {
  const text = "a    b\n1  0.5\n2  0.3";
  const rows = [
    { a: 1, b: 0.5 },
    { a: 2, b: 0.3 },
  ];
  const { from } = await import("arquero");
  const danfo = { columns: ["a", "b"], values: rows.map(Object.values), shape: [2, 2] };
  for (const table of [rows, from(rows), danfo]) assert.equal(await textOf(table), text);
});

test("steps that a text went through are a table, with examples under it", async () => {
  const documents = ["a  b", "a b", "c"].map((text, i) => ({ key: `${i}`, text }));
  const { steps } = await pipeline({ documents, steps: ["spaces", "repeats"] });
  assert.deepEqual(String(await textOf(steps)).split(/ *\n/), [
    "2 steps: 2 of 3 documents passed (66.7 %)",
    "step     seen  changed  dropped  bytes taken away  why",
    "spaces      3        1        0                 1",
    "repeats     3        0        1                 3  the text of another 1",
    'spaces, 0, changed: "a  b" became "a b"',
    'repeats, 1, the text of another: "a b"',
  ]);
});

test("a model, its tokenizer, a run and several say what they are, with their losses", async () => {
  const model = await tinyModel();
  assert.match(
    String(await textOf(model)),
    /^Model: llama, [\d,]+ parameters, \d layers? of width \d+, \d heads?.*, a window of \d+ tokens, \d+ tokens in \d+ (tied )?rows$/,
  );
  assert.match(String(await textOf(model.tokenizer)), /^Tokenizer: BPE, \d+ tokens, a document ends with /);
  const run = await goOn(model, {
    on: { old: language("old") },
    mixture: fixed({ old: 1 }),
    schedule: constant({ peak: 1e-3 }),
    steps: 2,
    batch: 2,
    heldOutBytes: 1000,
    evaluateAt: [2],
    name: "a run",
  });
  assert.match(
    String(await textOf(run)),
    /^Run "a run": finished, 2 updates, [\d,]+ tokens, [\d,]+ parameters, seed \d+\ndomain .*\nold +2 /,
  );
  assert.match(String(await textOf([run, run])), /^2 runs\nname +status .*old \(bits per byte\)\na run/);
});

test("a law's fit is its constants with their units, and what it cannot tell", async () => {
  const rows = [1e6, 2e6, 4e6, 8e6, 16e6].map((x) => ({ x, loss: 2 + 1e3 / x ** 0.5 }));
  const fitted = fit({ law: "power", rows });
  const bundle = (await resultOf(fitted))!;
  assert.match(String(bundle["text/plain"]), /^Fit of power to 5 rows, R² .*\nconstant +value +unit/);
  assert.match(String(bundle["text/html"]), /^<p>Fit of power/);
});
