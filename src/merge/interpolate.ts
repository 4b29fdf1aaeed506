/**
 * A model between two others. Rows of the tables are merged where both models mean the same token by them; a token that
 * only one knows keeps that one's row, so that merging a widened model with its base does not drop what was added.
 */
import type { LanguageModel, NdArray, Weights } from "../types.js";
import { type MethodName, methods } from "./methods.js";
import { checkAlike, isTable, rowsOf, sharedIds, withRows } from "./tables.js";
import type { Between } from "./types.js";

export interface InterpolateOptions {
  a: LanguageModel;
  b: LanguageModel;
  /** Weight of `b`, from 0 (only `a`) to 1 (only `b`). */
  t: number;
  /** Defaults to "linear". */
  method?: MethodName;
}

/** The tokenizer is that of the model with more tokens, whose tokenizer must have the other's tokens at the same ids. */
export function interpolate(options: InterpolateOptions): LanguageModel {
  const { a, b, t, method = "linear" } = options;
  const between = betweenOf("interpolate", method, t);
  checkAlike("interpolate", { a, b });
  const wider = b.tokenizer.size > a.tokenizer.size ? b : a;
  const narrower = wider === a ? b : a;
  const ids = sharedIds(narrower.tokenizer, wider.tokenizer);
  const moved = sharedIds(narrower.tokenizer).length - ids.length;
  if (moved > 0)
    throw new Error(
      `interpolate: invalid tokenizers: ${moved} tokens of the smaller have another id in the larger (extend one from the other)`,
    );
  const merged = (name: string): NdArray => {
    const [x, y] = [a.weights[name]!, b.weights[name]!];
    if (!isTable(a.config, name)) return between(x, y, t);
    return withRows(wider.weights[name]!, ids, between(rowsOf(x, ids), rowsOf(y, ids), t));
  };
  const weights: Weights = Object.fromEntries(Object.keys(a.weights).map((name) => [name, merged(name)]));
  return { config: { ...wider.config }, weights, tokenizer: wider.tokenizer, origin: wider.origin };
}

/** The row's function, once the name and the weight are known to be good. */
export function betweenOf(caller: string, method: MethodName, t: number): Between {
  if (!Object.hasOwn(methods, method))
    throw new Error(`${caller}: invalid method: ${JSON.stringify(method)} (one of ${Object.keys(methods).join(", ")})`);
  if (!(t >= 0 && t <= 1)) throw new Error(`${caller}: invalid t: ${t} (a number from 0 to 1)`);
  return methods[method].between;
}
