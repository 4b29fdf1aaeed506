/**
 * Where an answer starts among the tokens of a text. Blanks at the end of what is asked go to the answer, because a word's token
 * begins with its blank; both are encoded together, and the answer is what comes after the tokens of what is asked.
 */
import type { Tokenizer } from "../types.js";
import type { Scored } from "./rolling.js";

export interface AnswerTokensOptions {
  /** What is asked; may be empty. */
  context: string;
  continuation: string;
  tokenizer: Pick<Tokenizer, "encode" | "decode">;
  /** What stands before a continuation without a context. */
  prefix: number;
}

/** `merged`: a token lies across the border, so that the answer was encoded alone. */
export type AnswerTokens = Scored & { merged: boolean };

export async function answerTokens(options: AnswerTokensOptions): Promise<AnswerTokens> {
  const { tokenizer, prefix } = options;
  const [asked, answer] = border(options.context, options.continuation);
  if (asked === "") {
    const ids = await tokenizer.encode(answer);
    return { context: [prefix], scored: ids[0] === prefix ? ids.slice(1) : ids, merged: false };
  }
  const text = asked + answer;
  const [whole, context] = [await tokenizer.encode(text), await tokenizer.encode(asked)];
  const scored = whole.slice(context.length);
  const isWhole = context.every((id, i) => id === whole[i]) || tokenizer.decode([...context, ...scored]) === text;
  return isWhole
    ? { context, scored, merged: false }
    : { context, scored: await tokenizer.encode(answer), merged: true };
}

/** Blanks at the end of the first given to the second. An empty or blank context is one that is not there. */
function border(context: string, continuation: string): [string, string] {
  let end = context.length;
  while (end > 0 && isBlank(context.charCodeAt(end - 1))) end -= 1;
  return [context.slice(0, end), context.slice(end) + continuation];
}

/** As Python's `str.rstrip` has it: not the byte order mark, but four separators among the control characters. */
const isBlank = (unit: number): boolean =>
  (unit >= 0x1c && unit <= 0x1f) || unit === 0x85 || (unit !== 0xfeff && /\s/.test(String.fromCharCode(unit)));
