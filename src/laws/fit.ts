/**
 * Fits a law to rows: every start of the law's grid is ranked by the objective, the best are followed to their optima, and
 * the fit says how many of them met, which constants ran to a bound, and what the rows cannot tell. One start is never
 * trusted.
 */
import { digits } from "../digits.js";
import { conditionOf } from "./condition.js";
import { objectiveNamed, type ObjectiveName } from "./objective.js";
import { lawNamed, type LawName } from "./registry.js";
import { type Checked, checkRows, type RowOptions } from "./rows.js";
import { problemOf, search } from "./search.js";
import { settle } from "./settle.js";
import { isAtBound } from "./transform.js";
import type { Data, Fit, Law } from "./types.js";

export interface FitOptions extends RowOptions {
  /** A name in `laws`, or a law of your own. */
  law: LawName | Law;
  /** A name in `objectives`; defaults to "log-huber". */
  objective?: ObjectiveName;
  /** Width of the Huber bend; defaults to the objective's own. */
  delta?: number;
  /** How many of the ranked starts are followed; defaults to 40. */
  polish?: number;
  /** Where to start, in natural units and the order of the constants; defaults to the law's own starts. */
  starts?: readonly (readonly number[])[];
}

export function fit(options: FitOptions): Fit {
  const { polish = 40 } = options;
  const law = lawNamed("laws.fit", options.law);
  const objective = objectiveNamed("laws.fit", options.objective ?? "log-huber");
  const { delta = objective.delta } = options;
  if (!(delta >= 0 && delta < Infinity) || (objective.delta > 0 && delta === 0))
    throw new Error(`laws.fit: invalid delta: ${delta}`);
  if (!(Number.isInteger(polish) && polish > 0)) throw new Error(`laws.fit: invalid polish: ${polish}`);
  const data = checkRows("laws.fit", law, objective.log, options);
  const found = search({ law, data, objective, delta, starts: options.starts ?? law.starts(data), polish });
  if (!found) throw new Error(`laws.fit: invalid law: ${law.name}: none of its starts can be evaluated on these rows`);
  const { values, ranked, polished, reached } = found;
  const condition = conditionOf(law, values, data);
  const atBound = law.parameters.filter((parameter, k) => isAtBound(parameter, values[k]!)).map(({ name }) => name);
  const starts = { ranked, polished, reached: reached / polished };
  const { name } = objective;
  return {
    law,
    parameters: named(law, values),
    values,
    objective: { name, delta, value: found.value, ...(found.scale !== undefined && { scale: found.scale }) },
    starts,
    errors: errorsOf(law, values, data),
    atBound,
    condition,
    notes: notesOn(law, data, starts, atBound, condition, found.sampled),
    data: { x: data.x, y: data.y, run: data.run },
  };
}

export const named = (law: Law, values: readonly number[]): Record<string, number> =>
  Object.fromEntries(law.parameters.map(({ name }, k) => [name, values[k]!]));

/** What a refit sees of the rows: other losses, or how often each row counts; one of them. */
export interface Redrawn {
  y?: readonly number[];
  weights?: Float64Array;
}

/** The same law and objective on redrawn rows, from the known constants: what a bootstrap does a thousand times. */
export function refitter(fit: Fit): (redrawn: Redrawn) => number[] | undefined {
  const { law, data } = fit;
  const objective = objectiveNamed("laws.refit", fit.objective.name);
  const whole = problemOf(law, data, objective, fit.objective.delta);
  const start = whole.toFree(fit.values);
  return ({ y, weights }) => {
    if (weights) whole.target.draw(weights);
    if (y) whole.target.losses = Float64Array.from(y);
    // Other losses on few rows can have their optimum elsewhere; the same losses, counted otherwise, do not.
    const found = settle({ ...whole, start, close: weights !== undefined });
    const values = whole.toNatural(found.x);
    return Number.isFinite(found.value) && values.every(Number.isFinite) ? values : undefined;
  };
}

function errorsOf(law: Law, values: readonly number[], { x, y }: Data): Fit["errors"] {
  let [mean, off, worst, squares, logSquares, spread] = [0, 0, 0, 0, 0, 0];
  for (const v of y) mean += v / y.length;
  y.forEach((v, i) => {
    const predicted = law.predict(values, x[i]!);
    const error = Math.abs(predicted - v);
    off += error;
    worst = Math.max(worst, error);
    squares += error * error;
    logSquares += Math.log(predicted / v) ** 2;
    spread += (v - mean) ** 2;
  });
  return {
    mae: off / y.length,
    worst,
    r2: spread > 0 ? 1 - squares / spread : null,
    aic: y.length * Math.log(logSquares / y.length) + 2 * (values.length + 1),
  };
}

function notesOn(
  law: Law,
  data: Checked,
  starts: Fit["starts"],
  atBound: string[],
  condition: number,
  sampled: number | undefined,
): string[] {
  const notes: string[] = [];
  const [rows, constants] = [data.y.length, law.parameters.length];
  if (data.dropped > 0) notes.push(`${data.dropped} row(s) outside the domain of ${law.name} were left out.`);
  if (data.repeated > 0)
    notes.push(
      `${data.repeated} row(s) say the same as an earlier row of their run (same settings, same loss) and count again.`,
    );
  if (rows === constants) {
    notes.push(
      `${rows} rows for ${constants} constants: the curve goes through every point, so nothing is left to judge it by.`,
    );
  } else if (rows - constants < 3) {
    notes.push(`Only ${rows - constants} row(s) more than constants: read the intervals as rough.`);
  }
  if (sampled !== undefined)
    notes.push(`Starts were compared on ${sampled} of the ${rows} rows; the best was then fitted to all.`);
  for (const name of atBound) notes.push(`${name} ran to an end of its range: these rows do not determine it.`);
  if (condition > 1e4) {
    notes.push(
      `The constants trade off against each other (condition ${digits(condition, 1)}): quote the curve, not the constants.`,
    );
  }
  if (starts.reached < 0.1) {
    notes.push(
      `Only ${Math.round(starts.reached * starts.polished)} of ${starts.polished} starts reached the best objective: it may not be the lowest there is.`,
    );
  }
  return notes;
}
