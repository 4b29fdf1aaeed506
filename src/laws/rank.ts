/**
 * The starts of a grid, best first by the objective. Starts of a law that is a sum of terms differ in many factors but in few
 * exponents, so a term's column is exponentiated once for each set of its exponents. Not a search: nothing moves here.
 */
import type { Objective } from "./objective.js";
import type { Data, Law, Term } from "./types.js";

export interface RankOptions {
  law: Law;
  data: Pick<Data, "x" | "y">;
  objective: Objective;
  delta: number;
  /** In natural units. */
  starts: readonly (readonly number[])[];
}

/** Those that have a value on the rows. */
export function rank(options: RankOptions): (readonly number[])[] {
  const { law, data, objective, delta, starts } = options;
  const predicted = law.terms ? byTerms(law, law.terms, data.x) : byRows(law, data.x);
  const bend = { huber: delta, squares: Infinity, absolute: 1e-9, "scaled-huber": 1e-9 }[objective.penalty];
  const misfit = objective.log ? relative : absolute;
  const losses = Float64Array.from(data.y);
  return starts
    .map((start) => ({ start, value: misfit(predicted(start), losses, bend) }))
    .filter(({ value }) => value < Infinity)
    .sort((a, b) => a.value - b.value)
    .map(({ start }) => start);
}

/** The predictions of a start; valid until the next call. */
type Predicted = (start: readonly number[]) => Float64Array;

function byRows(law: Law, x: Data["x"]): Predicted {
  const out = new Float64Array(x.length);
  return (start) => {
    for (let i = 0; i < out.length; i++) out[i] = law.predict(start, x[i]!);
    return out;
  };
}

function byTerms(law: Law, terms: readonly Term[], x: Data["x"]): Predicted {
  const placeOf = (name: string): number => law.parameters.findIndex((parameter) => parameter.name === name);
  const out = new Float64Array(x.length);
  const parts = terms.map(({ factor, exponents = {}, fixed = () => 0 }) => {
    const uses = Object.entries(exponents).map(([name, of]) => ({ k: placeOf(name), column: x.map(of) }));
    const known = new Map<string, Float64Array>();
    const column = (start: readonly number[]): Float64Array => {
      let name = "";
      for (const { k } of uses) name += `${start[k]} `;
      let found = known.get(name);
      if (!found) {
        const exponent = (i: number): number =>
          uses.reduce((sum, { k, column }) => sum + start[k]! * column[i]!, fixed(x[i]!));
        found = Float64Array.from(x, (_, i) => Math.exp(exponent(i)));
        known.set(name, found);
      }
      return found;
    };
    return { factor: factor === undefined ? undefined : placeOf(factor), column };
  });
  return (start) => {
    out.fill(0);
    for (const { factor, column } of parts) {
      const scale = factor === undefined ? 1 : start[factor]!;
      const part = column(start);
      for (let i = 0; i < out.length; i++) out[i]! += scale * part[i]!;
    }
    return out;
  };
}

/** Σ of Huber penalties of predicted − loss. */
function absolute(predicted: Float64Array, losses: Float64Array, bend: number): number {
  let sum = 0;
  for (let i = 0; i < losses.length; i++) sum += penalty(Math.abs(predicted[i]! - losses[i]!), bend);
  return sum < Infinity ? sum : Infinity;
}

const penalty = (size: number, bend: number): number => (size <= bend ? 0.5 * size * size : bend * (size - 0.5 * bend));

/**
 * Σ of Huber penalties of ln predicted − ln loss. Beyond a narrow bend only the sum of the sizes is needed, which is the
 * logarithm of a product: a logarithm for many rows and not for each.
 */
function relative(predicted: Float64Array, losses: Float64Array, bend: number): number {
  let sum = 0;
  let far = 0;
  let [above, below] = [1, 1];
  const [low, high] = bend < 0.5 ? [Math.exp(-bend), Math.exp(bend)] : [0, Infinity];
  for (let i = 0; i < losses.length; i++) {
    const [value, loss] = [predicted[i]!, losses[i]!];
    if (value > high * loss && value < 1e50 * loss) {
      above *= value / loss;
      far++;
    } else if (value < low * loss && value > 1e-50 * loss) {
      below *= value / loss;
      far++;
    } else {
      sum += penalty(Math.abs(Math.log(value / loss)), bend);
    }
    if (above > 1e200 || below < 1e-200) {
      sum += bend * (Math.log(above) - Math.log(below));
      [above, below] = [1, 1];
    }
  }
  if (far > 0) sum += bend * (Math.log(above) - Math.log(below) - 0.5 * bend * far);
  return sum < Infinity ? sum : Infinity;
}
