/** One round of a law's search: the law is fitted to what is over, refitted to redrawn runs, and asked where to go. */
import { type Bootstrap, bootstrap, type Fit, fit, type Law } from "../../laws/index.js";
import type { Rng } from "../../rng.js";
import type { Recipe } from "../../train/index.js";
import { answersOf, type AskedOfLaw } from "./law-answers.js";
import type { InputsIn } from "./law-columns.js";
import { gains } from "./law-gains.js";
import { sobolPoints } from "./sobol.js";
import type { Space } from "./space.js";

export interface NextOptions {
  law: Law;
  inputs: InputsIn;
  /** Runs that are over, each with its losses; infinite where one diverged. */
  over: readonly { recipe: Recipe; losses: readonly number[] }[];
  space: Space;
  seek: "least" | "surest" | AskedOfLaw;
  /** Runs that are wanted. */
  count: number;
  candidates: number;
  resamples: number;
  rng: Rng;
}

/** Values of each run, in the order of the space's axes. */
export async function next(options: NextOptions): Promise<unknown[][]> {
  const { law, inputs, over, seek, count } = options;
  const told = over.flatMap(({ recipe, losses }) => {
    const row = inputs(recipe);
    return row && losses.every((loss) => loss < Infinity) ? [{ row, losses }] : [];
  });
  const says = await doubted(options, told);
  const open = candidatesOf(options);
  const at = (row: Readonly<Record<string, number>>): number[] =>
    says.predicted(law.inputs.map(({ name }) => row[name]!));
  const chosen = gains({
    candidates: open.map(({ row }) => at(row)),
    over: told.map(({ row }) => at(row)),
    noise: says.noise,
    ...(typeof seek === "object"
      ? { seek: "answer" as const, answers: answersOf(seek, says.first.fit, says.first.doubt) }
      : { seek }),
    count,
  });
  return chosen.map((place) => open[place]!.values);
}

interface Says {
  /** The mean of the losses at these inputs, one number a refit. */
  predicted(x: readonly number[]): number[];
  /** Variance of that mean of one run around its curve. */
  noise: number;
  first: { fit: Fit; doubt: Bootstrap };
}

/** A fit and its refits for each loss. */
async function doubted(
  { law, rng, resamples }: NextOptions,
  told: readonly { row: Readonly<Record<string, number>>; losses: readonly number[] }[],
): Promise<Says> {
  const each: { fit: Fit; doubt: Bootstrap; noise: number }[] = [];
  for (const k of told[0]?.losses.keys() ?? []) {
    const fitted = fit({ law, rows: told.map(({ row, losses }) => ({ ...row, loss: losses[k]! })) });
    const doubt = await bootstrap({ fit: fitted, rng: rng.fork(`refits ${k}`), resamples });
    const level = mean(told.map(({ losses }) => losses[k]!));
    each.push({ fit: fitted, doubt, noise: level * level * mean(doubt.noise.map((noise) => noise * noise)) });
  }
  const [first] = each;
  if (!first)
    throw new Error(`law: no run is over that ${law.name} can be fitted to (all diverged, or lie outside it)`);
  const refits = Math.min(...each.map(({ doubt }) => doubt.samples.length));
  return {
    first,
    noise: mean(each.map(({ noise }) => noise)) / each.length,
    predicted: (x) =>
      Array.from({ length: refits }, (_, b) => mean(each.map(({ doubt }) => law.predict(doubt.samples[b]!, x)))),
  };
}

/** Points where the law holds, none twice, and none where a run was. */
function candidatesOf(options: NextOptions): { values: unknown[]; row: Record<string, number> }[] {
  const { inputs, over, space, rng, candidates } = options;
  const seen = new Set(over.map(({ recipe }) => JSON.stringify(inputs(recipe))));
  return sobolPoints({ count: candidates, dimensions: space.dimensions, rng }).flatMap((point) => {
    const values = space.valuesAt(point);
    const row = inputs(space.recipe(values, 0, 1));
    const text = JSON.stringify(row);
    if (!row || seen.has(text)) return [];
    seen.add(text);
    return [{ values, row }];
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
