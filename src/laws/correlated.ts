/** The two constants that pay for each other: a change of one is made up for by the other, so neither may be quoted alone. */
import type { Bootstrap, Fit } from "./types.js";

export interface Correlated {
  /** Names of the constants, in the law's order. */
  constants: [string, string];
  /** Pearson's r over the refits. */
  correlation: number;
}

/** Of all pairs, the one whose refits are most correlated, up or down; undefined where no two constants vary. */
export function mostCorrelated({ fit, bootstrap }: { fit: Fit; bootstrap: Bootstrap }): Correlated | undefined {
  const columns = fit.law.parameters
    .map(({ name }, k) => ({ name, draws: bootstrap.samples.map((sample) => sample[k]!) }))
    .filter(({ draws }) => draws.some((draw) => draw !== draws[0]));
  return columns
    .flatMap((a, i) =>
      columns.slice(i + 1).map((b): Correlated => {
        return { constants: [a.name, b.name], correlation: pearson(a.draws, b.draws) };
      }),
    )
    .reduce<Correlated | undefined>(
      (best, each) => (Math.abs(each.correlation) > Math.abs(best?.correlation ?? 0) ? each : best),
      undefined,
    );
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((v, i) => {
    ab += (v - ma) * (b[i]! - mb);
    aa += (v - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}
