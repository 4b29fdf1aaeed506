/**
 * New tokens in place of old ones, at constant size: the least used leaves of the vocabulary give their ids to what the new
 * texts ask for (Csaki et al. 2023, who replace part of a base's tokens with the new language's). Every other token keeps
 * its id, so a model keeps its shape and `embed.grow({ rows: ids })` writes the rows that changed hands. Not a tokenizer
 * learned anew, whose rows have to be matched: that is `embed.replace`.
 */
import type { TokenizerJson } from "./format.js";
import { extend } from "./extend.js";
import { accept } from "./parse.js";
import { renumbered } from "./renumber.js";
import { trim } from "./trim.js";
import type { OnProgress, Tokenizer } from "../types.js";

export interface ReplaceOptions {
  base: Tokenizer;
  /** Texts of the new language. */
  texts: Iterable<string>;
  /** How many tokens to replace. */
  tokens: number;
  /** Texts that tell which old tokens are used: what the model must go on reading, e.g. both languages. */
  used: Iterable<string>;
  /** Ids that must stay. */
  keep?: Iterable<number>;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Replaced {
  tokenizer: Tokenizer;
  /** Ids that have a new token, ascending: the rows to write afresh. */
  ids: number[];
}

export async function replace(options: ReplaceOptions): Promise<Replaced> {
  const { base, texts, tokens, used, keep = [], signal, onProgress } = options;
  const shared = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const present = Array.from({ length: base.size }, (_, id) => id).filter((id) => base.tokenOf(id) !== undefined);
  if (!(Number.isInteger(tokens) && tokens > 0 && tokens < present.length))
    throw new RangeError(`replace: invalid tokens: ${tokens} (from 1 to fewer than the base's ${present.length})`);
  const trimmed = await trim({ tokenizer: base, size: present.length - tokens, texts: used, keep, ...shared });
  const wide = await extend({ base: trimmed.tokenizer, texts, newTokens: tokens, ...shared });
  const old = Array.from(trimmed.oldIds);
  const free = new Set(trimmed.removed);
  const fresh = Array.from({ length: tokens }, (_, i) => old.length + i);
  const ids = Int32Array.from({ length: wide.size }, (_, id) => old[id] ?? -1);
  // A token that the new texts ask for again takes its own id, with the row that it has.
  for (const id of fresh) {
    const before = base.idOf(wide.tokenOf(id)!);
    if (before !== undefined && free.delete(before)) ids[id] = before;
  }
  const given = [...free].sort((a, b) => a - b);
  const next = given.values();
  for (const id of fresh) if (ids[id]! < 0) ids[id] = next.next().value!;
  const json = renumbered(wide.json as TokenizerJson, ids);
  return { tokenizer: accept(json, { endOfText: base.tokenOf(base.endOfText)! }), ids: given };
}
