/** The ways to widen a tokenizer, and what each breaks. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Tokenizer as Native } from "tokenizers";
import {
  addTokens,
  extend,
  merge,
  parse,
  segment,
  select,
  stringify,
  train,
  unreachable,
} from "../../src/vocab/index.js";
import { countTokens } from "../../src/vocab/counts.js";
import { generateMerges } from "../../src/vocab/generate-merges.js";
import type { TokenizerJson } from "../../src/vocab/format.js";
import type { Tokenizer } from "../../src/types.js";
import { diagnostics, llama3Stages, mergesOf, pieceToy, toy } from "./support.js";

const base = toy([
  ["a", "b"],
  ["c", "d"],
]);
const auxiliary = toy([
  ["b", "c"],
  ["a", "bc"],
  ["abc", "d"],
]);
const spelled = async (tokenizer: Tokenizer, text: string): Promise<string> =>
  (await tokenizer.encode(text)).map((id) => tokenizer.tokenOf(id)).join("|");
const names = (tokenizer: Tokenizer, ids: number[]): (string | undefined)[] => ids.map((id) => tokenizer.tokenOf(id));

/** What Hugging Face's library makes of every text, and that the file keeps the base's ids. */
async function agrees(wide: Tokenizer, old: Tokenizer, texts: string[]): Promise<void> {
  const native = Native.fromString(stringify(wide));
  for (const text of texts) {
    const ids = (await native.encode(text, null, { addSpecialTokens: false })).getIds();
    assert.deepEqual(await wide.encode(text), ids, text);
    assert.equal(wide.decode(ids), await native.decode(ids, false), text);
  }
  for (let id = 0; id < old.size; id++) assert.equal(wide.tokenOf(id), old.tokenOf(id));
  for (let id = 0; id < wide.size; id++) assert.equal(native.idToToken(id), wide.tokenOf(id) ?? null);
}

test("the toy of the sheet: appended merges come too late, prepended ones change old text", async () => {
  const append = merge({ base, auxiliary });
  assert.deepEqual(mergesOf(append), ["a b", "c d", "b c", "a bc", "abc d"]);
  assert.equal(await spelled(append, "abc"), "ab|c");
  assert.equal(await spelled(append, "abcd"), "ab|cd");
  assert.equal(await spelled(append, "bcd"), "b|cd");
  assert.equal(await spelled(append, "bc"), "bc");
  assert.deepEqual(names(append, unreachable(append, base.size)), ["abc", "abcd"]);

  const prepend = merge({ base, auxiliary, order: "prepend" });
  assert.deepEqual(mergesOf(prepend), ["b c", "a bc", "abc d", "a b", "c d"]);
  for (const [text, expected] of Object.entries({ abc: "abc", abcd: "abcd", bc: "bc", bcd: "bc|d", ab: "ab" }))
    assert.equal(await spelled(prepend, text), expected);
  assert.deepEqual(unreachable(prepend, base.size), []);

  const texts = ["abc", "abcd abc bcd", "<|endoftext|>abc"];
  for (const wide of [append, prepend]) await agrees(wide, base, texts);
  assert.equal(merge({ base, auxiliary, newTokens: 1 }).size, base.size + 1);
});

test("a merge that both have is not repeated, for the last would count", async () => {
  const both = toy([
    ["c", "d"],
    ["a", "b"],
    ["ab", "c"],
  ]);
  assert.deepEqual(mergesOf(merge({ base, auxiliary: both })), ["a b", "c d", "ab c"]);
  assert.deepEqual(mergesOf(merge({ base, auxiliary: both, order: "prepend" })), ["c d", "a b", "ab c"]);
  const twice = toy([
    ["b", "c"],
    ["a", "b"],
    ["b", "c"],
  ]);
  assert.deepEqual(mergesOf(merge({ base: toy([]), auxiliary: twice })), ["a b", "b c"]);
});

test("under ignore_merges a dead token comes out as a whole word, and counts as dead", async () => {
  const whole = toy(
    [
      ["a", "b"],
      ["c", "d"],
    ],
    { ignore_merges: true },
  );
  const wide = merge({ base: whole, auxiliary });
  assert.equal(await spelled(wide, "abc"), "abc");
  assert.equal(await spelled(wide, "xabc"), "x|ab|c");
  assert.deepEqual(names(wide, unreachable(wide, whole.size)), ["abc", "abcd"]);
  await agrees(wide, whole, ["abc", "xabc", "abc abcd"]);
});

test("a token that the pre-tokeniser parts is named too", () => {
  const digits = parse({
    ...toy([
      ["1", "2"],
      ["12", "3"],
      ["123", "4"],
    ]).json,
    ...llama3Stages(3),
  });
  assert.deepEqual(names(digits, unreachable(digits)), ["1234"]);
  assert.deepEqual(unreachable(digits, digits.size), []);
});

