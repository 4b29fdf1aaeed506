/**
 * A BPE tokenizer from texts (Sennrich et al. 2016). Byte-level (Radford et al. 2019) unless it is to be like another: then
 * the same one that Hugging Face's `BpeTrainer` makes with a `ByteLevel` pre-tokeniser without prefix space, the byte
 * alphabet as initial alphabet and the same special tokens. Like a SentencePiece-style tokenizer: its tokens are 256 bytes,
 * the characters of the texts, and pieces (`piece.ts`).
 */
import type { Merges } from "./types.js";
import { alphabet, symbolOf } from "./bytes.js";
import { countCharacters } from "./character-words.js";
import { familyOf, type AddedTokenJson, type StageJson, type TokenizerJson } from "./format.js";
import { apart, wordsWithMarks } from "./jamo.js";
import { learn, smallerIds, type Learning } from "./learn.js";
import { PairTable } from "./pairs.js";
import { endOfTextAmong } from "./parse.js";
import { isPiece, keepsDigitsAlone } from "./piece.js";
import { byteToken } from "./sentencepiece.js";
import { bpeOf, keep } from "./tables.js";
import { tokenizerOver } from "./tokenizer.js";
import { countWords, type Counting, type Words } from "./words.js";
import type { OnProgress, Tokenizer } from "../types.js";

export interface TrainOptions {
  texts: Iterable<string>;
  /** Tokens in all: specials, 256 bytes, characters if it has them, and merges. Fewer come out where the texts hold no more pairs. */
  size: number;
  /** Defaults to ["<|endoftext|>"]. They take the first ids. */
  specials?: string[];
  /** The special that ends a document. Defaults to "<|endoftext|>" or the only special. */
  endOfText?: string;
  /** Pairs seen less often are not merged. Defaults to 0: every pair may be. */
  minFrequency?: number;
  /** A regular expression (Oniguruma's syntax) whose matches are the words. Defaults to GPT-2's. */
  pattern?: string;
  /**
   * "jamo": characters are taken apart first, Korean syllables into consonants and vowels, and put together again when they are decoded
   * (`jamo.ts`). Defaults to "characters".
   */
  units?: "characters" | "jamo";
  /** A tokenizer whose normaliser, pre-tokeniser and decoder the new one gets; nothing of its vocabulary. */
  like?: Tokenizer;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export async function train(options: TrainOptions): Promise<Tokenizer> {
  const {
    texts,
    size,
    specials = ["<|endoftext|>"],
    endOfText,
    minFrequency = 0,
    units = "characters",
    like,
    signal,
    onProgress,
  } = options;
  const pattern = options.pattern ?? (units === "jamo" ? wordsWithMarks : undefined);
  const names = [...new Set(specials)];
  if (!(minFrequency >= 0)) throw new RangeError(`train: invalid minFrequency: ${minFrequency} (0 or more)`);
  if (names.length === 0 || names.includes(""))
    throw new Error(`train: invalid specials: ${JSON.stringify(specials)} (at least one, none empty)`);
  if (units !== "characters" && units !== "jamo")
    throw new Error(`train: invalid units: ${String(units)} (characters or jamo)`);
  if (like && units === "jamo") throw new Error("train: invalid units: jamo (the normaliser is that of like)");
  if (like && pattern !== undefined)
    throw new Error(`train: invalid pattern: ${pattern} (the words are those of like)`);
  if (like) bpeOf(like, "train");
  const json = blank(names, pattern, like?.json as TokenizerJson | undefined);
  if (units === "jamo") json.normalizer = apart;
  const start = await beginning({ caller: "train", json, texts, signal, onProgress }, names, size, like);
  const tokens = [...start.tokens];
  const modelIds = new Map(tokens.map((token, id) => [token, id]));
  const merges: Merges = { pairs: new PairTable(size), results: [] };
  const made = await learn({
    words: start.words,
    tokens,
    ids: modelIds,
    allows: start.allows,
    merges,
    order: smallerIds,
    newTokens: size - tokens.length,
    minFrequency,
    signal,
    onProgress,
  });
  json.model.vocab = Object.fromEntries(modelIds);
  json.model.merges = made.map(([left, right]) => [tokens[left]!, tokens[right]!]);
  keep(json, { modelIds, merges });
  return tokenizerOver(json, endOfTextAmong(json.added_tokens, endOfText));
}

interface Start {
  /** Specials, bytes and, if it has them, characters. */
  tokens: string[];
  words: Words;
  allows: Learning["allows"];
}

type Texts = Pick<Counting, "caller" | "json" | "texts" | "signal" | "onProgress">;

async function beginning(texts: Texts, names: string[], size: number, like?: Tokenizer): Promise<Start> {
  const pieces = familyOf(texts.json) === "sentencepiece";
  const bytes = pieces ? Array.from(alphabet.keys(), byteToken) : alphabet.map((byte) => symbolOf[byte]!);
  const tokens = [...new Set([...names, ...bytes])];
  const fits = (): void => {
    if (!(Number.isInteger(size) && size >= tokens.length && size < 2 ** 24))
      throw new RangeError(
        `train: invalid size: ${size} (at least ${tokens.length}: the specials, 256 bytes${pieces ? " and every character" : ""})`,
      );
  };
  fits();
  if (!pieces) {
    const byteIds = Int32Array.from(symbolOf, (symbol) => tokens.indexOf(symbol));
    return { tokens, words: await countWords({ ...texts, byteIds }), allows: () => true };
  }
  const words = await countCharacters(texts, tokens);
  fits();
  const rules = { maxLength: 16, digitsAlone: keepsDigitsAlone((token) => like?.idOf(token) !== undefined) };
  const reserved = new Set(names);
  return { tokens, words, allows: (token) => !reserved.has(token) && isPiece(token, rules) };
}

/** A tokenizer.json with no tokens yet but its specials. */
function blank(specials: string[], pattern: string | undefined, like?: TokenizerJson): TokenizerJson {
  const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: pattern === undefined };
  const split = { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false };
  const stage: StageJson = pattern === undefined ? bytes : { type: "Sequence", pretokenizers: [split, bytes] };
  const added = (content: string, id: number): AddedTokenJson => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const pieces = like !== undefined && familyOf(like) === "sentencepiece";
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specials.map(added),
    normalizer: like?.normalizer ?? null,
    pre_tokenizer: like ? like.pre_tokenizer : stage,
    post_processor: null,
    decoder: like?.decoder ?? { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: pieces,
      ignore_merges: false,
      vocab: {},
      merges: [],
    },
  };
}
