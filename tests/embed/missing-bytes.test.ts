/** A base whose vocabulary lacks some bytes, as SmolLM2's does: what can be spelled is, and the rest is counted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  alignment,
  grow,
  initialisers,
  isNamed,
  replace,
  spellings,
  type InitialiserName,
} from "../../src/embed/index.js";
import { rng } from "../../src/rng.js";
import { snippetsOf } from "../../src/train/snippets.js";
import { alphabet, symbolOf } from "../../src/vocab/bytes.js";
import { encodeBytes, extend, parse, spell, train } from "../../src/vocab/index.js";
import type { Tokenizer } from "../../src/types.js";
import { toy } from "../vocab/support.js";
import { close, embedding, meanRow, model, row } from "./support.js";

/** Bytes 4 and 5, which few texts have. */
const missing = [4, 5];

function withoutBytes(): Tokenizer {
  const json = structuredClone(toy([["a", "b"]]).json) as { model: { vocab: Record<string, number> } };
  const kept = alphabet.filter((byte) => !missing.includes(byte)).map((byte) => symbolOf[byte]!);
  json.model.vocab = Object.fromEntries(["<|endoftext|>", ...kept, "ab"].map((token, id) => [token, id]));
  return parse(json);
}

const base = withoutBytes();
const reason = "has a byte that the base has no token for";

test("every initialiser that needs no evidence grows it, and no row is left to a fallback for its spelling", async () => {
  const wide = await extend({ base, texts: ["한국어 한국어 abc abc"], newTokens: 8 });
  for (const init of Object.keys(initialisers) as InitialiserName[]) {
    if (initialisers[init].needs) continue;
    const { report } = await grow({ base: model({ tokenizer: base }), tokenizer: wide, init, rng: rng(0) });
    assert.equal(report.tables[0]!.fallbacks[reason], undefined, init);
  }
});

test("tokens that the base cannot spell get the initialiser's fallback, counted in the report", async () => {
  const tokenizer = await train({ texts: ["a\u0004\u0004b \u0004\u0004 ab ab"], size: 260 });
  const unspelled = Array.from({ length: tokenizer.size }, (_, id) => id).filter((id) =>
    tokenizer.bytesOf(id).some((byte) => missing.includes(byte)),
  );
  assert.ok(unspelled.length > missing.length);
  const old = model({ tokenizer: base });
  const mean = meanRow(
    old.weights[embedding]!,
    [...Array(base.size).keys()].filter((id) => isNamed(base, id)),
  );
  const documents = [await tokenizer.encode("a\u0004\u0004b ab ab")];
  for (const init of ["subword-mean", "eeve", "adaptivocab", "constrained-word2vec"] as const) {
    const { weights, report } = await replace({ base: old, tokenizer, init, evidence: { documents }, rng: rng(0) });
    assert.deepEqual(report.tables, [{ table: embedding, fallbacks: { [reason]: unspelled.length } }], init);
    for (const id of unspelled) close(row(weights[embedding]!, id), mean);
  }
});

test("evidence from texts and words leaves out what the base cannot spell, and nothing else", async () => {
  const tokenizer = await train({ texts: ["a\u0004b a\u0004b xab xab"], size: 264 });
  const found = await spellings({ base, tokenizer, texts: ["xab \u0004 a\u0004b xab"] });
  const xab = tokenizer.idOf("xab") ?? tokenizer.idOf("Ġxab")!;
  assert.ok(found.has(xab));
  for (const id of found.keys()) assert.ok(!tokenizer.bytesOf(id).includes(4));
  const links = alignment({
    base,
    tokenizer,
    pairs: [
      ["ab", "xab"],
      ["a\u0004b", "xab"],
      ["ab", "a\u0005"],
    ],
  });
  const clean = alignment({
    base,
    tokenizer,
    pairs: [
      ["ab", "xab"],
      ["ab", "a\u0005"],
    ],
  });
  assert.deepEqual(links, clean);
  const snippets = await snippetsOf({
    base,
    tokenizer,
    newIds: Array.from({ length: tokenizer.size }, (_, id) => id),
    documents: ["xab xab"],
    length: 8,
    perToken: 2,
    rng: rng(0),
  });
  assert.ok(snippets.length > 0);
});

test("a byte that is missing is named where bytes have to be kept, and stands for itself where they need not", async () => {
  await assert.rejects(
    encodeBytes(base, Uint8Array.of(0x61, 4)),
    /^Error: encodeBytes: invalid bytes: 4 \(the tokenizer has no token for this byte\)$/,
  );
  assert.deepEqual(spell(base, Uint8Array.of(0x61, 0x62, 4, 0x61, 0x62)), [base.idOf("ab"), -5, base.idOf("ab")]);
});
