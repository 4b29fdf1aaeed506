/** Texts that are too long, too strange or not text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Tokenizer as Native } from "tokenizers";
import { extend, segment, select, stringify, train, unreachable } from "../../src/vocab/index.js";
import { beforeSpace, blocks } from "../../src/vocab/blocks.js";
import type { Tokenizer } from "../../src/types.js";
import { diagnostics, pieceToy, spaceStages, toy } from "./support.js";

const bases: Record<string, Tokenizer> = {
  "byte-level": toy([["a", "b"]]),
  sentencepiece: pieceToy("▁ab", [["a", "b"]]),
};

for (const [family, base] of Object.entries(bases)) {
  test(`${family}: a long line without line ends is what its words are`, async () => {
    const line = diagnostics("ko").join(" ");
    const long = Array.from({ length: 30 }, () => line).join(" ");
    assert.ok(long.length > 2 ** 20 + 1000);
    const whole = await extend({ base, texts: [long], newTokens: 1500 });
    const parts = await extend({ base, texts: long.split(/(?= )/), newTokens: 1500 });
    if (family === "byte-level") assert.deepEqual(whole.json, parts.json);
    const [all, first, next] = await whole.encodeBatch([long, line, ` ${line}`]);
    const again = family === "byte-level" ? next! : first!; // a space is put in front of the first as well
    assert.deepEqual(all, [...first!, ...Array.from({ length: 29 }, () => again).flat()]);
    assert.equal(whole.decode(all!), long);
  });

  test(`${family}: a word without end is refused in one line, by all who read texts`, async () => {
    const endless = "ab".repeat(2 ** 21 + 1);
    const message = /^Error: pretokenize: invalid text: a word of \d+ bytes \(at most 4194304; break it up\)$/;
    await assert.rejects(train({ texts: [endless], size: 300 }), message);
    await assert.rejects(extend({ base, texts: [endless], newTokens: 1 }), message);
    const joined = pieceToy("▁ab", [
      ["a", "b"],
      ["ab", "a"],
    ]);
    await assert.rejects((family === "byte-level" ? base : joined).encode(endless), message);
    await assert.rejects(select({ base: joined, auxiliary: joined, texts: [endless], minCount: 1 }), message);
  });

  test(`${family}: half a surrogate pair is U+FFFD, as everywhere that UTF-8 is written`, async () => {
    const texts = ["a\ud800b", "\udc00", "\ud83d", "ab\ud800 \udfff"];
    const wide = await extend({ base, texts: [...texts, ...texts], newTokens: 1 });
    const native = Native.fromString(stringify(wide));
    for (const text of texts) {
      const whole = Buffer.from(text).toString();
      assert.ok(whole.includes("\ufffd"));
      assert.deepEqual(await wide.encode(text), await wide.encode(whole));
      assert.deepEqual(
        await wide.encode(text),
        (await native.encode(whole, null, { addSpecialTokens: false })).getIds(),
      );
      assert.equal(wide.decode(await wide.encode(text)), whole);
    }
    assert.deepEqual(await train({ texts, size: 262 }).then(unreachable), []);
  });

  test(`${family}: every number of bytes, every byte`, () => {
    for (let byte = 0; byte < 256; byte++) {
      const bytes = Uint8Array.of(byte, 0x61, byte);
      const ids = segment(base, bytes);
      assert.deepEqual(
        ids.flatMap((id) => [...base.bytesOf(id)]),
        [...bytes],
      );
    }
    assert.deepEqual(segment(base, new Uint8Array(0)), []);
  });
}

test("blocks are the text, cut before spaces; sixteen million characters without one are refused", () => {
  const text = "word ".repeat(500_000);
  const parts = [...blocks(text, beforeSpace)];
  assert.equal(parts.join(""), text);
  assert.ok(parts.length > 2 && parts.slice(1).every((part) => part.startsWith(" ")));
  assert.throws(
    () => [...blocks("a".repeat(2 ** 24 + 2 ** 21), beforeSpace)],
    /^Error: pretokenize: invalid text: 16777216 characters without a space between words \(break it up\)$/,
  );
});

test("spaces alone, and texts of nothing but specials", async () => {
  for (const changes of Object.values(spaceStages)) {
    const tokenizer = pieceToy("▁ab", [["▁", "▁"]], changes);
    const native = Native.fromString(stringify(tokenizer));
    for (const text of [" ", "   ", "</s>", "</s></s> </s>", "</s> a", " </s>"])
      assert.deepEqual(
        await tokenizer.encode(text),
        (await native.encode(text, null, { addSpecialTokens: false })).getIds(),
        JSON.stringify(text),
      );
  }
});
