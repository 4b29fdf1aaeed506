/** The checks on a tokenizer.json's `model` and `added_tokens`: its tables, or one line for the first thing that is wrong, naming it. */
import { isRecord, show } from "../foreign.js";
import type { AddedTokenJson } from "./format.js";
import { modelRow } from "./models.js";
import type { Vocab } from "./types.js";

/** Ids index arrays and rows of an embedding table; a larger one is a mistake or an attack. */
const largestId = 2 ** 24 - 1;

export function checkModel(model: unknown, added: unknown[]): Vocab {
  if (!isRecord(model)) throw new Error(`parse: invalid model: ${show(model)} (an object is expected)`);
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
  const checked = modelRow(model).check(model, claim);
  const { modelIds } = checked;
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
  return { ...checked, added: numbered(added as AddedTokenJson[], modelIds) };
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
