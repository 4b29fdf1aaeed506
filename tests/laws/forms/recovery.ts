/**
 * Do a law's constants come back from noisy rows? Rows are made from known constants with noise of a known size, fitted by
 * least squares, and each constant gets a 95 % interval from the curvature at the fit (in the optimiser's free numbers, with
 * Student's t for the spare rows). Counted is how often the truth lies inside. By hand, with a table of every constant, and
 * exit code 1 where an interval does not keep its promise (90 to 99 of 100, from 100 repetitions on):
 *     node -r ./tests/typescript.cjs tests/laws/forms/recovery.ts 200
 */
import { fit } from "../../../src/laws/fit.js";
import { mixingDomains } from "../../../src/laws/forms/mixing-domains.js";
import { solveSymmetric } from "../../../src/laws/forms/squares.js";
import { laws } from "../../../src/laws/registry.js";
import { transformOf } from "../../../src/laws/transform.js";
import type { Law } from "../../../src/laws/types.js";
import { rng } from "../../../src/rng.js";

export interface Trial {
  law: Law;
  truth: number[];
  /** Settings of the rows, one list of inputs each. */
  settings: number[][];
  /** Standard deviation of the noise: of ln L for "log-squares", else of L. */
  noise: number;
  objective: "log-squares" | "squares";
}

export interface Recovered {
  name: string;
  truth: number;
  /** Share of repetitions whose interval holds the truth. */
  inside: number;
  /** Median half-width of the interval in free numbers: about the relative error of a positive constant. */
  width: number;
  /** Whether the rows tell the constant at all: that width is below 1 (or the constant's own size, where it has a sign). */
  identified: boolean;
}

const product = (...axes: number[][]): number[][] =>
  axes.reduce<number[][]>((sets, axis) => sets.flatMap((set) => axis.map((value) => [...set, value])), [[]]);
const ratios = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));
const steps = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

const sizes = ratios(1e7, 3e9, 5);
const budgets = ratios(1e9, 1e11, 5);
const shares = [0.02, 0.1, 0.25, 0.5, 0.75, 1];

function trial(
  name: string | Law,
  truth: number[],
  settings: number[][],
  noise = 1e-3,
  objective: Trial["objective"] = "log-squares",
): Trial {
  return { law: typeof name === "string" ? laws[name]! : name, truth, settings, noise, objective };
}

function simplex(n: number, count: number): number[][] {
  const random = rng(17);
  return Array.from({ length: count }, () => {
    const parts = Array.from({ length: n }, () => -Math.log(random.uniform() + 1e-9));
    const sum = parts.reduce((a, b) => a + b, 0);
    return parts.map((part) => part / sum);
  });
}

/** Constants of the sizes that papers report or, where none are known, made up; enough rows for most to be identified. */
export const trials: Trial[] = [
  trial("data-mixing", [1.3, 0.5, -6], product(steps(0, 1, 12))),
  trial("cmr-ratio", [-0.43, 0.18, 1.89], product(ratios(0.02, 1, 12)), 2e-4),
  trial("power", [3, -0.5, 1.1], product(ratios(1, 100, 14))),
  trial("cmr-domain-tokens", [0.6, -0.3, 1.4], product(ratios(1, 100, 16))),
  trial("cmr-critical", [0.06, 0.35, 0.1], product(ratios(1, 100, 14))),
  trial("cmr-general-tokens", [0.3, 0.2, -0.04, 0.6, 2.3], product(ratios(0.1, 200, 40)), 1e-4),
  trial("d-cpt", [1.6, 200, 500, 0.2, 0.3, 0.3, 0.6, 0.2, 0.05], product(sizes, budgets, shares)),
  trial("d-cpt-8", [1.6, 200, 500, 0.2, 0.3, 0.3, 0.6, 0.05], product(sizes, budgets, shares)),
  trial(
    "d-cpt-cross",
    [1.2, 200, 500, 0.2, 0.3, 0.3, 0.6, 0.2, 0.05, 0.8, 0.7],
    product(ratios(1e7, 3e9, 3), ratios(1e9, 1e11, 3), [0.02, 0.1, 0.3, 1], [0.5, 1, 2, 4]),
  ),
  trial(mixingDomains({ domains: ["a", "b", "c"] }), [1.4, -0.5, 0.4, -3], simplex(3, 40)),
  trial("bimix", [0.1, 8, 0.3, 2.2], product(shares, ratios(500, 1e5, 8))),
  trial(
    "cpt-dynamics",
    [3, 0.5, 0.5, 0.3, 0.25, 0.4, 30, 0.2],
    product([1, 3, 9], [0, 0.3], [0, 0.02, 0.1, 0.4, 1.5, 4], [0, 0.1, 0.3]),
  ),
  trial("data-constrained", [15.4, 5.3], product(ratios(1e8, 9e9, 5), ratios(1e9, 2e11, 6), [1e9, 1e10])),
  trial("multilinguality", [1.5, 300, 500, 0.4, 0.3, 0.11, -0.04], product([1, 4, 20, 50], sizes, budgets)),
  trial(
    "vocabulary",
    [5.5, 1.8, 0.2, 2.1, 0.45, 0.67, 0.45],
    product(ratios(30, 1100, 5), ratios(2, 60, 5), ratios(0.5, 20, 5)),
    2e-3,
    "squares",
  ),
  trial(
    "injection",
    [3, 829, 0.4, 0.15],
    product([2.5], sizes, ratios(3e5, 3e7, 4), [0, 0.001, 0.01, 0.05]).map(([b, n, d, p]) => [
      b! + 0.3 * (1e8 / n!) ** 0.1,
      n!,
      d!,
      p!,
    ]),
    2e-4,
  ),
  trial("injection-fine-tuning", [1.2, 60, 0.1, 0.15], product(sizes, ratios(3e5, 3e7, 5))),
  trial("forgetting-line", [1.7, 4], product(steps(0.5, 2, 12)), 0.01, "squares"),
  trial(
    "forgetting-steps",
    [1e5, 20, 0.3, 0.6, 1.2, 2],
    product(ratios(1e6, 1e9, 6), ratios(10, 1e4, 8)),
    1e-3,
    "squares",
  ),
  trial("retention", [0.12, 1.05], product(ratios(1, 3000, 12)), 0.03, "squares"),
];

