/**
 * Fits a law to rows: every start of the law's grid is ranked by the objective, the best are polished by L-BFGS, and the
 * fit says how many of them met, which constants ran to a bound, and what the rows cannot tell. One start is never trusted.
 */
import { conditionOf } from "./condition.js";
import { lbfgs } from "./lbfgs.js";
import { type Misfit, misfit } from "./misfit.js";
import { objectiveNamed } from "./objective.js";
import { lawNamed } from "./registry.js";
import { type Checked, checkRows, type RowOptions } from "./rows.js";
import { isAtBound } from "./transform.js";
import type { Data, Fit, Law } from "./types.js";

export interface FitOptions extends RowOptions {
  /** A name in `laws`, or a law of your own. */
  law: string | Law;
  /** A name in `objectives`; defaults to "log-huber". */
  objective?: string;
  /** Width of the Huber bend; defaults to the objective's own. */
  delta?: number;
  /** How many of the ranked starts are polished; defaults to 40. */
  polish?: number;
}

export function fit(options: FitOptions): Fit {
  const { polish = 40 } = options;
  const law = lawNamed("laws.fit", options.law);
  const objective = objectiveNamed("laws.fit", options.objective ?? "log-huber");
  const { delta = objective.delta } = options;
  if (!(delta >= 0) || (objective.delta > 0 && delta === 0)) throw new Error(`laws.fit: invalid delta: ${delta}`);
  if (!(Number.isInteger(polish) && polish > 0)) throw new Error(`laws.fit: invalid polish: ${polish}`);
  const data = checkRows("laws.fit", law, objective.log, options);
  const target = misfit(law, data, objective, delta);
  const ranked = rank(target, law.starts(data));
  if (ranked.length === 0)
    throw new Error(`laws.fit: invalid law: ${law.name}: none of its starts can be evaluated on these rows`);
  const found = ranked.slice(0, polish).map((start) => lbfgs({ evaluate: target.evaluate, start }));
  const best = found.reduce((a, b) => (b.value < a.value ? b : a));
  const met = found.filter(({ value }) => value <= best.value * (1 + 1e-5) + 1e-15).length;
  const values = target.toNatural(best.x);
  const condition = conditionOf(law, values, data);
  const atBound = law.parameters.filter((parameter, k) => isAtBound(parameter, values[k]!)).map(({ name }) => name);
  const starts = { ranked: ranked.length, polished: found.length, reached: met / found.length };
  return {
    law,
    parameters: Object.fromEntries(law.parameters.map(({ name }, k) => [name, values[k]!])),
    values,
    objective: { name: objective.name, delta, value: best.value },
    starts,
    errors: errorsOf(law, values, data),
    atBound,
    condition,
    notes: notesOn(law, data, starts, atBound, condition),
    data: { x: data.x, y: data.y, run: data.run },
  };
}

/** The same law and objective on other rows, from known constants and the law's own best starts: what a bootstrap does a thousand times. */
export function refit(fit: Fit, data: Pick<Data, "x" | "y">): number[] | undefined {
  const { law, objective } = fit;
  const target = misfit(law, data, objectiveNamed("laws.refit", objective.name), objective.delta);
  const starts = [target.toFree(fit.values), ...rank(target, law.starts({ ...data, run: [] })).slice(0, 2)];
  const found = starts.map((start) => lbfgs({ evaluate: target.evaluate, start }));
  const best = found.reduce((a, b) => (b.value < a.value ? b : a));
  const values = target.toNatural(best.x);
  return Number.isFinite(best.value) && values.every(Number.isFinite) ? values : undefined;
}

function rank(target: Misfit, starts: readonly number[][]): number[][] {
  const gradient: number[] = [];
  return starts
    .map((start) => {
      const free = target.toFree(start);
      return { free, value: target.evaluate(free, gradient) };
    })
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.value - b.value)
    .map(({ free }) => free);
}

function errorsOf(law: Law, values: readonly number[], { x, y }: Data): Fit["errors"] {
  const predicted = x.map((row) => law.predict(values, row));
  const off = predicted.map((p, i) => Math.abs(p - y[i]!));
  const mean = sum(y) / y.length;
  const spread = sum(y.map((v) => (v - mean) ** 2));
  const logSquares = sum(predicted.map((p, i) => Math.log(p / y[i]!) ** 2));
  return {
    mae: sum(off) / y.length,
    worst: Math.max(...off),
    r2: spread > 0 ? 1 - sum(off.map((v) => v * v)) / spread : null,
    aic: y.length * Math.log(logSquares / y.length) + 2 * (values.length + 1),
  };
}

function notesOn(law: Law, data: Checked, starts: Fit["starts"], atBound: string[], condition: number): string[] {
  const notes: string[] = [];
  const [rows, constants] = [data.y.length, law.parameters.length];
  if (data.dropped > 0) notes.push(`${data.dropped} row(s) outside the domain of ${law.name} were left out.`);
  if (rows === constants) {
    notes.push(
      `${rows} rows for ${constants} constants: the curve goes through every point, so nothing is left to judge it by.`,
    );
  } else if (rows - constants < 3) {
    notes.push(`Only ${rows - constants} row(s) more than constants: read the intervals as rough.`);
  }
  for (const name of atBound) notes.push(`${name} ran to an end of its range: these rows do not determine it.`);
  if (condition > 1e4) {
    notes.push(
      `The constants trade off against each other (condition ${condition.toExponential(0)}): quote the curve, not the constants.`,
    );
  }
  if (starts.reached < 0.1) {
    notes.push(
      `Only ${Math.round(starts.reached * starts.polished)} of ${starts.polished} starts reached the best objective: it may not be the lowest there is.`,
    );
  }
  return notes;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
