/** Every row of `corpus.steps`, by its example: it is made, written down and read back, and does the same again. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Document, pipe, pipeline, type Step, stepOf, steps } from "../../../src/corpus/index.js";
import { isMade, makeOf, mapWritten, type Registry, schemaOf, write, type Written } from "../../../src/registry.js";

const rows: Registry<Step> = steps;
/** Steps that may say of what they left alone once that it is to go or to change. */
const notTwice = ["clone", "similar", "weight"];

const sentence = "The  commission shall, where it is needed, publish what was decided; and the members may answer.";
const documents: Document[] = [
  ...Array.from({ length: 12 }, (_, i) => ({ key: `plain ${i}`, text: `${sentence} `.repeat(1 + (i % 5)) + i })),
  { key: "repeated", text: `${sentence} 0` },
  { key: "lines", text: `one\r\ntwo\rthree\u2028four\n\n\n\n\tfive \ud800 \u0000 e\u0301\f${"- item\n".repeat(30)}` },
  { key: "korean", text: "위원회는 필요한 경우에 결정한 것을 공표하여야 한다. ".repeat(8) },
  { key: "code", text: "for (const x of y) {\n    f(x);\n}\n".repeat(12) },
  { key: "short", text: "Hi." },
];

/** The file that an example names. */
const folder = mkdtempSync(join(tmpdir(), "palimpsest-steps-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(
  join(folder, "texts.jsonl"),
  documents
    .slice(2, 5)
    .map(({ text }) => `${JSON.stringify({ text })}\n`)
    .join(""),
);

for (const [name, { summary, reference, options, example }] of Object.entries(rows))
  test(`step ${name}`, async () => {
    assert.ok(summary && reference);
    const step = stepOf(
      mapWritten(rows, { name, ...(example as object) }, () => join(folder, "texts.jsonl")),
      "test",
    );
    assert.ok(step.name === name && isMade(step), "a row's `make` gives what `made` has marked");
    const written = JSON.parse(JSON.stringify(write(step))) as Written;
    assert.doesNotThrow(() => schemaOf(rows).parse({ name, ...(example as object) }));
    assert.doesNotThrow(() => options.strict().parse(step.options), "it takes the options that it says it has");
    assert.deepEqual(write(makeOf<Step>(rows, written)), write(step));
    const [first, again] = [
      await pipeline({ documents, steps: [step] }),
      await pipeline({ documents, steps: [written] }),
    ];
    assert.deepEqual(again, first);
    if (step.alone) {
      assert.equal(step.open().see, undefined);
      const backwards = await pipeline({ documents: [...documents].reverse(), steps: [step] });
      assert.deepEqual(backwards.documents.reverse(), first.documents);
    }
    if (notTwice.includes(name)) return;
    const twice = await pipeline({ documents: first.documents, steps: [step] });
    assert.deepEqual(twice.documents, first.documents);
  });

test("rows that judge each document by itself do so in workers", async () => {
  const alone = Object.entries(rows).flatMap(([name, { example }]) => {
    const written = { name, ...(example as object) };
    return stepOf(written, "test").alone ? [written] : [];
  });
  const many = Array.from({ length: 300 }, (_, i) => ({ ...documents[i % documents.length]!, key: `${i}` }));
  const through = pipe({ documents: many, steps: alone, workers: 2 });
  const kept: Document[] = [];
  for await (const document of through) kept.push(document);
  assert.deepEqual({ documents: kept, ...through.counted }, await pipeline({ documents: many, steps: alone }));
});
