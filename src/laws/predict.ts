/** What a fitted law says at given inputs, with an interval where a bootstrap is given. */
import { interval } from "./interval.js";
import { domainOf, inside } from "./rows.js";
import type { Bootstrap, Fit } from "./types.js";

export interface PredictOptions {
  fit: Fit;
  /** Rows with the law's inputs by their own names, e.g. `[{ share: 0.3 }]`. */
  at: readonly Record<string, number>[];
  /** Gives `low` and `high`. */
  bootstrap?: Bootstrap;
  /** "curve": where the law's line lies. "run": where one more run would land, its noise included. Defaults to "curve". */
  of?: "curve" | "run";
  /** Defaults to 0.95. */
  level?: number;
}

export interface Prediction {
  at: Record<string, number>;
  loss: number;
  low: number | null;
  high: number | null;
}

export function predict(options: PredictOptions): Prediction[] {
  const { fit, at, bootstrap, of = "curve", level = 0.95 } = options;
  const { law, values } = fit;
  return at.map((row) => {
    const x = law.inputs.map((input) => {
      const value = row[input.name];
      if (typeof value === "number" && inside(input, value)) return value;
      throw new Error(`laws.predict: invalid ${input.name}: ${value}; ${law.name} holds for ${domainOf(input)}`);
    });
    const loss = law.predict(values, x);
    if (!bootstrap) return { at: row, loss, low: null, high: null };
    const draws = bootstrap.samples.map((sample, i) => {
      const value = law.predict(sample, x);
      return of === "run" ? value * Math.exp(bootstrap.noise[i]!) : value;
    });
    const [low, high] = interval(draws, level);
    return { at: row, loss, low, high };
  });
}

export interface CurveOptions extends Omit<PredictOptions, "at"> {
  /** Defaults to 121. */
  points?: number;
}

/** The fitted line of a law with one input over the law's whole domain (from the least fitted value where the domain is open), ready to draw. */
export function curve(options: CurveOptions): { x: number; loss: number; low: number | null; high: number | null }[] {
  const { points = 121, fit } = options;
  const [input, ...others] = fit.law.inputs;
  if (!input || others.length > 0) throw new Error(`laws.curve: invalid law: ${fit.law.name}; it must have one input`);
  if (!(Number.isInteger(points) && points > 1)) throw new Error(`laws.curve: invalid points: ${points}`);
  const fitted = fit.data.x.map((x) => x[0]!);
  const from = input.openMin || input.min === -Infinity ? Math.min(...fitted) : input.min;
  const to = input.max === Infinity ? Math.max(...fitted) : input.max;
  const at = Array.from({ length: points }, (_, i) => ({ [input.name]: from + ((to - from) * i) / (points - 1) }));
  return predict({ ...options, at }).map(({ at: row, loss, low, high }) => ({ x: row[input.name]!, loss, low, high }));
}
