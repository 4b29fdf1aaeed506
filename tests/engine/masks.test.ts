/** Who sees whom: 1 where a query (down) may look at a key (across). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothSided, causal, type Sight } from "../../src/engine/index.js";

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
