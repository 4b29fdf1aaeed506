/** Who sees whom: 1 where a query (down) may look at a key (across). */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { bothSided, causal, causalAfter, type Sight, withinDocuments } from "../../src/engine/index.js";

const seen = (sights: Sight[]): string[] =>
  sights.flatMap(({ from, mask }) =>
    (mask.arraySync() as number[][]).map(
      (row) => "-".repeat(from) + row.map((value) => (value === 0 ? 1 : 0)).join(""),
    ),
  );

test("a causal window counts the query itself", () => {
  assert.deepEqual(seen(causal(4)), ["1000", "1100", "1110", "1111"]);
  assert.deepEqual(seen(causal(4, { window: 2 })), ["1000", "1100", "0110", "0011"]);
});

test("of blocks of queries, only the keys that one of them sees are looked at", () => {
  assert.deepEqual(seen(causal(5, { block: 2 })), ["10", "11", "1110", "1111", "11111"]);
  assert.deepEqual(seen(causal(5, { block: 2, window: 2 })), ["10", "11", "-110", "-011", "---11"]);
});

test("a window in blocks is long, and they are at most sixteen", () => {
  const counts = [1, 511, 512, 600, 2048, 2500].map((time) => causal(time).length);
  assert.deepEqual(counts, [1, 1, 4, 5, 16, 16]);
});

test("a both-sided window reaches equally far on both sides", () => {
  assert.deepEqual(seen(bothSided(4)), ["1111", "1111", "1111", "1111"]);
  assert.deepEqual(seen(bothSided(4, 1)), ["1100", "1110", "0111", "0011"]);
});

/** Of each sequence. */
const seenBy = (sights: Sight[]): string[][] => {
  const batch = sights[0]!.mask.shape[0]!;
  return Array.from({ length: batch }, (_, i) =>
    seen(sights.map(({ from, mask }) => ({ from, mask: tf.squeeze(tf.slice(mask, [i, 0, 0, 0], [1]), [0, 1]) }))),
  );
};

test("a prefix is seen from both sides, within the window", () => {
  const prefix = tf.tensor1d([2, 0], "int32");
  const after = [
    ["1100", "1100", "1110", "1111"],
    ["1000", "1100", "1110", "1111"],
  ];
  assert.deepEqual(seenBy(causalAfter(prefix, 4)), after);
  assert.deepEqual(seenBy(causalAfter(prefix, 4, { block: 2 })), after);
  const whole = tf.tensor1d([4], "int32");
  assert.deepEqual(seenBy(causalAfter(whole, 4, { window: 2 })), [["1100", "1110", "0111", "0011"]]);
  assert.deepEqual(seenBy(causalAfter(whole, 4, { window: 2, block: 2 })), [["110", "111", "-111", "-011"]]);
});

test("documents do not see each other, whatever else is seen", () => {
  const documents = tf.tensor2d([[3, 3, 3, 4, -1, -1], Array<number>(6).fill(0)], [2, 6], "int32");
  const [packed, one] = seenBy(withinDocuments(causal(6, { window: 2 }), documents));
  assert.deepEqual(packed, ["100000", "110000", "011000", "000100", "000010", "000011"]);
  assert.deepEqual(one, seen(causal(6, { window: 2 })));
  assert.deepEqual(seenBy(withinDocuments(causal(6, { block: 4 }), documents))[0], [
    ...["1000", "1100", "1110", "0001"],
    ...["000010", "000011"],
  ]);
  assert.deepEqual(seenBy(withinDocuments(bothSided(6), documents))[0]!.slice(0, 4), [
    ...["111000", "111000", "111000", "000100"],
  ]);
  const prefix = tf.tensor1d([5, 5], "int32");
  assert.deepEqual(seenBy(withinDocuments(causalAfter(prefix, 6), documents))[0], [
    ...["111000", "111000", "111000", "000100", "000010", "000011"],
  ]);
});
