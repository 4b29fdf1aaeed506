/** Steps in a list: their order, what they say of what they did, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pipeline, type Step, stepOf } from "../../../src/corpus/index.js";
import type { Document } from "../../../src/corpus/index.js";
import { shorter } from "./shorter.js";

const documents = [
  { key: "a", text: "one  two" },
  { key: "b", text: " \n" },
  { key: "c", text: "one two " },
  { key: "d", text: "three" },
  { key: "e", text: "" },
];

test("nothing that was not asked for is done; documents without text go", async () => {
  assert.deepEqual(await pipeline({ documents, steps: [] }), {
    documents: documents.slice(0, 4),
    steps: [],
    empty: 1,
  });
});

test("steps run in the order of the list, and each counts what it changed and dropped, why, with examples", async () => {
  const { documents: kept, steps, empty } = await pipeline({ documents, steps: ["spaces", "blank-lines", "repeats"] });
  assert.deepEqual([kept.map(({ key }) => key), empty], [["a", "d"], 1]);
  assert.deepEqual(steps, [
    {
      step: "spaces",
      ...{ seen: 4, seenBytes: 23, changed: 3, dropped: 0, bytes: 3, reasons: {}, reasonBytes: {} },
      examples: [
        { key: "a", why: "changed", before: "one  two", after: "one two" },
        { key: "b", why: "changed", before: " \n", after: "\n" },
        { key: "c", why: "changed", before: "one two ", after: "one two" },
      ],
    },
    {
      step: "blank-lines",
      ...{ seen: 4, seenBytes: 20, changed: 0, dropped: 1, bytes: 1 },
      ...{ reasons: { "nothing left": 1 }, reasonBytes: { "nothing left": 1 } },
      examples: [{ key: "b", why: "nothing left", before: "\n" }],
    },
    {
      step: "repeats",
      ...{ seen: 3, seenBytes: 19, changed: 0, dropped: 1, bytes: 7 },
      ...{ reasons: { "the text of another": 1 }, reasonBytes: { "the text of another": 7 } },
      examples: [{ key: "c", why: "the text of another", before: "one two" }],
    },
  ]);
  const first = await pipeline({ documents, steps: [{ name: "repeats" }, "spaces"] });
  assert.deepEqual(
    first.documents.map(({ key }) => key),
    ["a", "b", "c", "d"],
  );
});

test("a step of one's own that must see all first sees what the steps before it left", async () => {
  const { documents: kept, steps } = await pipeline({ documents, steps: ["spaces", "repeats", shorter] });
  assert.deepEqual(
    kept.map(({ key }) => key),
    ["b"],
  );
  assert.deepEqual(steps.at(-1)!.reasons, { "longer than the mean": 2 });
});

test("examples show where a text changed, whole characters, and are few", async () => {
  const long = `${"x".repeat(99)}😀${"y".repeat(38)}`;
  const many = Array.from({ length: 9 }, (_, i) => ({ key: `${i}`, text: `${long}\r\n${"z".repeat(300)}` }));
  const { steps } = await pipeline({ documents: many, steps: ["lines", "repeats"] });
  const [{ before, after } = {}] = steps[0]!.examples;
  assert.deepEqual([steps[0]!.examples.length, steps[1]!.examples.length], [3, 2]);
  assert.equal(before, `…😀${"y".repeat(38)}\r\n${"z".repeat(158)}…`);
  assert.equal(after, `…😀${"y".repeat(38)}\n${"z".repeat(159)}…`);
});

test("where only marks change an example says what they count", async () => {
  const heavier: Step = {
    ...{ name: "heavier", options: {}, alone: true },
    open: () => ({
      judge: (document) => ({ ...document, marks: [{ from: 0, to: document.text.length, weight: 1.5 }] }),
    }),
  };
  const { steps } = await pipeline({ documents: documents.slice(0, 1), steps: [heavier] });
  assert.deepEqual(steps[0]!.examples, [{ key: "a", why: "changed", before: "one  two", after: "counts 1.5" }]);
});

test("of documents with marks a step may drop some, and change no text", async () => {
  const marked: Document[] = ["a\n", "a\n", "b\r\n"].map((text, i) => ({
    ...{ key: `row ${i}`, text },
    marks: [{ from: 0, to: 1, weight: 1 }],
  }));
  const { documents: kept } = await pipeline({ documents: marked, steps: ["nfc", "repeats"] });
  assert.deepEqual(kept, [marked[0], marked[2]]);
  await assert.rejects(
    pipeline({ documents: marked, steps: ["lines"] }),
    /^Error: invalid step: lines changes the text of row 2, which has marks \(of such documents a step may only drop some: put it before what marks\)$/,
  );
});

test("a step that is not there, or options that it does not take, are one line", () => {
  assert.throws(() => stepOf("tabs", "load"), /^Error: load: invalid step: "tabs" \(one of lines, surrogates, /);
  assert.throws(
    () => stepOf({ name: "nfc", form: "NFD" }, "load"),
    /^Error: load: invalid step nfc: Unrecognized key: "form"$/,
  );
});

test("an abort ends it", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(pipeline({ documents, steps: ["nfc"], signal }), /^Error: enough$/);
});
