/**
 * The shape of a law: what goes in, what it says, and which constants it has. A law is data and two functions, so a user's
 * own form gets the same fitting, intervals and figures as the ones in the registry. Positions, not names, inside the hot
 * functions: `p[i]` belongs to `parameters[i]`, `x[j]` to `inputs[j]`.
 */
export interface Law {
  name: string;
  /** One line: what it relates to what, and the formula. */
  summary: string;
  /** Paper, with its arXiv number. */
  reference: string;
  inputs: Input[];
  parameters: Parameter[];
  /** The predicted loss. */
  predict(p: readonly number[], x: readonly number[]): number;
  /** Writes ∂predict/∂p into `into` and returns the prediction. Left out: central differences. */
  gradient?(p: readonly number[], x: readonly number[], into: number[]): number;
  /**
   * The same prediction as a sum of exponentials of linear forms, where the law is one: a fit then works on whole columns
   * with exact curvature, many times as fast. Left out: row by row.
   */
  terms?: readonly Term[];
  /** Where to start, in natural units; the fit ranks them and polishes the best. */
  starts(data: Data): number[][];
}

/** exp(ln factor + Σ exponent · regressor): B D^−β is `{ factor: "B", exponents: { beta: ([N, D]) => -Math.log(D) } }`. */
export interface Term {
  /** Name of the constant that multiplies the term; its range must be 0 to Infinity. Left out: 1. */
  factor?: string;
  /** Per constant in the exponent, by name: what it is multiplied by, from the row's inputs. */
  exponents?: Record<string, (x: readonly number[]) => number>;
  /** A part of the exponent that has no constant, from the row's inputs; defaults to 0. */
  fixed?: (x: readonly number[]) => number;
}

export interface Input {
  /** The column's name in the rows. */
  name: string;
  unit: string;
  summary: string;
  min: number;
  max: number;
  /** Whether `min` itself is outside; defaults to false. */
  openMin?: boolean;
}

export interface Parameter {
  name: string;
  unit: string;
  summary: string;
  /** Where the constant may live; enforced by a transform, so an end is never reached, only approached. */
  range: [number, number];
  /** Its usual order of magnitude: a value within 1 % of this (or of the range's width) from an end counts as at the bound. */
  typical: number;
}

/** Rows as the fit sees them: checked numbers, by position. */
export interface Data {
  x: number[][];
  y: number[];
  /** The run each row came from: the unit of the bootstrap. */
  run: string[];
}

export interface Fit {
  law: Law;
  /** The constants by name. */
  parameters: Record<string, number>;
  /** The same, in the order of `law.parameters`. */
  values: number[];
  objective: {
    name: string;
    delta: number;
    value: number;
    /** Of the residuals, where the objective has a free one. */ scale?: number;
  };
  /** How often the optimum was found: `reached` is the share of polished starts that came to the best objective. */
  starts: { ranked: number; polished: number; reached: number };
  /** In the unit of the loss, on the fitted rows. `r2` is null where the loss does not vary; `aic` is on log residuals. */
  errors: { mae: number; worst: number; r2: number | null; aic: number };
  /** Names of constants that ran to an end of their range. */
  atBound: string[];
  /** Condition number of the Jacobian with columns scaled to length one: above about 1e4 the constants trade off against each other. */
  condition: number;
  /** Plain sentences: what this fit cannot tell. Empty when there is nothing to say. */
  notes: string[];
  data: Data;
}

export type Interval = [low: number, high: number];

export type BootstrapKind = "runs" | "noise" | "residuals";

/** How sure a fit is: what refits to redrawn data say. */
export interface Bootstrap {
  kind: BootstrapKind;
  level: number;
  /** Constants of each refit, in the order of the law's parameters. */
  samples: number[][];
  /** For each refit, the log residual of one further run. */
  noise: number[];
  intervals: Record<string, Interval>;
  /** Resamples that could not be fitted, e.g. too few different settings drawn; not among the samples. */
  skipped: number;
  /** Names of constants that are not determined: their interval is wider than twice the constant, or reaches an end of its range. */
  undetermined: string[];
  /** Plain sentences about these. */
  notes: string[];
}
