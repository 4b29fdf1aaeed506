/** Who sees whom: 1 where a query (down) may look at a key (across). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type * as tf from "@tensorflow/tfjs";
import { bothSidedMask, causalMask } from "../../src/engine/index.js";

const seen = (mask: tf.Tensor): string[] =>
  (mask.arraySync() as number[][]).map((row) => row.map((value) => (value === 0 ? 1 : 0)).join(""));

test("a causal window counts the query itself", () => {
  assert.deepEqual(seen(causalMask(4)), ["1000", "1100", "1110", "1111"]);
  assert.deepEqual(seen(causalMask(4, 2)), ["1000", "1100", "0110", "0011"]);
});

test("a both-sided window reaches equally far on both sides", () => {
  assert.deepEqual(seen(bothSidedMask(4)), ["1111", "1111", "1111", "1111"]);
  assert.deepEqual(seen(bothSidedMask(4, 1)), ["1100", "1110", "0111", "0011"]);
});
