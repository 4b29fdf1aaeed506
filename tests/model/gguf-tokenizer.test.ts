/** Tokenizers of GGUF files beside the published ones they are made from: cut, merged and ended alike. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { publishedTokenizer, type PublishedName } from "../../src/model/index.js";
import type { Layout, Value } from "../../src/model/gguf/layout.js";
import { preTokenisers } from "../../src/model/gguf/pre-tokenisers.js";
import { tokenizerOf } from "../../src/model/gguf/tokenizer.js";
import type { Tokenizer } from "../../src/types.js";
import { parse } from "../../src/vocab/index.js";
import { leaves, partsOf, type StageJson, type TokenizerJson } from "../../src/vocab/format.js";
import { byteOfToken } from "../../src/vocab/sentencepiece.js";

const texts = [
  "Hello world! It's 12345 o'clock, don't YOU'LL see?\n\n  x = [1, 22,  333];\r\n\tend ",
  "   leading  and   trailing   ",
  "한국어 문장과 漢字, ไทย, Ελληνικά; naïve café ﬁ e\u0301 🙂👍🏽",
  "camelCase HTTPServer ABCdef__x//y 3.14e-10 १२३ ①②",
  "",
];
const fail = (what: string): never => {
  throw new Error(what);
};

/** What llama.cpp's converter writes of a tokenizer.json; `pre` where it is byte-level, else the kind of model. */
function valuesOf(tokenizer: Tokenizer, pre: string | undefined, kind: string): Layout {
  const json = tokenizer.json as TokenizerJson;
  const added = new Map(json.added_tokens.map(({ content, special }) => [content, special ? 3 : 4]));
  const tokens = Array.from({ length: tokenizer.size + 2 }, (_, id) => tokenizer.tokenOf(id) ?? `[PAD${id}]`);
  const typeOf = (token: string, id: number): number =>
    id >= tokenizer.size ? 5 : token === "<unk>" ? 2 : (added.get(token) ?? (byteOfToken(token) < 0 ? 1 : 6));
  const values: Record<string, Value> = {
    "general.architecture": kind,
    "tokenizer.ggml.model": pre === undefined ? "llama" : "gpt2",
    "tokenizer.ggml.tokens": tokens,
    "tokenizer.ggml.token_type": tokens.map(typeOf),
    "tokenizer.ggml.eos_token_id": tokenizer.endOfText,
  };
  if (pre === undefined) {
    const ranks = new Map<string, number>();
    json.model.merges.forEach((merge, rank) => {
      const piece = partsOf(merge).join("");
      if (!ranks.has(piece)) ranks.set(piece, rank);
    });
    values["tokenizer.ggml.scores"] = tokens.map((token) => -(ranks.get(token) ?? 1e6));
    values["tokenizer.ggml.unknown_token_id"] = tokenizer.idOf("<unk>")!;
    if (kind === "gemma") values["tokenizer.ggml.add_space_prefix"] = false;
  } else {
    values["tokenizer.ggml.pre"] = pre;
    values["tokenizer.ggml.merges"] = json.model.merges.map((merge) => partsOf(merge).join(" "));
  }
  return { values: new Map(Object.entries(values)), tensors: [] };
}

/** The published tokenizer, or nothing where it cannot be had, which the test then says. */
async function tryPublished(name: PublishedName, t: TestContext): Promise<Tokenizer | undefined> {
  try {
    return await publishedTokenizer({ name });
  } catch (error) {
    assert.match((error as Error).message, /cannot be reached|offline|not on this machine/);
    t.skip((error as Error).message);
    return undefined;
  }
}

const whole: [PublishedName, string | undefined, string][] = [
  ["gpt2", "gpt-2", "gpt2"],
  ["qwen2.5", "qwen2", "qwen2"],
  ["mistral-7b", undefined, "llama"],
  ["gemma", undefined, "gemma"],
];
for (const [name, pre, kind] of whole)
  test(`${name} out of the values of a GGUF file encodes and decodes as published`, async (t) => {
    const published = await tryPublished(name, t);
    if (!published) return;
    const { json, config } = tokenizerOf(valuesOf(published, pre, kind), fail);
    const tokenizer = parse(json, { config });
    assert.deepEqual([tokenizer.size, tokenizer.endOfText], [published.size, published.endOfText]);
    const end = published.tokenOf(published.endOfText)!;
    for (const text of [...texts, `a${end}b`]) {
      const ids = await published.encode(text);
      assert.deepEqual(await tokenizer.encode(text), ids, text);
      assert.equal(tokenizer.decode(ids), published.decode(ids));
    }
  });

/** The patterns that cut, and whether whole words come before merges. */
const cuts = (stages: StageJson[], ignoreMerges = false): unknown => ({
  patterns: stages.map(({ type, pattern, use_regex: own }) => pattern ?? [type, own]),
  ignoreMerges,
});
const byName: [PublishedName, string][] = [
  ["llama3", "llama-bpe"],
  ["mistral-nemo", "tekken"],
  ["gpt-4o", "gpt-4o"],
];
for (const [name, pre] of byName)
  test(`${pre} cuts as the published ${name} does`, async (t) => {
    const published = await tryPublished(name, t);
    if (!published) return;
    const { pre_tokenizer: stages, model } = published.json as TokenizerJson;
    const row = preTokenisers.find(({ names }) => names.includes(pre))!;
    assert.deepEqual(cuts(row.stages, row.ignoreMerges), cuts(leaves(stages), model.ignore_merges));
  });

test("no name is in two rows, and every row says what it is", () => {
  const names = preTokenisers.flatMap((row) => row.names);
  assert.equal(new Set(names).size, names.length);
  for (const { summary, stages } of preTokenisers) assert.ok(summary.length > 3 && stages.length > 0);
});
