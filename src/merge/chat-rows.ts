/** Which rows of the tables a chat model has a say in: those that it shares with the model that it is merged into, or some of them. */
import type { Tokenizer } from "../types.js";

/** Of "special" tokens, of all "added" ones, of all tokens that are "old", which both have, or "none". */
export type Rows = "special" | "added" | "old" | "none";

export const rowsNames = ["special", "added", "old", "none"] as const satisfies readonly Rows[];

export function checkRows(caller: string, option: string, which: Rows): void {
  if (!rowsNames.includes(which))
    throw new Error(`${caller}: invalid ${option}: ${JSON.stringify(which)} (one of ${rowsNames.join(", ")})`);
}

/** Ids of `tokenizer` among those that are shared. */
export function rowsOf(
  which: Rows,
  shared: readonly number[],
  chat: Tokenizer,
  tokenizer: Tokenizer,
): readonly number[] {
  if (which === "old") return shared;
  if (which === "none") return [];
  const { added_tokens: added = [] } = chat.json as { added_tokens?: { content: string; special: boolean }[] };
  const wanted = new Set(added.filter(({ special }) => which === "added" || special).map(({ content }) => content));
  return shared.filter((id) => wanted.has(tokenizer.tokenOf(id)!));
}
