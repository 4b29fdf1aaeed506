/** The checks on a tokenizer.json's `model` and `added_tokens`: one line for the first thing that is wrong, naming it. */
import { describe, isRecord } from "./describe.js";

/** Ids index arrays and rows of an embedding table; a larger one is a mistake or an attack. */
const largestId = 2 ** 24 - 1;

export function checkModel(model: unknown, added: unknown[]): void {
  if (!isRecord(model)) throw new Error(`parse: invalid model: ${describe(model)} (an object is expected)`);
  if (model["type"] !== "BPE")
    throw new Error(`parse: invalid model.type: ${describe(model["type"])} (only "BPE" is read)`);
  for (const key of ["continuing_subword_prefix", "end_of_word_suffix", "dropout"])
    if (model[key])
      throw new Error(
        `parse: invalid model.${key}: ${describe(model[key])} (only plain BPE is read; null is expected)`,
      );
  const { vocab, merges } = model;
  if (!isRecord(vocab))
    throw new Error(`parse: invalid model.vocab: ${describe(vocab)} (an object of ids is expected)`);
  const owner = new Map<number, string>();
  const claim = (id: unknown, token: string): void => {
    if (!(typeof id === "number" && Number.isInteger(id) && id >= 0 && id <= largestId))
      throw new Error(
        `parse: invalid id: ${describe(id)} of token ${describe(token)} (an integer from 0 to ${largestId} is expected)`,
      );
    const before = owner.get(id);
    if (before !== undefined && before !== token)
      throw new Error(`parse: invalid id: ${id} is given to both ${describe(before)} and ${describe(token)}`);
    owner.set(id, token);
  };
  for (const token of Object.keys(vocab)) claim(vocab[token], token);
  for (const entry of added) {
    if (!(isRecord(entry) && typeof entry["content"] === "string" && entry["content"] !== ""))
      throw new Error(`parse: invalid added token: ${describe(entry)} (an id and a content are expected)`);
    const { content } = entry;
    if (Object.hasOwn(vocab, content) && vocab[content] !== entry["id"])
      throw new Error(
        `parse: invalid added token: ${describe(content)} has id ${describe(entry["id"])} here and ${describe(vocab[content])} in model.vocab`,
      );
    claim(entry["id"], content);
  }
  if (new Set(added.map((entry) => (entry as { content: string }).content)).size !== added.length)
    throw new Error("parse: invalid added_tokens: the same content twice");
  checkMerges(merges, vocab);
}

function checkMerges(merges: unknown, vocab: Record<string, unknown>): void {
  if (!Array.isArray(merges)) throw new Error(`parse: invalid model.merges: ${describe(merges)} (a list is expected)`);
  merges.forEach((merge: unknown, rank) => {
    const parts: unknown[] = typeof merge === "string" ? merge.split(" ") : Array.isArray(merge) ? merge : [];
    const [left, right] = parts;
    if (parts.length !== 2 || typeof left !== "string" || typeof right !== "string" || left === "" || right === "")
      throw new Error(
        `parse: invalid merge: ${describe(merge)} at rank ${rank} (two tokens are expected, as ["a", "b"] or "a b")`,
      );
    for (const token of [left, right, left + right])
      if (!Object.hasOwn(vocab, token))
        throw new Error(
          `parse: invalid merge: ${describe(merge)} at rank ${rank} needs ${describe(token)}, which is not in model.vocab`,
        );
  });
}
