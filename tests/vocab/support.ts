/** Texts that need no download, and Hugging Face's Python library where it is installed. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { rng } from "../../src/rng.js";
import { parse } from "../../src/vocab/index.js";
import { alphabet, symbolOf } from "../../src/vocab/bytes.js";
import type { Tokenizer } from "../../src/types.js";
import { pythonHas } from "../python.js";

const root = path.resolve(__dirname, "../..");
const script = path.join(root, "tests/golden/bpe.py");

/** TypeScript's own messages in one of its languages: a few thousand lines that npm has already brought here. */
export function diagnostics(language: string): string[] {
  const file = path.join(
    root,
    `node_modules/@tslab/typescript-for-tslab/lib/${language}/diagnosticMessages.generated.json`,
  );
  return Object.values(JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, string>);
}

/** Texts of few letters: equal counts, repeats that overlap, punctuation and spaces in odd places. */
export function tangled(seed: number, texts = 12): string[] {
  const random = rng(seed);
  const pick = <T>(items: T[]): T => items[random.int(items.length)]!;
  const letters = pick([
    ["a", "b"],
    ["a", "b", "c"],
    ["가", "나", "é", " "],
    ["a", "1", "'", " ", "s", "\n"],
  ]);
  const word = (): string => Array.from({ length: 1 + random.int(12) }, () => pick(letters)).join("");
  const words = Array.from({ length: 2 + random.int(12) }, word);
  return Array.from({ length: texts }, () => Array.from({ length: 1 + random.int(9) }, () => pick(words)).join(" "));
}

/** A tokenizer with the given merges over all bytes, ids in order of creation after one special; the toys of the papers. */
export function toy(merges: [string, string][], model: object = {}, extra: string[] = []): Tokenizer {
  const tokens = ["<|endoftext|>", ...alphabet.map((byte) => symbolOf[byte]!), ...extra];
  for (const [left, right] of merges) if (!tokens.includes(left + right)) tokens.push(left + right);
  return parse({
    version: "1.0",
    added_tokens: [
      {
        id: 0,
        content: "<|endoftext|>",
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: "BPE", vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges, ...model },
  });
}

/** SmolLM2's kind: byte-level, digits alone, without tokens for the bytes that no text of its training had. */
export function lackingBytes(whole: Tokenizer, missing: readonly number[]): Tokenizer {
  const json = structuredClone(whole.json) as { pre_tokenizer: object; model: { vocab: Record<string, number> } };
  const gone = new Set(missing.map((byte) => symbolOf[byte]!));
  const { vocab } = json.model;
  const kept = Object.keys(vocab).filter((token) => !gone.has(token));
  kept.sort((a, b) => vocab[a]! - vocab[b]!);
  json.model.vocab = Object.fromEntries(kept.map((token, id) => [token, id]));
  const digits = { type: "Digits", individual_digits: true };
  json.pre_tokenizer = { type: "Sequence", pretokenizers: [digits, json.pre_tokenizer] };
  return parse(json);
}

/** The pre-tokeniser of Llama 3 (three digits) or Qwen (one). */
export function llama3Stages(digits: 1 | 3): object {
  const words = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
  const others = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  const Regex = `${words}\\p{N}${digits === 3 ? "{1,3}" : ""}${others}`;
  const split = { type: "Split", pattern: { Regex }, behavior: "Isolated", invert: false };
  const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
  return { pre_tokenizer: { type: "Sequence", pretokenizers: [split, bytes] } };
}

const special = (content: string, id: number): object => {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
};

/** A SentencePiece-style tokenizer as Llama 2's: three specials, 256 bytes, the characters, and what the merges make. */
export function pieceToy(characters: string, merges: [string, string][], changes: object = {}): Tokenizer {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  const tokens = ["<unk>", "<s>", "</s>", ...bytes, ...characters];
  for (const [left, right] of merges) if (!tokens.includes(left + right)) tokens.push(left + right);
  const replace = { type: "Replace", pattern: { String: " " }, content: "▁" };
  return parse({
    version: "1.0",
    added_tokens: ["<unk>", "<s>", "</s>"].map(special),
    normalizer: { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, replace] },
    pre_tokenizer: null,
    post_processor: null,
    decoder: decoders(strip),
    model: {
      type: "BPE",
      unk_token: "<unk>",
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
    ...changes,
  });
}

const decoders = (...more: object[]): object => {
  const back = { type: "Replace", pattern: { String: "▁" }, content: " " };
  return { type: "Sequence", decoders: [back, { type: "ByteFallback" }, { type: "Fuse" }, ...more] };
};
const strip = { type: "Strip", content: " ", start: 1, stop: 0 };

const metaspace = (prepend_scheme: string, split: boolean): object => ({
  normalizer: null,
  pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme, split },
  decoder: decoders(...(prepend_scheme === "never" ? [] : [strip])),
});

/** How SentencePiece-style files write spaces as ▁. */
export const spaceStages: Record<string, object> = {
  "Llama 2": {},
  "Gemma 3": {
    normalizer: { type: "Replace", pattern: { String: " " }, content: "▁" },
    pre_tokenizer: { type: "Split", pattern: { String: " " }, behavior: "MergedWithPrevious", invert: false },
    decoder: decoders(),
  },
  "Metaspace, always": metaspace("always", false),
  "Metaspace, always, split": metaspace("always", true),
  "Metaspace, first": metaspace("first", false),
  "Metaspace, never": metaspace("never", true),
};

export const mergesOf = (tokenizer: Tokenizer): string[] =>
  (tokenizer.json as { model: { merges: ([string, string] | string)[] } }).model.merges.map((merge) =>
    typeof merge === "string" ? merge : merge.join(" "),
  );

/** Why Python cannot be asked, or false. */
export const noPython: string | false = pythonHas("tokenizers")
  ? false
  : "python3 with the tokenizers package is not installed";

/** Runs one mode of tests/golden/bpe.py. */
export function python<T>(mode: "live" | "encode", request: object): T {
  const { status, stdout, stderr } = spawnSync("python3", [script, mode], {
    input: JSON.stringify(request),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`bpe.py ${mode} failed: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** BERT's kind: four specials, then these tokens. */
export function wordPieceToy(tokens: string[]): Tokenizer {
  const specials = ["[PAD]", "[UNK]", "[SEP]", "[MASK]"];
  return parse({
    version: "1.0",
    added_tokens: specials.map(special),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries([...specials, ...tokens].map((token, id) => [token, id])),
    },
  });
}

/** XLM-RoBERTa's kind: four specials, then pieces of falling scores; its compiled normaliser writes A for a. */
export function unigramToy(pieces: string[]): Tokenizer {
  const specials = ["<s>", "<pad>", "</s>", "<unk>"];
  const units = new Uint32Array(768);
  units[0] = 256 << 10;
  units[256 ^ 0x61] = ((256 ^ 0x61 ^ 512) << 10) | 0x161;
  units[512] = 2 ** 31;
  const size = Buffer.from(Uint32Array.of(units.byteLength).buffer);
  const charsmap = Buffer.concat([size, Buffer.from(units.buffer), Buffer.from("A\0")]).toString("base64");
  const spaces = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
  return parse({
    version: "1.0",
    added_tokens: specials.map(special),
    normalizer: { type: "Precompiled", precompiled_charsmap: charsmap },
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, spaces] },
    post_processor: null,
    decoder: spaces,
    model: {
      type: "Unigram",
      unk_id: 3,
      byte_fallback: false,
      vocab: [...specials.map((token) => [token, 0]), ...pieces.map((piece, i) => [piece, -1 - i])],
    },
  });
}
