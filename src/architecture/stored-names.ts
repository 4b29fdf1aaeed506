/**
 * What files call the parameters of a kind of model where they do not use its own names, as `transformers` also reads them:
 * without the part before the first dot, for they were saved without a head; norms as TensorFlow's; a tied table as the head.
 */
import type { ModelConfig } from "../types.js";
import { parameterShapes, tablesOf } from "./parameters.js";

/** By the kind's names, where they differ and those of `found` fit. */
export function storedNames(config: ModelConfig, found: object): Record<string, string> {
  const { embedding, head } = tablesOf({ ...config, tied: false });
  const base = /^[^.]+\./.exec(embedding)![0];
  const older = (name: string): string =>
    name.replace(/LayerNorm\.weight$/, "LayerNorm.gamma").replace(/LayerNorm\.bias$/, "LayerNorm.beta");
  const named: [string, string][] = [];
  for (const name of Object.keys(parameterShapes(config))) {
    const bare = name.startsWith(base) ? name.slice(base.length) : name;
    const tied = name === embedding && config.tied && head !== undefined ? [head] : [];
    const stored = [name, older(name), bare, older(bare), ...tied].find((each) => Object.hasOwn(found, each));
    if (stored !== undefined && stored !== name) named.push([name, stored]);
  }
  return Object.fromEntries(named);
}