test("added tokens: found before anything else, inside words as well", async () => {
  const wide = addTokens({ base, tokens: ["bc", " 한국", "<|tool|>"] });
  assert.equal(wide.size, base.size + 3);
  assert.equal(await spelled(wide, "abcd"), "a|bc|d", "neither ab nor cd can be");
  assert.equal(await spelled(wide, "a 한국어"), "a| 한국|ì|ĸ|´");
  assert.equal(wide.decode(await wide.encode("abcd 한국<|tool|>")), "abcd 한국<|tool|>");
  assert.deepEqual(unreachable(wide, base.size), []);
  await agrees(wide, base, ["abcd", "a 한국 한국어", "<|endoftext|><|tool|>bc", "bcbc"]);
  const pieces = pieceToy("▁ab", [["a", "b"]]);
  await agrees(addTokens({ base: pieces, tokens: ["b b", "한국", "ba"] }), pieces, ["ab b ba", "한국 한국ab", " ba"]);
});

test("added tokens that cannot be are refused in one line", () => {
  const wrong: [string[], Tokenizer, RegExp][] = [
    [[""], base, /^Error: addTokens: invalid token: "" \(a text that is not empty is expected\)$/],
    [["x", "xy", "xy"], base, /^Error: addTokens: invalid token: "x" \(the base has it already\)$/],
    [["xy", "xy"], base, /^Error: addTokens: invalid token: "xy" \(it is there twice\)$/],
    [["é"], base, /^Error: addTokens: invalid token: "é" \(the base has it already\)$/],
    [["éé"], base, /^Error: addTokens: invalid token: "éé" \(the base reads it as other bytes\)$/],
    [["▁x"], pieceToy("▁", []), /^Error: addTokens: invalid token: "▁x" \(the base reads it as a space or a byte\)$/],
  ];
  for (const [tokens, to, message] of wrong) assert.throws(() => addTokens({ base: to, tokens }), message);
});

interface Golden {
  cases: { ids: Record<string, number>; scores: Record<string, number>; merges: [string, string][] }[];
}

test("merges from pieces are those of Hugging Face's converter", () => {
  const file = path.join(__dirname, "../golden/vocab/generate_merges.json");
  const { cases } = JSON.parse(fs.readFileSync(file, "utf8")) as Golden;
  const map = (record: Record<string, number>): Map<string, number> => new Map(Object.entries(record));
  for (const { ids, scores, merges } of cases)
    assert.deepEqual(generateMerges({ ids: map(ids), scores: map(scores) }), merges, JSON.stringify(scores));
});

test("SentencePiece-style pieces: of score 0 they outrank the base's, else they follow", async () => {
  const old = pieceToy("▁abcd", [
    ["a", "b"],
    ["c", "d"],
    ["▁", "ab"],
    ["▁ab", "cd"],
  ]);
  const others = pieceToy("▁abcd", [
    ["b", "c"],
    ["a", "bc"],
    ["▁", "abc"],
  ]);
  const append = merge({ base: old, auxiliary: others });
  assert.equal(append.size, old.size + 3);
  // Of ▁abc both ways are listed, and the old piece ▁abcd has one more; an old merge still comes first.
  assert.deepEqual(mergesOf(append), [
    "a b",
    "c d",
    "▁ ab",
    "▁ab cd",
    "▁abc d",
    "b c",
    "ab c",
    "a bc",
    "▁ab c",
    "▁ abc",
  ]);
  assert.equal(await spelled(append, "abc"), "▁abc");
  assert.equal(await spelled(append, "bcd"), "▁|b|cd");
  const prepend = merge({ base: old, auxiliary: others, order: "prepend" });
  assert.deepEqual(mergesOf(prepend).slice(0, 5), ["▁ab c", "ab c", "▁ abc", "a bc", "b c"]);
  assert.equal(await spelled(prepend, "bcd"), "▁|bc|d");
  for (const wide of [append, prepend]) {
    assert.deepEqual(unreachable(wide, old.size), []);
    await agrees(wide, old, ["abc abcd", "bcd dcba", " ab  cd"]);
  }
});

test("the two families do not mix", () => {
  const pieces = pieceToy("▁ab", [["a", "b"]]);
  assert.throws(
    () => merge({ base, auxiliary: pieces }),
    /^Error: merge: invalid auxiliary: sentencepiece \(the base is byte-level\)$/,
  );
  assert.throws(() => merge({ base, auxiliary, order: "middle" as "append" }), /^Error: merge: invalid order: middle /);
  assert.throws(() => merge({ base, auxiliary, newTokens: NaN }), /^RangeError: merge: invalid newTokens: NaN /);
});

