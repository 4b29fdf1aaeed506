/**
 * What explains a number, e.g. transfer by how alike languages are: ordinary least squares of one column of a table on others,
 * and how sure it is. Rows of one language are no independent news, so errors may be by cluster; a level of each cluster's own
 * may be taken out (the within estimator: dummies in place of a mixed model); and each coefficient is asked of rows whose
 * clusters changed places, since with few languages everything explains something.
 */
import type { Rng } from "../rng.js";
import { clusteredErrors, dot, leastSquares } from "./least-squares.js";
import { studentQuantile } from "./paired.js";

export interface RegressOptions {
  rows: readonly Readonly<Record<string, unknown>>[];
  /** Columns: what is explained, and by what. */
  y: string;
  on: readonly string[];
  /** Column that rows share which go together, e.g. "language". Defaults to none: each row alone. */
  cluster?: string;
  /** Takes out each cluster's own level; what does not vary within clusters cannot be asked then. Defaults to false. */
  within?: boolean;
  /** Columns of `on` as (x − mean) / standard deviation (n − 1), so that coefficients compare; y stays. Defaults to true. */
  standardise?: boolean;
  /** How many rows there have to be for each column of `on`; defaults to 10. */
  rowsPerColumn?: number;
  /** Of the permutations. */
  rng: Rng;
  /** Permutations; defaults to 1,000, and 0 leaves them out. */
  draws?: number;
  /** Of the intervals; defaults to 0.95. */
  level?: number;
}

export interface Coefficient {
  /** The column, or "(intercept)". */
  name: string;
  /** Change of y, by one standard deviation of the column, or by 1 where not standardised. */
  value: number;
  /** Standard error. */
  error: number;
  /** Its interval by Student's t with `degrees`. */
  low: number;
  high: number;
  /**
   * Share of permutations with a t as far from 0, this one counted: of the clusters' values where the column is one value in each, else of the rows'
   * (within their clusters where levels are taken out). Null of the intercept and without draws.
   */
  permutation: number | null;
}

export interface Regression {
  coefficients: Coefficient[];
  /** Share of the variance of y that is explained; with `within`, of the variance inside clusters. */
  r2: number;
  rows: number;
  /** Null without `cluster`. */
  clusters: number | null;
  /** Of freedom: rows less what was estimated, or clusters less one where errors are by cluster. */
  degrees: number;
}

/**
 * With `cluster` errors are by cluster, times √(G/(G−1) · (n−1)/(n−k)) of G clusters and k numbers, dummies counted, as statsmodels
 * has it.
 */
export function regress(options: RegressOptions): Regression {
  const { rows, on, within = false, rng, draws = 1000, level = 0.95 } = options;
  const { target, features, clusters } = columnsOf(options);
  const n = rows.length;
  const estimated = on.length + (within ? clusters!.length : 1);
  if (!(n > estimated)) throw bad("rows", `${n} (more than the ${estimated} numbers that are estimated)`);
  const names = [...(within ? [] : ["(intercept)"]), ...on];
  const design = (of: readonly number[][]): number[][] =>
    within ? of.map((column) => lessMeans(column, clusters!)) : [Array<number>(n).fill(1), ...of];
  const y = within ? lessMeans(target, clusters!) : target;
  const fitted = (of: readonly number[][]): Fitted | { dependent: number } => {
    const columns = design(of);
    const fit = leastSquares(columns, y);
    if ("dependent" in fit) return fit;
    const { residuals, coefficients, inverse } = fit;
    const left = dot(residuals, residuals);
    const errors = clusters
      ? clusteredErrors(fit, columns, clusters).map(
          (error) => error * Math.sqrt((clusters.length / (clusters.length - 1)) * ((n - 1) / (n - estimated))),
        )
      : inverse.map((row, j) => Math.sqrt((row[j]! * left) / (n - estimated)));
    return { values: coefficients, errors, left };
  };
  const fit = fitted(features);
  if ("dependent" in fit)
    throw bad("on", `${names[fit.dependent]} (${within ? "it does not vary in clusters, or " : ""}others make it up)`);
  const degrees = clusters ? clusters.length - 1 : n - estimated;
  const width = studentQuantile(degrees, level);
  const first = names.length - on.length;
  const far = (of: Fitted, j: number): number => Math.abs(of.values[j]! / of.errors[j]!);
  const permutation = (j: number): number => {
    const [column, random] = [features[j - first]!, rng.fork(`permute ${names[j]}`)];
    let as = 1;
    for (let draw = 0; draw < draws; draw++) {
      const again = fitted(features.map((own) => (own === column ? permuted(own, random, clusters, within) : own)));
      // One that other columns make up says nothing against it.
      if ("dependent" in again || far(again, j) >= far(fit, j) * (1 - 1e-9)) as++;
    }
    return as / (draws + 1);
  };
  const around = y.map((value) => value - mean(y));
  return {
    coefficients: names.map((name, j) => ({
      name,
      value: fit.values[j]!,
      error: fit.errors[j]!,
      low: fit.values[j]! - width * fit.errors[j]!,
      high: fit.values[j]! + width * fit.errors[j]!,
      permutation: j < first || draws === 0 ? null : permutation(j),
    })),
    r2: 1 - fit.left / dot(around, around),
    rows: n,
    clusters: clusters?.length ?? null,
    degrees,
  };
}

