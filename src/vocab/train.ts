/**
 * A byte-level BPE tokenizer from texts, the same one that Hugging Face's `BpeTrainer` makes from them with a `ByteLevel`
 * pre-tokeniser without prefix space, the byte alphabet as initial alphabet and the same special tokens (Sennrich et al.
 * 2016; Radford et al. 2019).
 */
import { keep, type Merges } from "./bpe.js";
import { alphabet, symbolOf } from "./bytes.js";
import type { AddedTokenJson, StageJson, TokenizerJson } from "./format.js";
import { learn, smallerIds } from "./learn.js";
import { PairTable } from "./pairs.js";
import { endOfTextAmong } from "./parse.js";
import { tokenizerOver } from "./tokenizer.js";
import { countWords } from "./words.js";
import type { OnProgress, Tokenizer } from "../types.js";

export interface TrainOptions {
  texts: Iterable<string>;
  /** Tokens in all: specials, 256 bytes and merges. Fewer come out where the texts hold no more pairs. */
  size: number;
  /** Defaults to ["<|endoftext|>"]. They take the first ids. */
  specials?: string[];
  /** The special that ends a document. Defaults to "<|endoftext|>" or the only special. */
  endOfText?: string;
  /** Pairs seen less often are not merged. Defaults to 0: every pair may be. */
  minFrequency?: number;
  /** A regular expression (Oniguruma's syntax) whose matches are the words. Defaults to GPT-2's. */
  pattern?: string;
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
    pattern,
    signal,
    onProgress,
  } = options;
  const names = [...new Set(specials)];
  const initial = [...names, ...alphabet.map((byte) => symbolOf[byte]!).filter((symbol) => !names.includes(symbol))];
  if (!(Number.isInteger(size) && size >= initial.length && size < 2 ** 24))
    throw new RangeError(`train: invalid size: ${size} (at least ${initial.length}: the specials and 256 bytes)`);
  if (!(minFrequency >= 0)) throw new RangeError(`train: invalid minFrequency: ${minFrequency} (0 or more)`);
  if (names.length === 0 || names.includes(""))
    throw new Error(`train: invalid specials: ${JSON.stringify(specials)} (at least one, none empty)`);

  const json = blank(names, pattern);
  const byteIds = Int32Array.from(symbolOf, (symbol) => initial.indexOf(symbol));
  const words = await countWords({ caller: "train", json, texts, byteIds, signal, onProgress });
  const tokens = [...initial];
  const modelIds = new Map(initial.map((token, id) => [token, id]));
  const merges: Merges = { pairs: new PairTable(size), results: [] };
  const made = await learn({
    words,
    tokens,
    ids: modelIds,
    allows: () => true,
    merges,
    order: smallerIds,
    newTokens: size - initial.length,
    minFrequency,
    signal,
    onProgress,
  });
  json.model.vocab = Object.fromEntries(modelIds);
  json.model.merges = made.map(([left, right]) => [tokens[left]!, tokens[right]!]);
  keep(json, { modelIds, merges });
  return tokenizerOver(json, endOfTextAmong(json.added_tokens, endOfText));
}

/** A tokenizer.json with no tokens yet but its specials. */
function blank(specials: string[], pattern: string | undefined): TokenizerJson {
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
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specials.map(added),
    normalizer: null,
    pre_tokenizer: stage,
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: {},
      merges: [],
    },
  };
}
