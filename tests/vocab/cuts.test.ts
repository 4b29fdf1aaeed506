import assert from "node:assert/strict";
import { test } from "node:test";
import { cuts, parse } from "../../src/vocab/index.js";
import { pieceToy, toy } from "./support.js";

test("the cuts of a text add up to it, inside characters too; a text that is changed has none", async () => {
  const tokenizer = toy([["Ġ", "a"]]);
  const pieces = await cuts(tokenizer, "é a");
  assert.deepEqual(
    pieces.map((piece) => Buffer.from(piece).toString("latin1")),
    ["\xc3", "\xa9", " a"],
  );
  const json = structuredClone(tokenizer.json) as { normalizer: object };
  json.normalizer = { type: "Lowercase" };
  await assert.rejects(cuts(parse(json), "É"), /^Error: cuts: invalid text: "É" \(the tokenizer changes it/);
});

test("a blank that the tokenizer puts in front is no part of the text", async () => {
  const tokenizer = pieceToy("▁ab", [["▁", "a"]]);
  const text = async (of: string): Promise<string[]> =>
    (await cuts(tokenizer, of)).map((piece) => Buffer.from(piece).toString());
  assert.deepEqual(await text("ab ab"), ["a", "b", " a", "b"]);
  assert.deepEqual(await text("ba"), ["b", "a"]);
});