/** Coefficients, their standard errors, and the sum of squares that is left. */
interface Fitted {
  values: number[];
  errors: number[];
  left: number;
}

const bad = (thing: string, why: string): Error => new Error(`regress: invalid ${thing}: ${why}`);

/** The columns as numbers, and the rows of each cluster. */
function columnsOf(options: RegressOptions): { target: number[]; features: number[][]; clusters?: number[][] } {
  const { rows, y, on, cluster, within = false, standardise = true, rowsPerColumn = 10, level = 0.95 } = options;
  if (on.length === 0) throw bad("on", "no columns");
  if (new Set([...on, y]).size <= on.length) throw bad("on", `${on.join(", ")} (each column once, and not ${y})`);
  if (rows.length < rowsPerColumn * on.length)
    throw bad(
      "on",
      `${on.length} columns of ${rows.length} rows (${rowsPerColumn} rows for each; fewer columns, or say rowsPerColumn)`,
    );
  if (!(level > 0 && level < 1)) throw bad("level", `${level} (between 0 and 1)`);
  if (within && cluster === undefined) throw bad("within", "true (name the cluster)");
  const numbers = (name: string): number[] =>
    rows.map((row, i) => {
      const value = row[name];
      if (typeof value === "number" && Number.isFinite(value)) return value;
      throw bad(name, `${String(value)} in row ${i + 1} (a number is expected)`);
    });
  const features = on.map((name) => {
    const column = numbers(name);
    const middle = mean(column);
    const spread = Math.sqrt(column.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (column.length - 1));
    if (!(spread > 0)) throw bad("on", `${name} (it does not vary)`);
    return standardise ? column.map((value) => (value - middle) / spread) : column;
  });
  const target = numbers(y);
  if (cluster === undefined) return { target, features };
  const members = new Map<unknown, number[]>();
  rows.forEach((row, i) => {
    const name = row[cluster];
    if (name === undefined || name === null) throw bad(cluster, `missing in row ${i + 1}`);
    members.set(name, [...(members.get(name) ?? []), i]);
  });
  if (members.size < 2) throw bad("cluster", `${members.size} of ${cluster} (two or more)`);
  return { target, features, clusters: [...members.values()] };
}

/** Counted from a cluster's first row, so that what is one number there becomes zeros and not rounding. */
function lessMeans(column: readonly number[], clusters: readonly number[][]): number[] {
  const less = [...column];
  for (const rows of clusters) {
    const first = column[rows[0]!]!;
    const middle = mean(rows.map((i) => column[i]! - first));
    for (const i of rows) less[i] = column[i]! - first - middle;
  }
  return less;
}

/** Clusters change places where each has one value, else rows do, inside their clusters where `within`. */
function permuted(column: readonly number[], random: Rng, clusters: number[][] | undefined, within: boolean): number[] {
  const whole = [column.map((_, i) => i)];
  const moved = [...column];
  if (clusters?.every((rows) => rows.every((i) => column[i] === column[rows[0]!]))) {
    const values = random.shuffle(clusters.map((rows) => column[rows[0]!]!));
    clusters.forEach((rows, c) => rows.forEach((i) => (moved[i] = values[c]!)));
    return moved;
  }
  for (const rows of within ? clusters! : whole) {
    const values = random.shuffle(rows.map((i) => column[i]!));
    rows.forEach((i, at) => (moved[i] = values[at]!));
  }
  return moved;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
