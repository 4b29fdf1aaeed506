import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import { Tokenizer as Native } from "tokenizers";
import { bpeOf } from "../../src/vocab/tables.js";
import { encoderOf } from "../../src/vocab/encoder.js";
import {
  decodeBytes,
  encodeBytes,
  extend,
  parse,
  segment,
  stringify,
  train,
  trim,
  unreachable,
} from "../../src/vocab/index.js";
import { isPiece } from "../../src/vocab/piece.js";
import type { TokenizerJson } from "../../src/vocab/format.js";
import type { Tokenizer } from "../../src/types.js";
import { text } from "./odd.js";
import { diagnostics, mergesOf, pieceToy, spaceStages } from "./support.js";

const spaces: [string, string][] = [
  ["▁", "▁"],
  ["▁▁", "▁▁"],
];
const small = (changes: object = {}): Tokenizer =>
  pieceToy("▁abcdé한국\t.", [...spaces, ["a", "b"], ["c", "d"], ["▁", "ab"], [".", "."], ["한", "국"]], changes);

const texts = fc
  .array(
    fc.oneof(
      text,
      fc.constantFrom(
        "ab",
        "abcd",
        " ab",
        "   ",
        "\n",
        "\t",
        "é",
        "한국",
        "..",
        "▁",
        "▁▁a",
        "<s>",
        "</s>",
        "<0x0A>",
        "\u0000",
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

for (const [name, changes] of Object.entries(spaceStages))
  test(`${name}: ids and text are those of Hugging Face's library`, async () => {
    const tokenizer = small(changes);
    const native = Native.fromString(stringify(tokenizer));
    const quick = encoderOf(tokenizer.json as TokenizerJson, bpeOf(tokenizer));
    let own = 0;
    const check = async (sample: string): Promise<void> => {
      const theirs = (await native.encode(sample, null, { addSpecialTokens: false })).getIds();
      const ours = quick(sample);
      if (ours) own++;
      assert.deepEqual(ours ?? theirs, theirs, JSON.stringify(sample));
      assert.equal(tokenizer.decode(theirs), await native.decode(theirs, false), JSON.stringify(sample));
    };
    await fc.assert(fc.asyncProperty(texts, check), { seed: 5, numRuns: 400 });
    assert.ok(own > 300, `only ${own} of 400 were encoded here`);
    const ids = fc.array(fc.integer({ min: 0, max: tokenizer.size - 1 }), { maxLength: 9 });
    const back = async (list: number[]): Promise<void> =>
      assert.equal(tokenizer.decode(list), await native.decode(list, false));
    await fc.assert(fc.asyncProperty(ids, back), { seed: 6, numRuns: 400 });
  });

test("a Metaspace decoder takes the first space if encoding has put it there", async () => {
  for (const prepend_scheme of ["always", "first", "never"]) {
    const stage = { type: "Metaspace", replacement: "▁", prepend_scheme, split: true };
    const tokenizer = small({ normalizer: null, pre_tokenizer: stage, decoder: stage });
    const native = Native.fromString(stringify(tokenizer));
    for (const sample of ["ab ab", " ab", "  a", ""]) {
      const ids = await tokenizer.encode(sample);
      assert.equal(tokenizer.decode(ids), await native.decode(ids, false), `${prepend_scheme}: ${sample}`);
    }
  }
});

test("a token's bytes: ▁ is a space, <0x0A> is byte 10, a character is its UTF-8", () => {
  const tokenizer = small();
  const bytesOf = (token: string): number[] => [...tokenizer.bytesOf(tokenizer.idOf(token)!)];
  assert.deepEqual(bytesOf("▁ab"), [0x20, 0x61, 0x62]);
  assert.deepEqual(bytesOf("<0x0A>"), [10]);
  assert.deepEqual(bytesOf("<0xFF>"), [255]);
  assert.deepEqual(bytesOf("é"), [0xc3, 0xa9]);
  assert.deepEqual(bytesOf("</s>"), [...Buffer.from("</s>")]);
});

test("the model stage: characters, then bytes for those that are unknown, and no space in front", () => {
  const tokenizer = small();
  const spelled = (sample: string | Uint8Array): string[] =>
    segment(tokenizer, Buffer.from(sample as string)).map((id) => tokenizer.tokenOf(id)!);
  assert.deepEqual(spelled("abcd"), ["ab", "cd"]);
  assert.deepEqual(spelled(" ab ab"), ["▁ab", "▁ab"]);
  assert.deepEqual(spelled("aß\n"), ["a", "<0xC3>", "<0x9F>", "<0x0A>"]);
  assert.deepEqual(spelled(Uint8Array.of(0xff, 0x61, 0xc3)), ["<0xFF>", "a", "<0xC3>"]);
  assert.deepEqual(spelled("▁"), ["<0xE2>", "<0x96>", "<0x81>"], "a ▁ of the text is no space");
});

test("any bytes come back", async () => {
  const tokenizer = small();
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    texts.map((sample) => new TextEncoder().encode(sample)),
  );
  const check = async (sample: Uint8Array): Promise<void> => {
    assert.deepEqual(decodeBytes(tokenizer, segment(tokenizer, sample)), sample);
    assert.deepEqual(decodeBytes(tokenizer, await encodeBytes(tokenizer, sample)), sample);
  };
  await fc.assert(fc.asyncProperty(bytes, check), { seed: 7, numRuns: 400 });
});

test("a byte without its own token is the character's (Gemma has no <0x09>)", () => {
  const json = structuredClone(small().json) as TokenizerJson;
  delete json.model.vocab["<0x09>"];
  const tokenizer = parse(json);
  assert.deepEqual(segment(tokenizer, Buffer.from("\t")), [tokenizer.idOf("\t")]);
  delete json.model.vocab["<0x08>"];
  assert.throws(() => segment(parse(json), Buffer.from("\b")), /^Error: segment: invalid base: no token for byte 8 /);
});

test("a normaliser that does more than write spaces is named, by all who count words", async () => {
  const plain = structuredClone(small().json) as TokenizerJson;
  const json = { ...plain, normalizer: { type: "Sequence", normalizers: [{ type: "NFKC" }, plain.normalizer!] } };
  const base = parse(json);
  const message = /invalid (base|tokenizer): its normalizer and pre_tokenizer do more than write spaces as ▁: NFKC \(/;
  await assert.rejects(extend({ base, texts: ["ﬀ a"], newTokens: 1 }), message);
  await assert.rejects(trim({ tokenizer: base, size: 280, texts: ["ﬀ a"] }), message);
  assert.equal(base.decode(await base.encode("ﬀ a")), "ff a");
});

test("pieces: one script, ▁ in front, no line end, a length", () => {
  const rules = { maxLength: 16, digitsAlone: false };
  for (const good of ["ab", "▁ab", "▁", "한국", "漢字かなカナー", "é", "e\u0301", "..", "123", "नमस्ते"])
    assert.ok(isPiece(good, rules), good);
  for (const bad of ["", "a▁", "▁▁a", "a.", "ab1", "a한", "a b", "a\tb", "\n", "\u0000", "яa", "a".repeat(17)])
    assert.ok(!isPiece(bad, rules), JSON.stringify(bad));
  assert.ok(isPiece("1", { ...rules, digitsAlone: true }) && !isPiece("12", { ...rules, digitsAlone: true }));
});

test("continued BPE makes pieces only, in order of count, and each can be produced", async () => {
  const base = small();
  const sample = ["abc abc abc. abc\nabc", "한국어 한국어 한국어", "  abcd 12 12 12", "aé aé"];
  const wide = await extend({ base, texts: sample, newTokens: 5, characterCoverage: 0 });
  assert.deepEqual(mergesOf(wide).slice(mergesOf(base).length), ["▁ab c", "▁ 한국", "a é", "▁ aé", "ab c"]);
  for (let id = base.size; id < wide.size; id++)
    assert.ok(isPiece(wide.tokenOf(id)!, { maxLength: 16, digitsAlone: true }));
  assert.deepEqual(unreachable(wide, base.size), []);
  await assert.rejects(extend({ base, texts: ["1 2 3"], newTokens: 4 }), /^RangeError: extend: invalid newTokens: 4 /);
  await assert.rejects(
    extend({ base, texts: sample, newTokens: 1, maxLength: 1 }),
    /^RangeError: extend: invalid maxLength: 1 /,
  );
});

test("characters without a token get one first, up to the coverage that is asked for", async () => {
  const base = small();
  const sample = ["한국어 한국어 한국어", "국어", "뷁\u0001"];
  const added = async (characterCoverage: number, newTokens: number): Promise<(string | undefined)[]> => {
    const wide = await extend({ base, texts: sample, newTokens, characterCoverage });
    return Array.from({ length: newTokens }, (_, i) => wide.tokenOf(base.size + i));
  };
  assert.deepEqual(await added(1, 4), ["어", "뷁", "▁한국", "▁한국어"]);
  assert.deepEqual(await added(0.9, 2), ["어", "▁한국"]);
  assert.deepEqual(await added(1, 1), ["어"]);
  assert.deepEqual(await added(0, 1), ["▁한국"]);
  await assert.rejects(added(1.5, 1), /^RangeError: extend: invalid characterCoverage: 1.5 /);
});

test("old text is spelled as before, but for new joins; old ids stay", async () => {
  const base = await train({ texts: diagnostics("fr"), size: 1500, like: small(), specials: ["<s>", "</s>"] });
  const wide = await extend({ base, texts: diagnostics("ko"), newTokens: 700 });
  assert.equal(wide.size, base.size + 700);
  for (let id = 0; id < base.size; id++) assert.equal(wide.tokenOf(id), base.tokenOf(id));
  assert.deepEqual(unreachable(wide, base.size), []);
  const native = Native.fromString(stringify(wide));
  for (const sample of [...diagnostics("fr").slice(0, 200), ...diagnostics("ko").slice(0, 200)]) {
    const ids = await wide.encode(sample);
    assert.deepEqual(ids, (await native.encode(sample, null, { addSpecialTokens: false })).getIds());
    assert.equal(wide.decode(ids), sample);
    const old = await base.encode(sample);
    let at = 0;
    for (const id of ids)
      for (let bytes = 0, want = wide.bytesOf(id).length; bytes < want; at++) bytes += base.bytesOf(old[at]!).length;
    assert.equal(at, old.length, "a new token ends where an old one ends");
  }
});

test("trained like another, it has its stages, the texts' characters and pieces, and every one is reachable", async () => {
  const like = small(spaceStages["Gemma 3"]);
  const tokenizer = await train({ texts: diagnostics("ja"), size: 3000, like, specials: ["<eos>"] });
  assert.deepEqual((tokenizer.json as TokenizerJson).normalizer, (like.json as TokenizerJson).normalizer);
  assert.deepEqual(unreachable(tokenizer), []);
  for (let id = 257; id < tokenizer.size; id++)
    assert.ok(isPiece(tokenizer.tokenOf(id)!, { maxLength: 16, digitsAlone: true }), tokenizer.tokenOf(id));
  for (const sample of diagnostics("ja").slice(0, 100))
    assert.equal(tokenizer.decode(await tokenizer.encode(sample)), sample);
  await assert.rejects(
    train({ texts: ["abc"], size: 258, like }),
    /^RangeError: train: invalid size: 258 \(at least 260: /,
  );
});
