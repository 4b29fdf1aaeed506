/** A vocabulary that grows: what is known when, what the others are read as, and that it ends as the plain objective. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rng } from "../../src/rng.js";
import * as train from "../../src/train/index.js";
import type { Tokenizer } from "../../src/types.js";
import { train as trainTokenizer } from "../../src/vocab/index.js";
import { folder, language } from "./tiny.js";

folder();
const on = { old: language("old") };
const context = 4;
/** Two windows of `context` + 1 ids. */
const drawn = { tokens: Int32Array.of(1, 290, 3, 150, 5, 299, 2, 40, 260, 8) };

async function feedsAt(progress: number, options: train.GrowingVocabularyOptions = {}) {
  const tokenizer: Tokenizer = await trainTokenizer({ texts: on.old.train, size: 300 });
  const { tokens, targets, counted } = train.growingVocabulary({ start: 0.5, until: 0.5, ...options }).feeds!({
    drawn,
    domains: [],
    context,
    tokenizer,
    rng: rng(1),
    progress,
  });
  return { tokens: [...tokens!], targets: [...targets!], counted: [...counted!], end: tokenizer.endOfText };
}

test("ids below the limit are read and predicted, the others are the unknown token and not predicted", async () => {
  const first = await feedsAt(0);
  assert.deepEqual(first.tokens, [1, first.end, 3, first.end, first.end, 2, 40, first.end]);
  assert.deepEqual(first.targets, [0, 3, 0, 5, 2, 40, 0, 8]);
  assert.deepEqual(first.counted, [0, 1, 0, 1, 1, 1, 0, 1]);
  const marked = await feedsAt(0, { unknown: 7 });
  assert.deepEqual(marked.tokens, [1, 7, 3, 7, 7, 2, 40, 7]);
  // Half way to `until`: 0.75 of 300 ids.
  const later = await feedsAt(0.25);
  assert.deepEqual(later.counted, [0, 1, 1, 1, 1, 1, 0, 1]);
  for (const progress of [0.5, 0.9]) {
    const all = await feedsAt(progress);
    assert.deepEqual(all.tokens, [1, 290, 3, 150, 299, 2, 40, 260]);
    assert.deepEqual(all.targets, [290, 3, 150, 5, 2, 40, 260, 8]);
    assert.deepEqual(new Set(all.counted), new Set([1]));
  }
});

test("where all is known from the first update, the losses are those of the plain objective", async () => {
  const recipe = { on: on.old, size: "nano" as const, vocabSize: 290, batch: 4, context: 16, cache: false as const };
  const go = (objective: train.Objective) =>
    train.pretrain({ ...recipe, steps: 6, schedule: train.constant({ peak: 3e-3 }), evaluateAt: [6], objective });
  const [grown, plain] = [await go(train.growingVocabulary({ start: 1 })), await go(train.causal())];
  assert.equal(grown.steps.length, 6);
  grown.steps.forEach(({ loss }, i) => assert.ok(Math.abs(loss - plain.steps[i]!.loss) < 1e-5, `update ${i + 1}`));
  assert.ok(Math.abs(grown.evaluations[0]!.bitsPerByte - plain.evaluations[0]!.bitsPerByte) < 1e-4);
});

test("what cannot be is refused in one line", () => {
  assert.throws(() => train.growingVocabulary({ start: 0 }), /^Error: growingVocabulary: invalid start: 0/);
  assert.throws(() => train.growingVocabulary({ until: 2 }), /^Error: growingVocabulary: invalid until: 2/);
  assert.throws(
    () => train.growingVocabulary({ pacing: "slow" as "linear" }),
    /invalid pacing: slow \(one of linear, /,
  );
});
