/** Single tensors merged, without models around them: for the formulas. */
import { type MergeMethod, mergedTensors, type Source } from "../../src/merge/index.js";
import { rng as seeded, type Rng } from "../../src/rng.js";
import { tokens } from "./tiny.js";

export interface OneTensor {
  method: MergeMethod;
  models: ArrayLike<number>[];
  base?: ArrayLike<number> | null;
  /** Defaults to a matrix of one row. */
  shape?: number[];
  rng?: Rng;
}

export const mergeOne = ({ models, base, shape, ...rest }: OneTensor): number[] =>
  mergeTensors({
    ...rest,
    models: models.map((x) => ({ x })),
    base: base ? { x: base } : null,
    shapes: { x: shape ?? [1, (models[0] ?? []).length] },
  }).x!;

type Tensors = Record<string, ArrayLike<number>>;
export interface SomeTensors {
  method: MergeMethod;
  models: Tensors[];
  base?: Tensors | null;
  shapes: Record<string, number[]>;
  rng?: Rng;
}

export function mergeTensors({ method, models, base, shapes, rng = seeded(1) }: SomeTensors): Record<string, number[]> {
  const source = (values: Tensors, name: string): Source => {
    const tensors = Object.entries(values).map(([key, list]): [string, Source["tensors"][string]] => {
      const data = Float32Array.from(list);
      return [key, { shape: shapes[key]!, read: (begin, end) => data.subarray(begin, end) }];
    });
    return { name, tokenizer: tokens(1), tables: [], tensors: Object.fromEntries(tensors) };
  };
  const sources = models.map((values, n) => source(values, `number ${n + 1}`));
  const from = base ? source(base, "the base") : undefined;
  const made: Record<string, number[]> = {};
  const frame = { source: from ?? sources[0]!, tokenizer: tokens(1), rows: 1 };
  for (const { name, merged } of mergedTensors({ caller: "merge", base: from, models: sources, method, rng, frame }))
    for (const { numbers } of merged()) for (const value of numbers) (made[name] ??= []).push(value);
  return made;
}

/** Draws of chance that keep what a mask keeps, for each model its own. */
export const masked = (masks: number[][]): Rng => drawn(masks.map((mask) => mask.map((kept) => 1 - kept)));

/** Draws of chance that are these, for each model its own. */
export function drawn(lists: number[][]): Rng {
  const draws = (list: number[]): Rng => {
    let at = 0;
    return { ...seeded(0), uniform: () => list[at++]! };
  };
  const fork = (label: string): Rng => ({
    ...seeded(0),
    fork: (model) => draws(lists[Number(model.split(" ")[1])]!),
    ...{ label },
  });
  return { ...seeded(0), fork };
}
