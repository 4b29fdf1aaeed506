/**
 * The published tokenizers, widened in every way, against Hugging Face's library, from Python where it is installed and
 * from Node. Those that were fetched before are used, nothing is downloaded. PALIMPSEST_TEST_MEGABYTES=10 and
 * PALIMPSEST_TEST_ROUTES=all make it long: that much text, all ways for all of them.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { Tokenizer as Native } from "tokenizers";
import { cacheFolder } from "../../src/corpus/cache.js";
import { load } from "../../src/corpus/index.js";
import { published } from "../../src/model/published-rows.js";
import { publishedTokenizer } from "../../src/model/published.js";
import { bpeOf, tablesOf } from "../../src/vocab/tables.js";
import { addTokens, extend, merge, segment, select, stringify, train, unreachable } from "../../src/vocab/index.js";
import { splitterOf } from "../../src/vocab/native.js";
import type { TokenizerJson } from "../../src/vocab/format.js";
import type { Tokenizer } from "../../src/types.js";
import { diagnostics, noPython } from "./support.js";

const megabytes = Number(process.env["PALIMPSEST_TEST_MEGABYTES"] ?? 0.05);
const thorough = process.env["PALIMPSEST_TEST_ROUTES"] === "all";
const newTokens = 300;

/** The others only when it may take long; those of Python packages have no merges and go no other ways. */
const short: Record<string, string[]> = {
  gpt2: ["extend", "addTokens", "append", "prepend", "select"],
  "mistral-7b": ["extend", "addTokens", "append", "prepend", "select"],
  llama3: ["extend"],
  "bert-uncased": ["extend", "addTokens"],
  mon: ["extend", "addTokens"],
};

const odd = [
  "",
  "a  b   c\t\td\r\n\r\n e",
  "👩‍👩‍👧‍👦 🇰🇷 😀😀 e\u0301 ﬀ Ａ",
  "I'LL it'S 'ſ 12345 ½²³ ١٢٣٤",
  "<s>a</s> <0x0A> <bos> <|endoftext|>b<|begin_of_text|>",
  "▁▁a▁b\u00a0\u3000\u0085\ufeff\u0000",
  "\ud800 lone \udc00",
];

interface Texts {
  learn: string[];
  mixed: string[];
}

/** LibreOffice Help where it was fetched before, else TypeScript's messages; and our own source, and what trips tokenizers. */
async function texts(): Promise<Texts> {
  const languages = ["en", "ko", "fi", "hi"];
  const folder = path.join(cacheFolder(), "corpora/libreoffice-help");
  const here = languages.every((language) => fs.existsSync(path.join(folder, `${language}.jsonl`)));
  const sources = fs
    .readdirSync(path.resolve(__dirname, "../../src/vocab"))
    .map((file) => path.join("src/vocab", file));
  const code = sources.map((file) => fs.readFileSync(path.resolve(__dirname, "../..", file), "utf8"));
  const parts = here
    ? Object.values((await load({ name: "libreoffice-help", languages })).texts).map(
        ({ train: documents }) => documents,
      )
    : ["fr", "ko", "ja", "ru"].map(diagnostics);
  const mixed = [...odd, ...code];
  const room = (megabytes * 1e6) / parts.length;
  for (const part of parts) {
    let bytes = 0;
    for (let i = 0; i < part.length && bytes < room; bytes += Buffer.byteLength(part[i++]!)) mixed.push(part[i]!);
  }
  return { learn: parts.slice(1).flatMap((part) => part.slice(0, here ? 40 : 400)), mixed };
}

type Route = (base: Tokenizer, learn: string[]) => Promise<Tokenizer> | Tokenizer;

const like = (base: Tokenizer, learn: string[]): Promise<Tokenizer> =>
  train({ texts: learn, size: bpeOf(base).family === "sentencepiece" ? 2500 : 1500, like: base });

const routes: Record<string, Route> = {
  extend: (base, learn) => extend({ base, texts: learn, newTokens }),
  addTokens: (base) => addTokens({ base, tokens: [" 확장된토큰", "LibreOfficen", "विकल्पविकल्प", "<|tool|>"] }),
  append: async (base, learn) => merge({ base, auxiliary: await like(base, learn) }),
  prepend: async (base, learn) => merge({ base, auxiliary: await like(base, learn), order: "prepend" }),
  select: async (base, learn) => select({ base, auxiliary: await like(base, learn), texts: learn, minCount: 30 }),
};

