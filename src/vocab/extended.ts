/** A tokenizer with more tokens after its own; the same one where there are none. */
import { accept } from "./parse.js";
import { widened, type Widening } from "./widen.js";
import type { Tokenizer } from "../types.js";

export function extended(base: Tokenizer, widening: Widening): Tokenizer {
  if (widening.tokens.length === 0) return base;
  return accept(widened(base, widening), { endOfText: base.tokenOf(base.endOfText)! });
}
