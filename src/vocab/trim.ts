/**
 * A smaller vocabulary for the same tokenizer: tokens go in a named order until the wanted size is reached, ids close up, and
 * a map says which old id each new one was, so that a model's rows can follow (`embed.trim`). Bytes and added tokens
 * always stay: every text can still be spelled.
 */
import { bpeOf } from "./bpe.js";
import type { Bpe } from "./types.js";
import { countTokens } from "./counts.js";
import type { TokenizerJson } from "./format.js";
import { accept } from "./parse.js";
import { pruneOrders, type PruneOrderName } from "./prune-orders.js";
import { renumbered } from "./renumber.js";
import { splitsOf } from "./splits.js";
import type { OnProgress, Tokenizer } from "../types.js";

export interface TrimOptions {
  tokenizer: Tokenizer;
  /** Tokens in all of the result. Needed by every order but "script", which defaults to all that it would remove. */
  size?: number;
  /** Defaults to "leaf-frequency". */
  order?: PruneOrderName;
  /** What counts are taken from; needed by the orders by frequency. */
  texts?: Iterable<string>;
  /** Scripts to keep, by Unicode's long names; needed by the order "script". "Common" and "Inherited" are always kept. */
  scripts?: readonly string[];
  /** Ids that must stay. */
  keep?: Iterable<number>;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Trimmed {
  tokenizer: Tokenizer;
  /** `oldIds[id]` is what the new id was before: the rows to gather. */
  oldIds: Int32Array;
  /** `newIds[id]` is what an old id is now, -1 where its token went. */
  newIds: Int32Array;
  /** Old ids in the order in which they went. */
  removed: number[];
}

export async function trim(options: TrimOptions): Promise<Trimmed> {
  const { tokenizer, size, order = "leaf-frequency", texts, scripts, keep = [], signal, onProgress } = options;
  const row = Object.hasOwn(pruneOrders, order) ? pruneOrders[order] : undefined;
  if (!row) throw new Error(`trim: invalid order: ${String(order)} (one of ${Object.keys(pruneOrders).join(", ")})`);
  if (row.needs !== undefined && options[row.needs] === undefined)
    throw new Error(`trim: invalid ${row.needs}: undefined (the order "${order}" needs them)`);
  if (size === undefined && order !== "script")
    throw new RangeError(`trim: invalid size: undefined (how many tokens are left after the order "${order}"?)`);
  const json = tokenizer.json as TokenizerJson;
  // A whole word's token that is handed out without merges hides what the merges would do when it is gone.
  const plain: TokenizerJson = json.model.ignore_merges
    ? { ...json, model: { ...json.model, ignore_merges: false } }
    : json;
  const bpe = bpeOf({ json: plain });
  const present = [...bpe.tokens.keys()].filter((id) => bpe.tokens[id] !== undefined);
  const added = new Set(json.added_tokens.map(({ id }) => id));
  const stays = new Set([...added, ...bpe.byteIds, ...keep]);
  const unknown = json.model.unk_token;
  if (typeof unknown === "string") stays.add(bpe.ids.get(unknown) ?? -1);
  const isCharacter = charactersIn(bpe);
  const fallback = bpe.family === "sentencepiece" && json.model.byte_fallback === true;
  const candidates = present.filter((id) => !stays.has(id) && (fallback || !isCharacter(id)));
  const counts = texts
    ? (await countTokens({ ...tokenizer, json: plain }, { caller: "trim", texts, signal, onProgress })).tokens
    : new Float64Array(bpe.size);
  signal?.throwIfAborted();
  const splits = splitsOf(bpe, added);
  const going = row.order({
    bpe,
    splits,
    candidates,
    isCharacter,
    counts,
    scripts: new Set([...(scripts ?? []), "Common", "Inherited"]),
  });
  const least = present.length - going.length;
  if (!(size === undefined || (Number.isInteger(size) && size >= least && size <= present.length)))
    throw new RangeError(
      `trim: invalid size: ${size} (from ${least}, where all that may go are gone, to ${present.length})`,
    );
  const removed = size === undefined ? going : going.slice(0, present.length - size);
  const gone = new Set(removed);
  const oldIds = Int32Array.from(present.filter((id) => !gone.has(id)));
  const newIds = new Int32Array(bpe.size).fill(-1);
  oldIds.forEach((old, id) => (newIds[old] = id));
  const trimmed = accept(renumbered(json, newIds), { endOfText: tokenizer.tokenOf(tokenizer.endOfText)! });
  return { tokenizer: trimmed, oldIds, newIds, removed };
}

/** Whether an id is a single symbol of the merges: a byte, or a character. */
function charactersIn({ family, tokens }: Bpe): (id: number) => boolean {
  if (family === "byte-level") return (id) => tokens[id]!.length === 1;
  return (id) => [...tokens[id]!].length === 1;
}