export function recover(asked: Trial, repetitions: number, seed = 1): Recovered[] {
  const { law, truth, settings, noise, objective } = asked;
  const random = rng(seed).fork(law.name);
  const free = law.parameters.map(transformOf);
  const log = objective === "log-squares";
  const t = student(settings.length - truth.length);
  const widths: number[][] = truth.map(() => []);
  const inside = truth.map(() => 0);
  for (let i = 0; i < repetitions; i++) {
    const rows = settings.map((x) => {
      const exact = law.predict(truth, x);
      const loss = log ? exact * Math.exp(noise * random.normal()) : exact + noise * random.normal();
      return { ...Object.fromEntries(law.inputs.map(({ name }, j) => [name, x[j]!])), loss };
    });
    const found = fit({ law, rows, objective, polish: 3 });
    const errors = standardErrors(
      law,
      found.values,
      settings,
      rows.map(({ loss }) => loss),
      log,
    );
    truth.forEach((value, k) => {
      const half = t * errors[k]!;
      widths[k]!.push(half);
      if (Math.abs(free[k]!.toFree(value) - free[k]!.toFree(found.values[k]!)) <= half) inside[k]!++;
    });
  }
  return law.parameters.map(({ name, range }, k) => {
    const width = widths[k]!.sort((a, b) => a - b)[Math.floor(repetitions / 2)]!;
    const size = range[0] === -Infinity && range[1] === Infinity ? Math.abs(truth[k]!) : 1;
    return { name, truth: truth[k]!, inside: inside[k]! / repetitions, width, identified: width < size };
  });
}

/** Of the free numbers: σ̂ √diag((JᵀJ)⁻¹); infinite where the rows do not tell them apart. */
function standardErrors(law: Law, values: number[], settings: number[][], y: number[], log: boolean): number[] {
  const free = law.parameters.map(transformOf);
  const slope = values.map((value, k) => free[k]!.slope(free[k]!.toFree(value)));
  const n = values.length;
  const gram = values.map(() => values.map(() => 0));
  let squares = 0;
  settings.forEach((x, i) => {
    const into: number[] = [];
    const predicted = law.gradient!(values, x, into);
    squares += (log ? Math.log(predicted / y[i]!) : predicted - y[i]!) ** 2;
    const row = into.map((value, k) => (value * slope[k]!) / (log ? predicted : 1));
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) gram[j]![k]! += row[j]! * row[k]!;
  });
  const sigma = Math.sqrt(squares / (settings.length - n));
  const scale = gram.map((row, k) => Math.sqrt(row[k]!));
  const unit = gram.map((row, j) => row.map((value, k) => value / (scale[j]! * scale[k]!)));
  return values.map((_, k) => {
    const column = solveSymmetric(
      unit,
      values.map((__, j) => (j === k ? 1 : 0)),
    );
    return column ? (sigma * Math.sqrt(column[k]!)) / scale[k]! : Infinity;
  });
}

/** The 97.5 % point of Student's t, to a per cent from five degrees of freedom. */
const student = (freedom: number): number => 1.96 + (1.96 ** 3 + 1.96) / (4 * freedom);

/** What 95 % intervals promise: the truth inside in 90 to 99 of 100 repetitions, of every constant that the rows tell. */
export const kept = ({ inside, identified }: Recovered): boolean => !identified || (inside >= 0.9 && inside <= 0.99);

if (require.main === module) {
  const repetitions = Number(process.argv[2] ?? 200);
  for (const each of trials.filter(({ law }) => !process.argv[3] || law.name === process.argv[3])) {
    console.log(`${each.law.name}: ${each.settings.length} rows, noise ${each.noise}, ${repetitions} repetitions`);
    for (const row of recover(each, repetitions)) {
      const { name, truth, inside, width, identified } = row;
      if (repetitions >= 100 && !kept(row)) process.exitCode = 1;
      console.log(
        `  ${name.padEnd(8)} ${String(truth).padEnd(8)} inside ${(100 * inside).toFixed(1).padStart(5)} %  ± ${width.toPrecision(2).padEnd(8)} ${identified ? "" : "not identified"}${kept(row) ? "" : "  BROKEN PROMISE"}`,
      );
    }
  }
}
