/** Gradients of a random projection of a formula's results: by an engine, and by central differences. */
import * as tf from "@tensorflow/tfjs";
import type { Engine } from "../../src/engine/index.js";
import type { Case } from "./cases.js";
import { type Draw, evaluate, type Fed, type Formula } from "./support.js";

export interface Projected {
  feeds: Fed[];
  /** Which feeds are differentiated: the floats. */
  wrt: number[];
  /** One weight for each element of each result. */
  projections: Fed[];
  formula: Formula;
}

/** Puts the floats on a grid of 2⁻¹⁰, on which adding the steps of the differences is exact. */
export async function project({ feeds, formula }: Case, draw: Draw, reference: Engine): Promise<Projected> {
  const gridded = feeds.map((fed) =>
    fed.dtype === "float32" ? { ...fed, data: fed.data.map((x) => Math.round(x * 1024) / 1024) as Float32Array } : fed,
  );
  const results = await evaluate(reference, formula, gridded);
  return {
    feeds: gridded,
    wrt: feeds.flatMap(({ dtype }, i) => (dtype === "float32" ? [i] : [])),
    projections: results.map(({ shape }) => draw.within(shape, 1)),
    formula,
  };
}

/** One array for each differentiated feed. */
export async function gradients(
  engine: Engine,
  { feeds, wrt, projections, formula }: Projected,
): Promise<Float32Array[]> {
  const results = await evaluate(
    engine,
    (all) => {
      const weights = all.slice(feeds.length);
      const loss = (...floats: tf.Tensor[]): tf.Scalar => {
        const inputs = all.slice(0, feeds.length);
        wrt.forEach((at, i) => (inputs[at] = floats[i]!));
        const terms = [formula(inputs)].flat().map((y, i) => tf.sum(tf.mul(y, weights[i]!)));
        return terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
      };
      return tf.grads(loss)(wrt.map((at) => all[at]!));
    },
    [...feeds, ...projections],
  );
  return results.map(({ data }) => data);
}

const STEP = 2 ** -7;

/** Derivatives along `direction` (a flat vector over one feed), fourth order, summed in double precision. */
export async function difference(
  engine: Engine,
  given: Projected,
  at: number,
  direction: ArrayLike<number>,
): Promise<number> {
  const value = async (distance: number): Promise<number> => {
    const feeds = [...given.feeds];
    const base = feeds[at]!;
    feeds[at] = { ...base, data: (base.data as Float32Array).map((x, i) => x + distance * direction[i]!) };
    const results = await evaluate(engine, given.formula, feeds);
    return results.reduce(
      (sum, { data }, k) => data.reduce((s, y, i) => s + y * given.projections[k]!.data[i]!, sum),
      0,
    );
  };
  const near = (await value(STEP)) - (await value(-STEP));
  const far = (await value(2 * STEP)) - (await value(-2 * STEP));
  return (8 * near - far) / (12 * STEP);
}
