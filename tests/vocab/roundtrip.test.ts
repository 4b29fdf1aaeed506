import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "../property.js";
import { Tokenizer as Native } from "tokenizers";
import { decodeBytes, encodeBytes, extend, parse, segment, stringify, train } from "../../src/vocab/index.js";
import { fromSymbols, symbolOf, toSymbols } from "../../src/vocab/bytes.js";
import type { Tokenizer } from "../../src/types.js";
import { text } from "./odd.js";
import { diagnostics } from "./support.js";

let tokenizer: Tokenizer;
before(async () => {
  const base = await train({ texts: diagnostics("fr"), size: 1200, specials: ["<|endoftext|>", "<|user|>"] });
  tokenizer = await extend({ base, texts: diagnostics("ko"), newTokens: 600 });
});

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .tuple(text, fc.uint8Array({ maxLength: 4 }), text)
    .map(([left, middle, right]) => Buffer.concat([Buffer.from(left), middle, Buffer.from(right)]) as Uint8Array),
);

test("the byte alphabet is one-to-one and is GPT-2's", () => {
  assert.equal(new Set(symbolOf).size, 256);
  for (const [plain, symbols] of [
    [" hello", "Ġhello"],
    ["\n", "Ċ"],
    ["é", "Ã©"],
    ["न", "à¤¨"],
    ["안", "ìķĪ"],
  ] as const)
    assert.equal(toSymbols(Buffer.from(plain)), symbols);
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assert.deepEqual(fromSymbols(toSymbols(all)), all);
  assert.equal(fromSymbols("a b"), undefined);
});

test("encodes exactly as Hugging Face's library does, alone and in batches", async () => {
  const native = Native.fromString(stringify(tokenizer));
  const theirs = async (sample: string): Promise<number[]> =>
    (await native.encode(sample, null, { addSpecialTokens: false })).getIds();
  const check = async (sample: string): Promise<void> =>
    assert.deepEqual(await tokenizer.encode(sample), await theirs(sample));
  await fc.assert(fc.asyncProperty(text, check), { seed: 2, numRuns: 400 });
  const mixed = ["plain", "<|user|>a", "", "한국어 <|endoftext|>", ...diagnostics("ko").slice(0, 300)];
  assert.deepEqual(await tokenizer.encodeBatch(mixed), await Promise.all(mixed.map(theirs)));
});

test("text comes back as it was", async () => {
  const check = async (sample: string): Promise<void> => {
    const whole = Buffer.from(sample).toString();
    assert.equal(tokenizer.decode(await tokenizer.encode(whole)), whole);
  };
  await fc.assert(fc.asyncProperty(text, check), { seed: 3, numRuns: 400 });
});

test("any bytes come back as they were", async () => {
  const check = async (sample: Uint8Array): Promise<void> => {
    const ids = await encodeBytes(tokenizer, sample);
    assert.deepEqual(Buffer.from(decodeBytes(tokenizer, ids)), Buffer.from(sample));
  };
  await fc.assert(fc.asyncProperty(bytes, check), { seed: 4, numRuns: 400 });
  await check(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) >> 3));
  const sample = "한국어 and é 👍";
  assert.deepEqual(await encodeBytes(tokenizer, Buffer.from(sample)), await tokenizer.encode(sample));
  assert.equal(tokenizer.decode(await encodeBytes(tokenizer, Uint8Array.of(0x61, 0xff, 0x62))), "a\ufffdb");
});

test("a tokenizer that changes text still gives bytes back", async () => {
  const json = structuredClone(tokenizer.json) as { normalizer: object; pre_tokenizer: { add_prefix_space: boolean } };
  json.normalizer = { type: "NFC" };
  json.pre_tokenizer.add_prefix_space = true;
  const lossy = parse(json);
  const sample = Buffer.from("e\u0301 a");
  assert.notEqual(lossy.decode(await lossy.encode("e\u0301 a")), "e\u0301 a");
  assert.deepEqual(Buffer.from(decodeBytes(lossy, await encodeBytes(lossy, sample))), sample);
});

test("segment spells bytes as Hugging Face's model stage does", async () => {
  const json = structuredClone(tokenizer.json) as { pre_tokenizer: { use_regex: boolean }; added_tokens: unknown[] };
  json.pre_tokenizer.use_regex = false;
  json.added_tokens = [];
  const native = Native.fromString(JSON.stringify(json));
  const check = async (sample: string): Promise<void> => {
    const ids = (await native.encode(sample, null, { addSpecialTokens: false })).getIds();
    assert.deepEqual(segment(tokenizer, Buffer.from(sample)), ids);
  };
  const runs = fc.array(fc.constantFrom("a", "aa", "e", " de", " l'", "입", "니다", "형식", "<|user|>", "이", " "), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        text,
        runs.map((parts) => parts.join("")),
      ),
      check,
    ),
    { seed: 5, numRuns: 400 },
  );
  const long = diagnostics("ko").join("\n");
  await check(long);
  for (let id = 2; id < tokenizer.size; id++) assert.deepEqual(segment(tokenizer, tokenizer.bytesOf(id)), [id]);
  assert.deepEqual(segment(tokenizer, new Uint8Array()), []);
});

test("an id that no token has is named", () => {
  assert.throws(() => tokenizer.decode([1, 99999]), /^Error: decode: invalid id: 99999 /);
  assert.throws(() => tokenizer.bytesOf(-1), /^Error: bytesOf: invalid id: -1 /);
  assert.throws(() => decodeBytes(tokenizer, [NaN]), /^Error: decodeBytes: invalid id: NaN /);
  assert.equal(tokenizer.tokenOf(99999), undefined);
  assert.equal(tokenizer.idOf("no such token"), undefined);
});

test("truncation and padding in the file do not touch what is encoded", async () => {
  const json = structuredClone(tokenizer.json) as { truncation: object; added_tokens: object[] };
  json.truncation = { direction: "Right", max_length: 2, strategy: "LongestFirst", stride: 0 };
  const cut = parse(json);
  const sample = "<|user|>une phrase assez longue";
  assert.deepEqual(await cut.encode(sample), await tokenizer.encode(sample));
});
