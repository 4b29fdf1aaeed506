/**
 * Route A of widening: strings that are found in a text before anything else is done to it, as specials are. Always
 * reachable, and no merge is needed. What it breaks: a match is made inside words as well (a token "art" parts "start"),
 * no merge crosses its ends, and the language model never sees the old spelling there; nothing is shared between a token
 * and its longer forms, so a language needs many.
 */
import { show } from "../foreign.js";
import type { ModelJson, TokenizerJson } from "./format.js";
import { accept } from "./parse.js";
import { tablesOf } from "./tables.js";
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
  const json = base.json as TokenizerJson<ModelJson>;
  const { size } = tablesOf(base);
  const seen = new Set<string>();
  for (const token of tokens) {
    const why = wrong(token, base, seen);
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

function wrong(token: string, base: Tokenizer, seen: Set<string>): string | undefined {
  if (typeof token !== "string" || token === "") return "a text that is not empty is expected";
  if (seen.has(token)) return "it is there twice";
  if (base.idOf(token) !== undefined) return "the base has it already";
  return tablesOf(base).misread(token);
}
