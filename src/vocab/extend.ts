/**
 * An existing tokenizer with more tokens: continued BPE on new texts, its merges appended, its tokens numbered after the
 * largest id of the old file. Old ids, specials included, keep their meaning, so an embedding table only grows.
 */
import { bpeOf, type Bpe } from "./bpe.js";
import { merged } from "./encoder.js";
import type { BpeJson, MergeJson, TokenizerJson } from "./format.js";
import { learn, smallerSpelling } from "./learn.js";
import { accept } from "./parse.js";
import { unreachable } from "./reach.js";
import { countWords } from "./words.js";
import type { OnProgress, Tokenizer } from "../types.js";

export interface ExtendOptions {
  base: Tokenizer;
  texts: Iterable<string>;
  /** How many tokens to add. Fewer than this many in the texts is an error. */
  newTokens: number;
  /** Pairs seen less often are not merged. Defaults to 1: every pair may be. */
  minFrequency?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export async function extend(options: ExtendOptions): Promise<Tokenizer> {
  const { base, texts, newTokens, minFrequency = 1, signal, onProgress } = options;
  if (!(Number.isInteger(newTokens) && newTokens > 0))
    throw new RangeError(`extend: invalid newTokens: ${newTokens} (1 or more)`);
  if (!(minFrequency >= 0)) throw new RangeError(`extend: invalid minFrequency: ${minFrequency} (0 or more)`);
  const json = base.json as TokenizerJson;
  const bpe = bpeOf(base);
  const missing = bpe.byteIds.indexOf(-1);
  if (missing >= 0)
    throw new Error(
      `extend: invalid base: no token for byte ${missing} (its vocabulary lacks part of the byte alphabet)`,
    );
  const segment = (bytes: Uint8Array): number[] => merged(bytes, json, bpe);
  const words = await countWords({ caller: "extend", json, texts, byteIds: bpe.byteIds, segment, signal, onProgress });
  const tokens = [...bpe.tokens];
  const made = await learn({
    words,
    tokens,
    ids: new Map(bpe.modelIds),
    reserved: new Set(json.added_tokens.map(({ content }) => content)),
    merges: { pairs: bpe.merges.pairs.copy(), results: [...bpe.merges.results] },
    order: smallerSpelling,
    newTokens,
    minFrequency,
    signal,
    onProgress,
  });
  const added = tokens.length - bpe.size;
  if (added < newTokens)
    throw new RangeError(
      `extend: invalid newTokens: ${newTokens} (the texts yield ${added}; ask for fewer or give more text)`,
    );
  const wide = accept(widened(json, bpe, tokens, made), { endOfText: base.tokenOf(base.endOfText)! });
  const [lost] = unreachable(wide, base.size);
  if (lost !== undefined)
    throw new Error(`extend: invalid merges: no text encodes to the new token ${JSON.stringify(wide.tokenOf(lost))}`);
  return wide;
}

/** The base's JSON with its added tokens in the vocabulary too: left out, the loader would renumber them. */
function widened(
  json: TokenizerJson,
  bpe: Bpe,
  tokens: (string | undefined)[],
  made: [number, number][],
): TokenizerJson {
  const vocab = new Map(bpe.modelIds);
  for (const { content, id } of json.added_tokens) vocab.set(content, id);
  for (let id = bpe.size; id < tokens.length; id++) vocab.set(tokens[id]!, id);
  const legacy = typeof json.model.merges[0] === "string";
  const merges = made.map(([left, right]): MergeJson => {
    const parts: [string, string] = [tokens[left]!, tokens[right]!];
    return legacy ? parts.join(" ") : parts;
  });
  const model: BpeJson = { ...json.model, vocab: Object.fromEntries(vocab), merges: [...json.model.merges, ...merges] };
  return { ...json, model };
}