test("selection keeps what the texts use, in both families, and ends", async () => {
  const french = diagnostics("fr");
  const korean = diagnostics("ko");
  const bases = {
    "byte-level": await train({ texts: french, size: 1200 }),
    sentencepiece: await train({
      texts: french,
      size: 1200,
      like: pieceToy("▁", []),
      specials: ["<s>", "</s>"],
    }),
  };
  for (const [family, old] of Object.entries(bases))
    for (const order of ["append", "prepend"] as const) {
      const like = await train({
        texts: korean,
        size: 2000,
        like: old,
        endOfText: "</s>",
        specials: ["<unk>", "</s>"],
      });
      const all = merge({ base: old, auxiliary: like, order });
      const minCount = 20;
      const wide = await select({ base: old, auxiliary: like, texts: korean, minCount, order });
      const name = `${family}, ${order}`;
      assert.ok(wide.size > old.size + 20 && wide.size < all.size, `${name}: ${wide.size} of ${all.size}`);
      assert.deepEqual(unreachable(wide, old.size), [], name);
      const { tokens, parted } = await countTokens(wide, { caller: "test", texts: korean });
      const rare = [...tokens.keys()].filter((id) => id >= old.size && tokens[id]! < minCount);
      const merged = mergesOf(wide);
      for (const id of rare) {
        const token = wide.tokenOf(id)!;
        assert.ok(
          merged.some((pair) => pair.split(" ").includes(token)),
          `${name}: ${token} is rare and builds nothing`,
        );
      }
      assert.ok(rare.length < (wide.size - old.size) / 2, `${name}: ${rare.length} rare ones`);
      for (const [character, count] of parted) assert.ok(count < minCount, `${name}: ${character} ${count} times`);
      await agrees(wide, old, [...korean.slice(0, 50), ...french.slice(0, 50)]);
    }
});

test("a character that the auxiliary lacks is taken in, with what it is made of", async () => {
  const old = toy([]);
  const texts = Array.from({ length: 9 }, () => "한 ab");
  const wide = await select({ base: old, auxiliary: toy([["a", "b"]]), texts, minCount: 9 });
  assert.equal(await spelled(wide, "한ab"), "íķľ|ab");
  assert.equal((await select({ base: old, auxiliary: toy([["a", "b"]]), texts, minCount: 10 })).size, old.size);
  await assert.rejects(
    select({ base: old, auxiliary: old, texts, minCount: 0 }),
    /^RangeError: select: invalid minCount: 0 \(1 or more\)$/,
  );
});

test("counting is encoding and counting", async () => {
  const old = await train({ texts: diagnostics("fr"), size: 800 });
  const texts = diagnostics("ko").slice(0, 200);
  const { tokens } = await countTokens(old, { caller: "test", texts });
  const expected = new Float64Array(old.size);
  for (const ids of await old.encodeBatch(texts)) for (const id of ids) expected[id]!++;
  assert.deepEqual(tokens, expected);
});

test("every route keeps the file's spelling of merges, and numbers after all ids, added tokens included", async () => {
  const json = structuredClone(base.json) as TokenizerJson;
  json.model.merges = ["a b", "c d"];
  json.added_tokens.push({ ...json.added_tokens[0]!, id: base.size, content: "<|late|>" });
  const old = parse(json);
  const wider = [
    addTokens({ base: old, tokens: ["zz"] }),
    merge({ base: old, auxiliary }),
    await extend({ base: old, texts: ["abcd abcd"], newTokens: 1 }),
    await select({ base: old, auxiliary, texts: ["bc bc"], minCount: 2 }),
  ];
  for (const wide of wider) {
    const { model } = wide.json as TokenizerJson;
    assert.ok(model.merges.every((pair) => typeof pair === "string"));
    assert.equal(wide.idOf("<|late|>"), base.size);
    assert.equal(Math.min(...Object.values(model.vocab).filter((id) => id >= old.size)), base.size + 1);
    assert.equal(wide.endOfText, old.endOfText);
    await agrees(wide, old, ["abcd zz<|late|>bc"]);
  }
});

test("trap: a key is not text; its bytes are what another tokenizer is asked for", async () => {
  const wide = await extend({ base, texts: ["न न न안안", "hello hello"], newTokens: 6 });
  for (let id = base.size; id < wide.size; id++) {
    const bytes = wide.bytesOf(id);
    assert.deepEqual(
      segment(base, bytes).map((part) => base.bytesOf(part)[0]),
      [...bytes],
    ); // one token a byte
  }
  const key = wide.tokenOf(base.size)!;
  assert.notDeepEqual(await wide.encode(key), [base.size], `${key} as text is not the token`);
});

test("trap: new ids may fall into padding rows, so they are a list and not the last rows", async () => {
  const rows = Math.ceil((base.size + 100) / 64) * 64; // an embedding table longer than the vocabulary
  const wide = await extend({ base, texts: ["abcd abcd"], newTokens: 1 });
  const fresh = Array.from({ length: wide.size - base.size }, (_, i) => base.size + i);
  assert.deepEqual(fresh, [base.size]);
  assert.ok(wide.size < rows && !fresh.includes(rows - 1));
});

test("selection for a base that ignores merges keeps only what merges make", async () => {
  const whole = toy(
    [
      ["a", "b"],
      ["c", "d"],
    ],
    { ignore_merges: true },
  );
  const texts = Array.from({ length: 5 }, () => "abc bc");
  const wide = await select({ base: whole, auxiliary, texts, minCount: 5 });
  assert.deepEqual(names(wide, [...Array(wide.size).keys()].slice(whole.size)), ["bc"]);
  assert.deepEqual(unreachable(wide, whole.size), []);
});
