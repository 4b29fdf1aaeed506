/** The checks on a tokenizer.json's `model` and `added_tokens`: its tables, or one line for the first thing that is wrong, naming it. */
import { isRecord, show } from "../foreign.js";
import { PairTable } from "./pairs.js";
import type { AddedTokenJson } from "./format.js";
import type { Merges, Vocab } from "./types.js";

/** Ids index arrays and rows of an embedding table; a larger one is a mistake or an attack. */
const largestId = 2 ** 24 - 1;

export function checkModel(model: unknown, added: unknown[]): Vocab {
  if (!isRecord(model)) throw new Error(`parse: invalid model: ${show(model)} (an object is expected)`);
  // Files of before tokenizers 0.9 do not name the model (GPT-2's, as it was published).
  if (model["type"] !== "BPE" && !(model["type"] === undefined && model["merges"] !== undefined))
    throw new Error(`parse: invalid model.type: ${show(model["type"])} (only "BPE" is read)`);
  for (const key of ["continuing_subword_prefix", "end_of_word_suffix", "dropout"])
    if (model[key])
      throw new Error(`parse: invalid model.${key}: ${show(model[key])} (only plain BPE is read; null is expected)`);
  const { vocab, merges } = model;
  if (!isRecord(vocab)) throw new Error(`parse: invalid model.vocab: ${show(vocab)} (an object of ids is expected)`);
  const owner = new Map<number, string>();
  const claim = (id: unknown, token: string): void => {
    if (!(typeof id === "number" && Number.isInteger(id) && id >= 0 && id <= largestId))
      throw new Error(
        `parse: invalid id: ${show(id)} of token ${show(token)} (an integer from 0 to ${largestId} is expected)`,
      );
    const before = owner.get(id);
    if (before !== undefined && before !== token)
      throw new Error(`parse: invalid id: ${id} is given to both ${show(before)} and ${show(token)}`);
    owner.set(id, token);
  };
  const modelIds = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    claim(id, token);
    modelIds.set(token, id as number);
  }
  for (const entry of added) {
    if (!(isRecord(entry) && typeof entry["content"] === "string" && entry["content"] !== ""))
      throw new Error(`parse: invalid added token: ${show(entry)} (an id and a content are expected)`);
    const { content } = entry;
    const own = modelIds.get(content);
    if (own !== undefined && own !== entry["id"])
      throw new Error(
        `parse: invalid added token: ${show(content)} has id ${show(entry["id"])} here and ${own} in model.vocab`,
      );
    claim(entry["id"], content);
  }
  if (new Set(added.map((entry) => (entry as { content: string }).content)).size !== added.length)
    throw new Error("parse: invalid added_tokens: the same content twice");
  return { modelIds, merges: rankedMerges(merges, modelIds), added: numbered(added as AddedTokenJson[], modelIds) };
}

/**
 * Added tokens with the ids that Hugging Face's library gives them: the vocabulary's own, else the next free one, whatever
 * the file says. They differ where the file's ids have gaps.
 */
function numbered(added: AddedTokenJson[], modelIds: Map<string, number>): AddedTokenJson[] {
  const taken = new Set(modelIds.values());
  let next = modelIds.size;
  return added.map((token) => {
    const id = modelIds.get(token.content) ?? next;
    if (taken.has(id) && !modelIds.has(token.content))
      throw new Error(
        `parse: invalid id: ${show(token.content)} is to have ${token.id}, would get ${id} from Hugging Face's library, and that is taken (put it into model.vocab)`,
      );
    next = Math.max(next, id + 1);
    return id === token.id ? token : { ...token, id };
  });
}

/** Of a pair that is there twice the last rank counts, as in Hugging Face's library. */
function rankedMerges(merges: unknown, ids: Map<string, number>): Merges {
  if (!Array.isArray(merges)) throw new Error(`parse: invalid model.merges: ${show(merges)} (a list is expected)`);
  const pairs = new PairTable(merges.length);
  const results: number[] = [];
  merges.forEach((merge: unknown, rank) => {
    const parts: unknown[] = typeof merge === "string" ? merge.split(" ") : Array.isArray(merge) ? merge : [];
    const [left, right] = parts;
    if (parts.length !== 2 || typeof left !== "string" || typeof right !== "string" || left === "" || right === "")
      throw new Error(
        `parse: invalid merge: ${show(merge)} at rank ${rank} (two tokens are expected, as ["a", "b"] or "a b")`,
      );
    const result = ids.get(left + right);
    const [leftId, rightId] = [ids.get(left), ids.get(right)];
    if (leftId === undefined || rightId === undefined || result === undefined) {
      const missing = [left, right, left + right].find((token) => !ids.has(token));
      throw new Error(
        `parse: invalid merge: ${show(merge)} at rank ${rank} needs ${show(missing)}, which is not in model.vocab`,
      );
    }
    pairs.set(leftId, rightId, rank);
    results.push(result);
  });
  return { pairs, results };
}
