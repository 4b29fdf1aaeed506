/** Tokens that mark something in a window: what a tokenizer has of them, or what the user names. */
import * as z from "zod";
import type { Tokenizer } from "../../../types.js";

/** A token by its text or its id. */
export type MarkToken = string | number;
export const markToken = z.union([z.string().min(1), z.int().min(0)]);

/** Ids of the tokens named, or of the first of the usual sets that the tokenizer has. */
export function marksOf(at: {
  caller: string;
  /** The option that names them. */
  option: string;
  tokenizer: Tokenizer;
  given?: readonly MarkToken[] | undefined;
  usual: readonly (readonly string[])[];
}): number[] {
  const { caller, option, tokenizer, given, usual } = at;
  const idOf = (token: MarkToken): number | undefined =>
    typeof token === "string" ? tokenizer.idOf(token) : token < tokenizer.size ? token : undefined;
  const sets = given ? [given] : usual;
  for (const set of sets) {
    const ids = set.map(idOf);
    const missing = ids.indexOf(undefined);
    if (missing < 0 && ids.length > 0) {
      if (new Set(ids).size < ids.length)
        throw new Error(`${caller}: invalid ${option}: ${set.join(", ")} (each another token)`);
      return ids as number[];
    }
    if (given)
      throw new Error(
        `${caller}: invalid ${option}: ${given[missing]} (no token of the tokenizer; add it with vocab.addTokens, and its row with embed.grow)`,
      );
  }
  throw new Error(
    `${caller}: invalid ${option}: none (the tokenizer has not ${usual[0]!.join(", ")}; name tokens, added with vocab.addTokens)`,
  );
}

/** Throws one line where the model has no row for one of them. */
export function checkMarks(caller: string, ids: readonly number[], { vocabSize }: { vocabSize: number }): void {
  const beyond = ids.find((id) => id >= vocabSize);
  if (beyond !== undefined)
    throw new Error(`${caller}: invalid token: id ${beyond} (the model has ${vocabSize} rows; embed.grow adds some)`);
}
