/** Ours against Hugging Face's Python library, in the same run. PALIMPSEST_TEST_CORPUS may name JSON files of texts, comma-separated. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { cacheFolder } from "../../src/corpus/cache.js";
import { load } from "../../src/corpus/index.js";
import { extend, parse, segment, stringify, train, unreachable } from "../../src/vocab/index.js";
import { diagnostics, lackingBytes, noPython, python, tangled } from "./support.js";

interface Trained {
  tokenizer: object;
}
interface Encoded {
  ids: number[][];
  decoded: string[];
  vocabulary: Record<string, number>;
  alone: Record<string, number[]>;
}
const odd = [
  "",
  " ",
  "\ufeffx",
  "a\r\n\t b  ",
  "👩‍👩‍👧‍👦 flag 🇰🇷",
  "it's 'tis 's",
  "<|endoftext|>a<|endoftext|>",
  "１２½ ٣",
  "\u0085\u3000x",
];

test("the whole tokenizer.json is Hugging Face's", { skip: noPython }, async () => {
  const requests = [
    { texts: diagnostics("ko"), size: 6000 },
    { texts: diagnostics("zh-cn"), size: 2000, minFrequency: 3 },
    { texts: [...diagnostics("ru"), ...odd], size: 1500, specials: ["<pad>", "<|endoftext|>", "a"] },
    { texts: diagnostics("fr"), size: 1500, pattern: "\\p{N}{1,3}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\s+|." },
    { texts: Array.from({ length: 60 }, (_, seed) => tangled(seed)).flat(), size: 4000 },
  ];
  for (const request of requests)
    assert.deepEqual((await train(request)).json, python<Trained>("live", request).tokenizer);
});

test("Python reads our file and encodes as we do", { skip: noPython }, async () => {
  const base = await train({ texts: diagnostics("es"), size: 2000 });
  const wide = await extend({ base, texts: diagnostics("ko"), newTokens: 1500 });
  const texts = [...diagnostics("ko").slice(0, 400), ...diagnostics("es").slice(0, 200), ...odd];
  const tokens = Array.from({ length: 1500 }, (_, i) => wide.tokenOf(base.size + i)!);
  const theirs = python<Encoded>("encode", { json: stringify(wide), texts, tokens });
  assert.deepEqual(await wide.encodeBatch(texts), theirs.ids);
  assert.deepEqual(theirs.decoded, texts);
  for (const [token, id] of Object.entries(theirs.vocabulary)) assert.equal(wide.idOf(token), id);
  for (const token of tokens) assert.deepEqual(theirs.alone[token], [wide.idOf(token)], token);
});

test(
  "a base that lacks bytes is widened, and Python encodes as we do, what it cannot spell included",
  { skip: noPython },
  async () => {
    const missing = [4, 5, 6, 0xc0, 0xc1, ...Array.from({ length: 11 }, (_, i) => 0xf5 + i)];
    const base = lackingBytes(await train({ texts: diagnostics("es"), size: 1000 }), missing);
    assert.throws(() => segment(base, Uint8Array.of(4)), /no token for byte 4 /);
    const wide = await extend({ base, texts: [...diagnostics("ko"), "한\u0004국 ".repeat(9999)], newTokens: 400 });
    assert.deepEqual(unreachable(wide, base.size), []);
    const texts = [...diagnostics("ko").slice(0, 300), ...odd, "한\u0004국 a\u0005\u0006b 123"];
    const tokens = Array.from({ length: 400 }, (_, i) => wide.tokenOf(base.size + i)!);
    const theirs = python<Encoded>("encode", { json: stringify(wide), texts, tokens });
    assert.deepEqual(await wide.encodeBatch(texts), theirs.ids);
    for (const token of tokens) assert.deepEqual(theirs.alone[token], [wide.idOf(token)], token);
  },
);

test("ids with gaps are what Python makes of them, in encode, idOf and decode", { skip: noPython }, async () => {
  const json = structuredClone((await train({ texts: diagnostics("es"), size: 500 })).json) as {
    added_tokens: { id: number; content: string }[];
  };
  json.added_tokens.push({ ...json.added_tokens[0]!, id: 700, content: "<|new|>" });
  json.added_tokens.push({ ...json.added_tokens[0]!, id: 600, content: "<|newer|>" });
  const ours = parse(json);
  const texts = ["a <|new|>", "<|newer|><|new|>hola"];
  const theirs = python<Encoded>("encode", { json: JSON.stringify(json), texts });
  const ids = await ours.encodeBatch(texts);
  assert.deepEqual(ids, theirs.ids);
  assert.deepEqual(
    ids.map((list) => ours.decode(list)),
    theirs.decoded,
  );
  for (const token of ["<|new|>", "<|newer|>"]) assert.equal(ours.idOf(token), theirs.vocabulary[token]);
});

test("added tokens keep their ids in Python after an extension", { skip: noPython }, async () => {
  const json = structuredClone((await train({ texts: diagnostics("es"), size: 1000 })).json) as {
    added_tokens: { id: number; content: string }[];
    model: { vocab: Record<string, number> };
  };
  delete json.model.vocab["<|endoftext|>"];
  json.model.vocab = Object.fromEntries(Object.entries(json.model.vocab).map(([token, id]) => [token, id - 1]));
  json.added_tokens[0]!.id = 999;
  json.added_tokens.push({ ...json.added_tokens[0]!, id: 1000, content: "<|user|>" });
  const base = parse(json);
  const wide = await extend({ base, texts: diagnostics("ko"), newTokens: 200 });
  const texts = ["<|user|>hola<|endoftext|>"];
  const theirs = python<Encoded>("encode", { json: stringify(wide), texts });
  assert.equal(theirs.vocabulary["<|endoftext|>"], 999);
  assert.equal(theirs.vocabulary["<|user|>"], 1000);
  assert.equal(Math.max(...Object.values(theirs.vocabulary)), 1200);
  assert.deepEqual(await wide.encodeBatch(texts), theirs.ids);
  assert.deepEqual((await base.encodeBatch(texts))[0], theirs.ids[0]);
});

/** LibreOffice Help where it was fetched before (this downloads nothing), and the files that PALIMPSEST_TEST_CORPUS names. */
async function corpora(): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const file of (process.env["PALIMPSEST_TEST_CORPUS"] ?? "").split(",").filter((name) => name !== ""))
    found[file] = JSON.parse(fs.readFileSync(file, "utf8")) as string[];
  const fetched = ["en", "ko"].every((language) =>
    fs.existsSync(path.join(cacheFolder(), "corpora/libreoffice-help", `${language}.jsonl`)),
  );
  if (!fetched) return found;
  const { texts } = await load({ name: "libreoffice-help", languages: ["en", "ko"], keepUntranslated: true });
  for (const text of Object.values(texts)) found[text.name] = [...text.train, ...text.heldOut];
  return found;
}

test("whole corpora at 32,000 tokens, ties included", { skip: noPython }, async (t) => {
  const found = await corpora();
  if (Object.keys(found).length === 0)
    return t.skip("LibreOffice Help was not fetched: palimpsest corpus build libreoffice-help");
  for (const [name, texts] of Object.entries(found)) {
    const asked = { texts, size: 32000 };
    assert.deepEqual((await train(asked)).json, python<Trained>("live", asked).tokenizer, name);
  }
});
