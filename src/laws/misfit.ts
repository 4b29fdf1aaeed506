/** The sum of penalties as a function of the free (transformed) constants, with its gradient: what the optimiser sees. */
import type { Objective } from "./objective.js";
import { type Transform, transformOf } from "./transform.js";
import type { Data, Law } from "./types.js";

export interface Misfit {
  evaluate(free: readonly number[], gradient: number[]): number;
  toNatural(free: readonly number[]): number[];
  toFree(natural: readonly number[]): number[];
}

export function misfit(law: Law, data: Pick<Data, "x" | "y">, objective: Objective, delta: number): Misfit {
  const transforms: Transform[] = law.parameters.map(transformOf);
  const gradientOf = law.gradient ?? differences(law);
  const n = transforms.length;
  const natural = new Array<number>(n).fill(0);
  const slopes = new Array<number>(n).fill(0);
  const byParameter = new Array<number>(n).fill(0);
  return {
    evaluate(free, gradient) {
      for (let k = 0; k < n; k++) {
        natural[k] = transforms[k]!.toNatural(free[k]!);
        slopes[k] = transforms[k]!.slope(free[k]!);
        gradient[k] = 0;
      }
      let sum = 0;
      for (let i = 0; i < data.y.length; i++) {
        const predicted = gradientOf.call(law, natural, data.x[i]!, byParameter);
        if (objective.log && !(predicted > 0)) return Infinity;
        const y = data.y[i]!;
        const residual = objective.log ? Math.log(predicted / y) : predicted - y;
        sum += objective.penalty(residual, delta);
        const slope = objective.slope(residual, delta) / (objective.log ? predicted : 1);
        for (let k = 0; k < n; k++) gradient[k]! += slope * byParameter[k]! * slopes[k]!;
      }
      return sum;
    },
    toNatural: (free) => transforms.map((transform, k) => transform.toNatural(free[k]!)),
    toFree: (values) => transforms.map((transform, k) => transform.toFree(values[k]!)),
  };
}

/** Central differences for laws that bring no gradient of their own. */
export function differences(law: Law): NonNullable<Law["gradient"]> {
  return (p, x, into) => {
    const moved = [...p];
    for (let k = 0; k < p.length; k++) {
      const step = 6e-6 * Math.max(Math.abs(p[k]!), 1e-3 * law.parameters[k]!.typical);
      moved[k] = p[k]! + step;
      const above = law.predict(moved, x);
      moved[k] = p[k]! - step;
      into[k] = (above - law.predict(moved, x)) / (2 * step);
      moved[k] = p[k]!;
    }
    return law.predict(p, x);
  };
}
