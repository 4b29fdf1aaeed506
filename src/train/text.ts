/**
 * The text of a run as token shards: by domain, the part that is trained on and the part that is scored. Shards are made once
 * per text and tokenizer and found again in the cache. What is scored is limited in bytes of whole documents and not in
 * tokens, so models with other tokenizers are scored on the same text.
 */
import { encode, open, type Shard, tokenizerHash } from "../corpus/index.js";
import { checkName } from "../names.js";
import { rng } from "../rng.js";
import type { LanguageModel, Mark, OnProgress, Text, Tokenizer } from "../types.js";

/** One domain, several, or several by name (their names win over the texts' own). */
export type Texts = Text | readonly Text[] | Record<string, Text>;

/** Open files: whoever opened them closes them. */
export interface DomainShards {
  /** Absent for a domain that is only scored. */
  train?: Shard;
  /** Absent for a domain that is only trained on. */
  heldOut?: Shard;
}

export type Shards = Record<string, DomainShards>;

export interface EncodeTextsOptions {
  on: Texts;
  tokenizer: Tokenizer;
  /** UTF-8 bytes of held-out documents to score per domain; defaults to 65536. */
  heldOutBytes?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export async function encodeTexts(options: EncodeTextsOptions): Promise<Shards> {
  const { on, tokenizer, heldOutBytes = 65536, signal, onProgress } = options;
  if (!(heldOutBytes > 0)) throw new Error(`train: invalid heldOutBytes: ${heldOutBytes} (a positive number)`);
  const shards: Shards = {};
  try {
    for (const [domain, { train, heldOut, marks, pairs }] of Object.entries(byName(on))) {
      const make = (documents: string[], marks: Mark[][] | undefined, part: string): Promise<Shard> =>
        inTurn(() =>
          encode({ documents, marks, tokenizer, signal, onProgress: relabel(onProgress, `encode ${domain} ${part}`) }),
        );
      const into: DomainShards = (shards[checkName(domain, "train")] = {});
      if (train.length > 0) into.train = await make(train, marks?.train, "train");
      const scored = pairs ? somePairs(heldOut, heldOutBytes) : some(heldOut, heldOutBytes);
      const of = <T>(all: T[]): T[] => scored.map((i) => all[i]!);
      if (heldOut.length > 0) into.heldOut = await make(of(heldOut), marks && of(marks.heldOut), "held-out");
    }
  } catch (error) {
    closeShards(shards);
    throw error;
  }
  return shards;
}

let last: Promise<unknown> = Promise.resolve();

/** One at a time: of many runs over the same text that begin together, the first makes the shard and the others find it. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work, work);
  last = mine.catch(() => {});
  return mine;
}

/** Shards that are on disk already. */
export function openShards(paths: Record<string, { train: string; heldOut: string }>): Shards {
  const shards: Shards = {};
  try {
    for (const [domain, { train, heldOut }] of Object.entries(paths)) {
      const into: DomainShards = (shards[checkName(domain, "train")] = {});
      into.train = open(train);
      into.heldOut = open(heldOut);
    }
  } catch (error) {
    closeShards(shards);
    throw error;
  }
  return shards;
}

export function closeShards(shards: Shards): void {
  for (const { train, heldOut } of Object.values(shards)) {
    train?.close();
    heldOut?.close();
  }
}

/** Ids mean what the model thinks they mean only under its own tokenizer. */
export function checkShards(shards: Shards, model: LanguageModel): void {
  const own = tokenizerHash(model.tokenizer);
  for (const [domain, parts] of Object.entries(shards))
    for (const shard of [parts.train, parts.heldOut])
      if (shard && shard.tokenizer !== own)
        throw new Error(
          `train: invalid shard of ${domain}: ${shard.path} was encoded by another tokenizer (encode the text with the model's)`,
        );
}

export function byName(on: Texts): Record<string, Text> {
  if (Array.isArray(on)) return Object.fromEntries((on as readonly Text[]).map((text) => [text.name, text]));
  const { name, train } = on as Text;
  return typeof name === "string" && Array.isArray(train) ? { [name]: on as Text } : (on as Record<string, Text>);
}

/** Whole documents in an order of their own until the next would not fit, at least one: their indices in the text's order. */
function some(documents: string[], bytes: number): number[] {
  const order = rng(0).shuffle(documents.map((_, i) => i));
  let left = bytes;
  const chosen = order.filter((i, n) => {
    const size = Buffer.byteLength(documents[i]!);
    if (size > left && n > 0) return false;
    left -= size;
    return true;
  });
  return chosen.sort((a, b) => a - b);
}

/** The same of pairs, documents 2i and 2i + 1. */
const somePairs = (documents: string[], bytes: number): number[] =>
  some(
    Array.from({ length: documents.length / 2 }, (_, i) => documents[2 * i]! + documents[2 * i + 1]!),
    bytes,
  ).flatMap((i) => [2 * i, 2 * i + 1]);

function relabel(onProgress: OnProgress | undefined, label: string): OnProgress | undefined {
  return onProgress && ((progress) => onProgress(progress.notice ? progress : { ...progress, label }));
}
