/**
 * Does the law hold further out? Fitted on the small scales, judged on the large ones: extrapolation is what a law is
 * for, and its error there is several times the error on the rows it was fitted to.
 */
import { digits } from "../digits.js";
import { fit, type FitOptions } from "./fit.js";
import { lawNamed } from "./registry.js";
import type { Fit } from "./types.js";

export interface HoldOutOptions extends FitOptions {
  /** The column that says how large a run is, e.g. "parameters" or "flops". */
  by: string;
  /** Rows with more than this are held out. */
  above: number;
}

export interface HoldOut {
  /** The fit to the rows up to `above`. */
  fit: Fit;
  rows: { fitted: number; heldOut: number };
  /** Mean absolute error on either part, in the unit of the loss. */
  fitted: number;
  heldOut: number;
  /** Mean of predicted − observed on the held-out rows: above 0 the law promises too little. */
  bias: number;
  sentence: string;
}

export function holdOut(options: HoldOutOptions): HoldOut {
  const { by, above, rows, columns = {}, loss = "loss" } = options;
  const law = lawNamed("laws.holdOut", options.law);
  const sizeOf = (row: object, i: number): number => {
    const value = (row as Record<string, unknown>)[by];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new Error(`laws.holdOut: invalid ${by}: ${String(value)} in row ${i + 1}; give a finite number`);
  };
  const large = rows.map((row, i) => sizeOf(row, i) > above);
  const test = rows.filter((_, i) => large[i]) as readonly Record<string, number>[];
  if (test.length === 0) throw new Error(`laws.holdOut: invalid above: ${above}; no row has more ${by}`);
  const found = fit({ ...options, law, rows: rows.filter((_, i) => !large[i]) });
  const errors = test.map(
    (row) =>
      law.predict(
        found.values,
        law.inputs.map(({ name }) => row[columns[name] ?? name]!),
      ) - row[loss]!,
  );
  const wrong = errors.findIndex(Number.isNaN);
  if (wrong >= 0)
    throw new Error(`laws.holdOut: invalid row: ${JSON.stringify(test[wrong])}; ${law.name} has no value there`);
  const heldOut = errors.reduce((sum, error) => sum + Math.abs(error), 0) / test.length;
  const bias = errors.reduce((sum, error) => sum + error, 0) / test.length;
  const fitted = found.errors.mae;
  return {
    fit: found,
    rows: { fitted: rows.length - test.length, heldOut: test.length },
    fitted,
    heldOut,
    bias,
    sentence: `Fitted to ${rows.length - test.length} rows up to ${digits(above)} ${by}, ${law.name} is off by ${digits(heldOut)} on the ${test.length} above (${digits(fitted)} on those it was fitted to).`,
  };
}
