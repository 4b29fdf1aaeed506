/** Steps over a stream: the same as over a list, with workers and without, and what goes wrong ends it. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Document, pipe, pipeline, type Step, type StepGiven } from "../../../src/corpus/index.js";
import { made } from "../../../src/registry.js";
import { shorter } from "./shorter.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-pipe-test-"));
after(() => rmSync(root, { recursive: true }));

const documents: Document[] = Array.from({ length: 1000 }, (_, i) => ({
  key: `${i}`,
  text: i % 50 === 0 ? "" : `line ${i % 300}\r\n\ttwo ${"word ".repeat(i % 17)}${i % 7 === 0 ? "\ud800" : ""}`,
}));

async function* stream(): AsyncGenerator<Document> {
  for (const document of documents) yield await Promise.resolve(document);
}

async function piped(steps: StepGiven[], workers = 0): Promise<object> {
  const through = pipe({ documents: stream(), steps, workers, scratch: root });
  const kept: Document[] = [];
  for await (const document of through) kept.push(document);
  return { documents: kept, ...through.counted };
}

test("a stream through steps is what a list through them is, with workers and without", async () => {
  const steps: StepGiven[] = ["lines", "surrogates", "spaces", shorter, "repeats", shorter];
  const expected = await pipeline({ documents, steps });
  assert.deepEqual(await piped(steps), expected);
  assert.deepEqual(await piped(steps, 2), expected);
  assert.deepEqual(readdirSync(root), []);
});

test("an error of a step ends it in one line, in a worker too; who stops reading leaves nothing behind", async () => {
  const marked = documents.map((document) => ({ ...document, marks: [] }));
  for (const workers of [0, 2]) {
    const through = pipe({ documents: marked, steps: ["nfc", "lines"], workers });
    await assert.rejects(async () => {
      for await (const _ of through);
    }, /^Error: invalid step: lines changes the text of 1, which has marks \(/);
  }
  for await (const { key } of pipe({ documents, steps: ["nfc", shorter], workers: 1, scratch: root }))
    if (key === "3") break;
  assert.deepEqual(readdirSync(root), []);
  assert.throws(() => pipe({ documents, steps: [], workers: -1 }), /^Error: pipe: invalid workers: -1 /);
  const unmade: Step = { ...made(shorter), name: "mine", alone: true, open: () => ({ judge: (document) => document }) };
  assert.equal(((await piped([unmade], 2)) as { documents: Document[] }).documents.length, 980);
});

test("an abort ends it", async () => {
  const controller = new AbortController();
  const through = pipe({ documents: stream(), steps: ["lines"], workers: 1, signal: controller.signal });
  await assert.rejects(async () => {
    for await (const { key } of through) if (key === "201") controller.abort(new Error("enough"));
  }, /^Error: enough$/);
});
