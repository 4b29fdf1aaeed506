/**
 * Route A of widening: strings that are found in a text before anything else is done to it, as specials are. Always
 * reachable, and no merge is needed. What it breaks: a match is made inside words as well (a token "art" parts "start"),
 * no merge crosses its ends, and the language model never sees the old spelling there; nothing is shared between a token
 * and its longer forms, so a language needs many.
 */
import { bpeOf } from "./bpe.js";
import { fromSymbols } from "./bytes.js";
import { show } from "../foreign.js";
import type { TokenizerJson } from "./format.js";
import { accept } from "./parse.js";
import { byteOfToken, underscore } from "./sentencepiece.js";
import { widened } from "./widen.js";
import type { Tokenizer } from "../types.js";

export interface AddTokensOptions {
  base: Tokenizer;
  /** Plain text, e.g. " 안녕" or "<|tool|>"; none may be a token of the base already. */
  tokens: readonly string[];
  /** Whether they are marks rather than text. Defaults to false. */
  special?: boolean;
}

export function addTokens(options: AddTokensOptions): Tokenizer {
  const { base, tokens, special = false } = options;
  const json = base.json as TokenizerJson;
  const { size, family } = bpeOf(base);
  const seen = new Set<string>();
  for (const token of tokens) {
    const why = wrong(token, base, family === "sentencepiece", seen);
    if (why) throw new Error(`addTokens: invalid token: ${show(token)} (${why})`);
    seen.add(token);
  }
  const wider = widened(base, { tokens: [...tokens] });
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special };
  const added = tokens.map((content, i) => ({ id: size + i, content, ...flags }));
  return accept(
    { ...wider, added_tokens: [...json.added_tokens, ...added] },
    { endOfText: base.tokenOf(base.endOfText)! },
  );
}

function wrong(token: string, base: Tokenizer, pieces: boolean, seen: Set<string>): string | undefined {
  if (typeof token !== "string" || token === "") return "a text that is not empty is expected";
  if (seen.has(token)) return "it is there twice";
  if (base.idOf(token) !== undefined) return "the base has it already";
  if (pieces && (token.includes(underscore) || byteOfToken(token) >= 0))
    return "the base reads it as a space or a byte";
  // A decoder takes a string of the byte alphabet for bytes.
  if (!pieces && /[^\0-\x7f]/.test(token) && fromSymbols(token)) return "the base reads it as other bytes";
  return undefined;
}
