/** Ids of a model whose vocabulary is an object, token to id: all but Unigram's. */
import { isRecord, show } from "../foreign.js";

export function claimed(vocab: unknown, claim: (id: unknown, token: string) => void): Map<string, number> {
  if (!isRecord(vocab)) throw new Error(`parse: invalid model.vocab: ${show(vocab)} (an object of ids is expected)`);
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    claim(id, token);
    ids.set(token, id as number);
  }
  return ids;
}
