import assert from "node:assert/strict";
import { test } from "node:test";
import { report } from "../../src/vocab/index.js";
import { toy } from "./support.js";

test("counts tokens, bytes, characters and words by their stated rules", async () => {
  const tokenizer = toy([
    ["l", "l"],
    ["Ġ", "w"],
  ]);
  const sums = await report({ tokenizer, texts: ["hello wo\u00a0rld", "  नमस्ते\n"] });
  assert.deepEqual(sums, {
    texts: 2,
    tokens: 11 + 21,
    bytes: 13 + 21,
    chars: 12 + 9,
    words: 3 + 1,
    distinct: sums.distinct,
    bytesPerToken: 34 / 32,
    charsPerToken: 21 / 32,
    fertility: 8,
  });
  assert.equal(sums.distinct, new Set((await tokenizer.encodeBatch(["hello wo\u00a0rld", "  नमस्ते\n"])).flat()).size);
});

test("sums over any number of texts, and reports and stops", async () => {
  const tokenizer = toy([]);
  const seen: number[] = [];
  const texts = Array.from({ length: 600 }, () => "ab c");
  const sums = await report({ tokenizer, texts, onProgress: ({ done }) => seen.push(done) });
  assert.equal(sums.tokens, 2400);
  assert.equal(sums.fertility, 2);
  assert.deepEqual(seen, [256, 512, 600]);
  await assert.rejects(report({ tokenizer, texts, signal: AbortSignal.abort(new Error("no")) }), /^Error: no$/);
  await assert.rejects(report({ tokenizer, texts: [1 as never] }), /^TypeError: report: invalid texts: 1/);
});
