/**
 * A smaller vocabulary for the same tokenizer: tokens go in a named order until the wanted size is reached, ids close up, and
 * a map says which old id each new one was, so that a model's rows can follow (`embed.trim`). Bytes and added tokens
 * always stay, and unless bytes can stand for them so do single characters, and tokens with one that has no token of its own:
 * every text can still be spelled.
 */
import { countEncoded, countTokens } from "./counts.js";
import type { BpeJson, ModelJson, TokenizerJson } from "./format.js";
import { accept } from "./parse.js";
import { pruneOrders, type PruneOrderName } from "./prune-orders.js";
import { renumbered } from "./renumber.js";
import { splitsOf, type Splits } from "./splits.js";
import { tablesOf } from "./tables.js";
import type { Bpe } from "./types.js";
import type { OnProgress, Tokenizer } from "../types.js";

export interface TrimOptions {
  tokenizer: Tokenizer;
  /** Tokens in all of the result. Needed by every order but "script", which defaults to all that it would remove. */
  size?: number;
  /** Defaults to "leaf-frequency", of tokenizers without merges to "frequency". */
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
  const { tokenizer, size, texts, scripts, keep = [], signal, onProgress } = options;
  const { kind } = tablesOf(tokenizer);
  const { order = kind === "BPE" ? "leaf-frequency" : "frequency" } = options;
  const row = Object.hasOwn(pruneOrders, order) ? pruneOrders[order] : undefined;
  if (!row) throw new Error(`trim: invalid order: ${String(order)} (one of ${Object.keys(pruneOrders).join(", ")})`);
  if (row.merges && kind !== "BPE")
    throw new Error(
      `trim: invalid order: ${order} (it follows merges, and a ${kind} tokenizer has none; last-n, frequency or script)`,
    );
  if (row.needs !== undefined && options[row.needs] === undefined)
    throw new Error(`trim: invalid ${row.needs}: undefined (the order "${order}" needs them)`);
  if (size === undefined && order !== "script")
    throw new RangeError(`trim: invalid size: undefined (how many tokens are left after the order "${order}"?)`);
  const json = tokenizer.json as TokenizerJson<ModelJson>;
  const plain = withoutWholeWords(json);
  const tables = tablesOf({ json: plain });
  const present = [...tables.tokens.keys()].filter((id) => tables.tokens[id] !== undefined);
  const stays = new Set([...tables.added, ...tables.byteIds, ...keep, tables.unknown ?? -1]);
  const { isCharacter, hasCharacters, byteFallback } = tables;
  const mayGo = (id: number): boolean => byteFallback || (!isCharacter(id) && hasCharacters(id));
  const candidates = present.filter((id) => !stays.has(id) && mayGo(id));
  const counting = texts && { caller: "trim", texts, signal, onProgress };
  const counts = !counting
    ? new Float64Array(tables.size)
    : tables.kind === "BPE"
      ? (await countTokens({ ...tokenizer, json: plain }, counting)).tokens
      : await countEncoded(tokenizer, counting);
  signal?.throwIfAborted();
  const splits: Splits =
    tables.kind === "BPE" ? splitsOf(tables as Bpe, tables.added) : { left: new Int32Array(), right: new Int32Array() };
  const going = row.order({
    tables,
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
  const newIds = new Int32Array(tables.size).fill(-1);
  oldIds.forEach((old, id) => (newIds[old] = id));
  const trimmed = accept(renumbered(json, newIds), { endOfText: tokenizer.tokenOf(tokenizer.endOfText)! });
  return { tokenizer: trimmed, oldIds, newIds, removed };
}

/** A whole word's token that is handed out without merges hides what the merges would do when it is gone. */
function withoutWholeWords(json: TokenizerJson<ModelJson>): TokenizerJson<ModelJson> {
  const { ignore_merges: whole, ...model } = json.model as BpeJson;
  return whole ? { ...json, model: { ...model, ignore_merges: false } } : json;
}
