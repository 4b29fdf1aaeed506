/** One tensor merged, without models around it: for the formulas. */
import { type MergeMethod, mergedTensors, type Source } from "../../src/merge/index.js";
import { rng as seeded, type Rng } from "../../src/rng.js";
import { tokens } from "./tiny.js";

export interface OneTensor {
  method: MergeMethod;
  models: ArrayLike<number>[];
  base?: ArrayLike<number> | null;
  rng?: Rng;
}

export function mergeOne({ method, models, base, rng = seeded(1) }: OneTensor): number[] {
  const source = (values: ArrayLike<number>, name: string): Source => {
    const data = Float32Array.from(values);
    const read = (begin: number, end: number): Float32Array => data.subarray(begin, end);
    return { name, tokenizer: tokens(1), tables: [], tensors: { x: { shape: [data.length], read } } };
  };
  const sources = models.map((values, n) => source(values, `number ${n + 1}`));
  const from = base ? source(base, "the base") : sources[0]!;
  const [tensor] = mergedTensors({ caller: "merge", base: from, models: sources, method, rng });
  const merged: number[] = [];
  for (const { numbers } of tensor!.merged()) for (const value of numbers) merged.push(value);
  return merged;
}

/** Draws of chance that keep what a mask keeps, for each model its own. */
export function masked(masks: number[][]): Rng {
  const draws = (mask: number[]): Rng => {
    let at = 0;
    return { ...seeded(0), uniform: () => 1 - mask[at++]! };
  };
  const fork = (label: string): Rng => ({
    ...seeded(0),
    fork: (model) => draws(masks[Number(model.split(" ")[1])]!),
    ...{ label },
  });
  return { ...seeded(0), fork };
}
