/**
 * WordPiece and Unigram against Hugging Face's library: ids and texts of committed tokenizers, live ones where Python is
 * there, and this lab's own spelling of words against the library's, on whatever text.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "../property.js";
import { addTokens, extend, models, parse, spell, stringify, trim, unreachable } from "../../src/vocab/index.js";
import { compare, decodeBytes, encodeBytes, merge, segment, train } from "../../src/vocab/index.js";
import type { ModelJson, TokenizerJson } from "../../src/vocab/format.js";
import { splitterOf } from "../../src/vocab/native.js";
import { tablesOf } from "../../src/vocab/tables.js";
import type { Tokenizer } from "../../src/types.js";
import { text } from "./odd.js";
import { diagnostics, noPython } from "./support.js";

interface Told {
  ids: number[][];
  decoded: string[];
}
type Kinds = Record<"wordPiece" | "unigram" | "bytes", Told & { json: object }>;

const script = path.join(__dirname, "../golden/vocab-models/models.py");
const golden = JSON.parse(
  fs.readFileSync(path.join(__dirname, "../golden/vocab-models/models.json"), "utf8"),
) as Kinds & { texts: string[] };

function python<T>(mode: "live" | "encode", request: object): T {
  const { status, stdout, stderr } = spawnSync("python3", [script, mode], {
    input: JSON.stringify(request),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as T;
}

const open = (kind: keyof Kinds, change: (json: TokenizerJson<ModelJson>) => void = () => {}): Tokenizer => {
  const json = structuredClone(golden[kind].json) as TokenizerJson<ModelJson>;
  change(json);
  return parse(json);
};
const kinds = ["wordPiece", "unigram", "bytes"] as const;

async function equal(tokenizer: Tokenizer, texts: string[], { ids, decoded }: Told): Promise<void> {
  const ours = await tokenizer.encodeBatch(texts);
  assert.deepEqual(ours, ids);
  assert.deepEqual(
    ours.map((each) => tokenizer.decode(each)),
    decoded,
  );
}

for (const kind of kinds) {
  test(`${kind}: ids and texts are Hugging Face's, and what is written is what was read`, async () => {
    const tokenizer = open(kind);
    await equal(tokenizer, golden.texts, golden[kind]);
    assert.deepEqual(JSON.parse(stringify(tokenizer)), golden[kind].json);
    assert.equal(tokenizer.tokenOf(tokenizer.endOfText), kind === "wordPiece" ? "[SEP]" : "</s>");
  });

  test(`${kind}: words of any text are spelled as the library spells them`, async () => {
    const tokenizer = open(kind);
    const { unknown, byteFallback } = tablesOf(tokenizer);
    const split = splitterOf(tokenizer.json as TokenizerJson<ModelJson>);
    const utf8 = new TextEncoder();
    const spelled = (word: string): number[] => {
      if (kind === "wordPiece") {
        const ids = spell(tokenizer, utf8.encode(` ${word}`));
        return [...word].length > 100 || ids.some((id) => id < 0) ? [unknown!] : ids;
      }
      const ids = spell(tokenizer, utf8.encode(word.replaceAll("▁", " ")));
      return byteFallback
        ? ids
        : ids.map((id) => (id < 0 ? unknown! : id)).filter((id, i, all) => id !== unknown || all[i - 1] !== id);
    };
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        const plain = given.replace(/[\ud800-\udfff<[▁]/g, "");
        assert.deepEqual(await tokenizer.encode(plain), split(plain).flatMap(spelled));
      }),
      { numRuns: 100 },
    );
  });

  test(`${kind}: extended, every old id stays, every new token comes out, and Python reads the same`, async () => {
    const base = open(kind);
    const texts = ["그리고 하지만 그리고 하지만 그래서", "zwölf Boxkämpfer jagen zwölf Büffel", "don't 12.5 % 12.5"];
    const wide = await extend({ base, texts, newTokens: 24 });
    assert.equal(wide.size, base.size + 24);
    for (let id = 0; id < base.size; id++) assert.equal(wide.tokenOf(id), base.tokenOf(id));
    assert.deepEqual(unreachable(wide, base.size), []);
    const { unknown } = tablesOf(base);
    const [before, after] = [await base.encodeBatch(texts), await wide.encodeBatch(texts)].map((ids) => ids.flat());
    const unknowns = (ids: number[]): number => ids.filter((id) => id === unknown).length;
    assert.ok(kind === "bytes" ? after!.length < before!.length : unknowns(after!) < unknowns(before!));
    const used = new Set((await wide.encodeBatch(texts)).flat());
    assert.ok([...used].some((id) => id >= base.size));
    if (!noPython)
      await equal(
        wide,
        [...texts, ...golden.texts],
        python("encode", { json: stringify(wide), texts: [...texts, ...golden.texts] }),
      );
    await assert.rejects(
      extend({ base, texts, newTokens: 5000 }),
      /^RangeError: extend: invalid newTokens: 5000 \(the texts yield \d+; /,
    );
  });

  test(`${kind}: added tokens are found first, and are refused where they would be read otherwise`, async () => {
    const wide = addTokens({ base: open(kind), tokens: ["<|new|>", "안녕"], special: true });
    const [mark, word] = ["<|new|>", "안녕"].map((token) => wide.idOf(token)!);
    const ids = await wide.encode("the <|new|>안녕 cat");
    assert.ok(ids.includes(mark!) && ids.includes(word!));
    if (!noPython) await equal(wide, golden.texts, python("encode", { json: stringify(wide), texts: golden.texts }));
    assert.throws(
      () => addTokens({ base: open(kind), tokens: [kind === "wordPiece" ? "##x" : "▁x"] }),
      /^Error: addTokens: invalid token: "..x?" \(the base reads /,
    );
  });

  test(`${kind}: trimmed by what texts use, ids close up, and the text is spelled as before`, async () => {
    const tokenizer = open(kind);
    const texts = ["the cat sat on the mat"];
    const { tokenizer: small, oldIds, newIds } = await trim({ tokenizer, size: tokenizer.size - 15, texts });
    assert.equal(small.size, tokenizer.size - 15);
    oldIds.forEach((old, id) => assert.equal(small.tokenOf(id), tokenizer.tokenOf(old)));
    const [before, after] = [await tokenizer.encode(texts[0]!), await small.encode(texts[0]!)];
    assert.deepEqual(
      after,
      before.map((id) => newIds[id]),
    );
    for (const token of ["</s>", "<unk>", "[UNK]", "[SEP]"])
      if (tokenizer.idOf(token) !== undefined) assert.notEqual(small.idOf(token), undefined);
    if (!noPython) await equal(small, golden.texts, python("encode", { json: stringify(small), texts: golden.texts }));
    const unknowns = async (of: Tokenizer): Promise<number[]> =>
      (await of.encodeBatch(golden.texts)).map((ids) => ids.filter((id) => id === tablesOf(of).unknown).length);
    const { message } = (await trim({ tokenizer, size: 1, texts }).catch((error: Error) => error)) as Error;
    const least = Number(/\(from (\d+), where/.exec(message)![1]);
    const { tokenizer: bare } = await trim({ tokenizer, size: least, texts });
    assert.deepEqual(await unknowns(bare), await unknowns(tokenizer));
    await assert.rejects(
      trim({ tokenizer, size: 100, texts, order: "leaf-frequency" }),
      /^Error: trim: invalid order: leaf-frequency \(it follows merges, and a (WordPiece|Unigram) tokenizer has none; /,
    );
  });
}

test("larger ones, made by Python in the same run, on texts of many scripts", { skip: noPython }, async () => {
  const learn = ["ko", "ja", "ru", "es", "tr"].flatMap((language) => diagnostics(language).slice(0, 50));
  const texts = [
    ...["zh-cn", "ko", "pl", "tr"].flatMap((language) => diagnostics(language).slice(150, 210)),
    ...golden.texts,
  ];
  const live = python<Kinds>("live", { learn, texts });
  for (const kind of kinds) await equal(parse(live[kind].json), texts, live[kind]);
});

test("bytes of tokens: a space begins a word, and what goes on in a word has none", async () => {
  const word = open("wordPiece");
  const bytes = (tokenizer: Tokenizer, token: string): string =>
    Buffer.from(tokenizer.bytesOf(tokenizer.idOf(token)!)).toString();
  assert.equal(bytes(word, "the"), " the");
  assert.equal(bytes(word, "##t"), "t");
  assert.equal(bytes(word, "[CLS]"), "[CLS]");
  assert.equal(bytes(open("unigram"), "▁cat"), " cat");
  assert.deepEqual([...open("bytes").bytesOf(open("bytes").idOf("<0xE4>")!)], [0xe4]);
  const ids = await encodeBytes(open("bytes"), Uint8Array.of(0x20, 0x74, 0xff, 0xe2, 0x96, 0x81));
  assert.deepEqual([...decodeBytes(open("bytes"), ids)], [0x20, 0x74, 0xff, 0xe2, 0x96, 0x81]);
  assert.deepEqual(segment(word, Buffer.from(" the cat")), [word.idOf("the"), word.idOf("cat")]);
  assert.deepEqual(spell(word, Uint8Array.of(0x20, 0xff)), [-1 - 0x20, -1 - 0xff]);
});

test("compared with others, by unknown tokens and by bytes", async () => {
  const rows = await compare({
    tokenizers: { wordPiece: open("wordPiece"), bytes: open("bytes") },
    texts: { x: ["the cat ☃ sat"] },
  });
  assert.deepEqual(
    rows.map(({ unknown, byteFallback }) => [unknown > 0, byteFallback > 0]),
    [
      [true, false],
      [false, true],
    ],
  );
});

test("what only merges can do says so", async () => {
  const [base, bpe] = [open("unigram"), await train({ texts: ["a b"], size: 257 })];
  const refused = /^Error: (merge|train): invalid tokenizer: Unigram \(it has no merges; a BPE tokenizer is needed\)$/;
  assert.throws(() => merge({ base, auxiliary: bpe }), refused);
  assert.throws(() => merge({ base: bpe, auxiliary: base }), refused);
  await assert.rejects(train({ texts: ["a"], size: 300, like: base }), refused);
});

test("rows say what they are", () => {
  for (const { summary, reference } of Object.values(models)) assert.ok(summary && reference);
});

test("malformed files: one line each", () => {
  type Unigram = { vocab: unknown[][]; unk_id: unknown };
  const pieces = (change: (model: Unigram) => void) => () =>
    open("unigram", ({ model }) => change(model as unknown as Unigram));
  const word = (fields: object) => () => open("wordPiece", ({ model }) => Object.assign(model, fields));
  const map = (change: (bytes: Buffer) => Buffer | string) => () =>
    open("unigram", ({ normalizer }) => {
      const stage = normalizer as unknown as { precompiled_charsmap: string };
      const made = change(Buffer.from(stage.precompiled_charsmap, "base64"));
      stage.precompiled_charsmap = typeof made === "string" ? made : made.toString("base64");
    });
  const written = (at: number, value: number) => (bytes: Buffer) => (bytes.writeUInt32LE(value, at), bytes);
  const cases: [() => void, RegExp][] = [
    [pieces(({ vocab }) => vocab.push(["<s>", -1])), /invalid piece: "<s>" is there twice, at places 0 and \d+$/],
    [pieces(({ vocab }) => (vocab[9] = ["x", "NaN"])), /invalid piece: \["x","NaN"\] at place 9 \(a text and a finite/],
    [pieces(({ vocab }) => (vocab[9] = ["x", Infinity])), /invalid piece: .* at place 9 /],
    [pieces(({ vocab }) => (vocab[9] = ["x"])), /invalid piece: \["x"\] at place 9 /],
    [pieces((model) => (model.vocab = {} as unknown[][])), /invalid model.vocab: \{\} \(a list of pieces /],
    [pieces((model) => (model.unk_id = null)), /invalid model.unk_id: null \(the place of a piece from 0 to /],
    [pieces((model) => (model.unk_id = 1e6)), /invalid model.unk_id: 1000000 /],
    [word({ unk_token: "[NONE]" }), /invalid model.unk_token: "\[NONE\]" \(it is not in model.vocab/],
    [word({ max_input_chars_per_word: -1 }), /invalid model.max_input_chars_per_word: -1 /],
    [word({ continuing_subword_prefix: null }), /invalid model.continuing_subword_prefix: null /],
    [word({ vocab: { "[UNK]": 1, a: 1 } }), /invalid id: 1 is given to both /],
    [word({ vocab: { "[UNK]": 2 ** 31 } }), /invalid id: 2147483648 of token /],
    [map((bytes) => bytes.subarray(0, 2000)), /it says \d+ bytes of trie and has 1996 in all/],
    [map((bytes) => bytes.subarray(0, 3)), /it is cut short/],
    [map((bytes) => bytes.toString("base64").slice(1)), /it is no base 64/],
    [map(written(0, 0)), /it has no trie/],
    [map(written(0, 0xffffffff)), /it says 4294967295 bytes of trie /],
    [map(written(4, 0xfffffc00)), /its trie is cut short, or leads out of itself/],
    [map((bytes) => Buffer.concat([bytes, Buffer.of(0xff)])), /its replacements are no UTF-8/],
    [map((bytes) => bytes.subarray(0, 4 + bytes.readUInt32LE(0))), /its trie leads out of its replacements/],
  ];
  for (const [make, message] of cases)
    assert.throws(make, ({ message: said }: Error) => {
      assert.match(said, /^parse: invalid [^\n]*$/);
      return (assert.match(said, message), true);
    });
});