interface Answer {
  digests: string[];
  alone: Record<string, number[]>;
}

function python(paths: string[], list: string[], last: number): Answer[] {
  const script = path.join(__dirname, "../golden/vocab/encode.py");
  const input = JSON.stringify({ paths, texts: list.map((text) => Buffer.from(text).toString()), last });
  const { status, stdout, stderr } = spawnSync("python3", [script], { input, encoding: "utf8", maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`encode.py failed: ${stderr}`);
  return JSON.parse(stdout) as Answer[];
}

const digest = (ids: number[]): string => createHash("sha256").update(Uint32Array.from(ids)).digest("hex");

/** The model stage by `segment` alone, on what Hugging Face's normaliser and pre-tokeniser give. */
function staged(tokenizer: Tokenizer, text: string): number[] {
  const words = splitterOf(tokenizer.json as TokenizerJson)(text);
  const { family, ids } = bpeOf(tokenizer);
  const utf8 = (word: string): Uint8Array => Buffer.from(word.replaceAll("▁", " "));
  if (family === "sentencepiece") return words.flatMap((word) => segment(tokenizer, utf8(word)));
  const bytesOf = (word: string): number[] => [...word].map((symbol) => tokenizer.bytesOf(ids.get(symbol)!)[0]!);
  return words.flatMap((word) => segment(tokenizer, Uint8Array.from(bytesOf(word))));
}

async function compare(wide: Tokenizer, base: Tokenizer, mixed: string[], answer: Answer | undefined): Promise<void> {
  const ours = await wide.encodeBatch(mixed);
  const native = Native.fromString(JSON.stringify({ ...wide.json, truncation: null, padding: null }));
  for (const [i, text] of mixed.entries()) {
    const theirs = (await native.encode(text, null, { addSpecialTokens: false })).getIds();
    assert.deepEqual(ours[i], theirs, text.slice(0, 80));
    if (answer) assert.equal(digest(ours[i]!), answer.digests[i], `Python: ${text.slice(0, 80)}`);
  }
  for (let id = 0; id < base.size; id++) assert.equal(wide.tokenOf(id), base.tokenOf(id));
  const dead = new Set(unreachable(wide, base.size));
  for (const [token, ids] of Object.entries(answer?.alone ?? {}))
    if (wide.idOf(token)! >= base.size)
      assert.equal(ids.length === 1, !dead.has(wide.idOf(token)!), `${token} is ${ids.length} tokens`);
  const { ignore_merges: whole } = (wide.json as TokenizerJson).model;
  const { added_tokens: added } = wide.json as TokenizerJson;
  const plain = (text: string): boolean =>
    !/[▁\ud800-\udfff]/.test(text) && !added.some(({ content }) => text.includes(content));
  if (!whole && tablesOf(wide).kind === "BPE")
    for (const [i, text] of mixed.entries())
      if (plain(text) && i % 5 === 0) assert.deepEqual(staged(wide, text), ours[i], text.slice(0, 80));
}

for (const [name, row] of Object.entries(published)) {
  const version = row.package.split(/@|==/).at(-1)!;
  const kept = fs.existsSync(path.join(cacheFolder(), "tokenizers", `${name}-${version}.json`));
  const all = row.path === undefined ? Object.keys(routes) : short[name]!;
  const wanted = thorough ? all : (short[name] ?? []);
  if (wanted.length === 0) continue;
  const skip = !kept && `${row.family} was not fetched: palimpsest tokenizer report ${name}`;
  test(`${row.family}: ${wanted.join(", ")}`, { skip }, async (t) => {
    const { learn, mixed } = await texts();
    const base = await publishedTokenizer({ name });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "palimpsest-vocab-"));
    t.after(() => fs.rmSync(folder, { recursive: true }));
    const wider: Tokenizer[] = [];
    for (const route of wanted) {
      const wide = await routes[route]!(base, learn);
      if (route === "extend" || route === "select") assert.deepEqual(unreachable(wide, base.size), [], route);
      fs.writeFileSync(path.join(folder, `${route}.json`), stringify(wide));
      wider.push(wide);
    }
    const paths = wanted.map((route) => path.join(folder, `${route}.json`));
    const answers = noPython ? [] : python(paths, mixed, 2000);
    for (const [i, wide] of wider.entries()) await compare(wide, base, mixed, answers[i]);
  });
}
