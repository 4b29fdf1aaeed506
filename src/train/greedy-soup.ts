/**
 * A greedy soup (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482): models of one start, as a sweep makes them, from the best
 * on held-out text to the worst; each is added to the mean if that is no worse for it. The mean of all of them, a uniform
 * soup, is `merge.merge` with `linear`.
 */
import { linear, merge } from "../merge/index.js";
import type { LanguageModel } from "../types.js";
import { meanBits } from "./along-line.js";
import { type EvaluateOptions, scorerOf } from "./evaluate.js";

export interface GreedySoupOptions extends Omit<EvaluateOptions, "parameters" | "evaluators"> {
  /** With the same tokens. */
  models: readonly LanguageModel[];
  /** Domains whose bits per byte are averaged to choose by; defaults to all that are scored. */
  by?: readonly string[];
}

export interface GreedySoup {
  model: LanguageModel;
  /** Numbers of the models that are in it, from 0, the best first. */
  of: number[];
  /** What was scored, in turn: each model alone, best first, and each mean that was tried. */
  tried: { of: number[]; bitsPerByte: number; kept: boolean }[];
}

export async function greedySoup({ models, by, ...options }: GreedySoupOptions): Promise<GreedySoup> {
  const [first] = models;
  if (!first) throw new Error("greedySoup: invalid models: none (give one at least)");
  const mean = (of: readonly number[]): LanguageModel =>
    of.length === 1 ? models[of[0]!]! : merge({ models: of.map((n) => models[n]!), method: linear() });
  const scorer = await scorerOf(first, options);
  try {
    const bitsOf = async ({ weights }: LanguageModel): Promise<number> =>
      meanBits("greedySoup", (await scorer.score(weights)).evaluations, by);
    const alone: GreedySoup["tried"] = [];
    for (const [n, model] of models.entries()) alone.push({ of: [n], bitsPerByte: await bitsOf(model), kept: false });
    alone.sort((a, b) => a.bitsPerByte - b.bitsPerByte);
    alone[0]!.kept = true;
    const tried = [...alone];
    let { of, bitsPerByte: best } = alone[0]!;
    for (const { of: more } of alone.slice(1)) {
      const together = [...of, ...more];
      const bitsPerByte = await bitsOf(mean(together));
      const kept = bitsPerByte <= best;
      tried.push({ of: together, bitsPerByte, kept });
      if (kept) [of, best] = [together, bitsPerByte];
    }
    return { model: mean(of), of, tried };
  } finally {
    await scorer.dispose();
  }
}
