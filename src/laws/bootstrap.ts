/**
 * How sure a fit is, by refitting it to redrawn data. The unit is the run: checkpoints of one run are not independent.
 * "runs" draws whole runs with replacement and needs many. A sweep of a few shares has too few to draw from: "noise" keeps
 * every setting and adds normal noise to the fitted log-loss, its variance drawn from what n − p spare rows say about it,
 * so that two spare rows give the wide interval they deserve. "residuals" redraws the fit's own residuals instead.
 */
import { breathe } from "../breathe.js";
import { digits } from "../digits.js";
import type { Rng } from "../rng.js";
import type { OnProgress } from "../types.js";
import { type Redrawn, refitter } from "./fit.js";
import { interval } from "./interval.js";
import type { Bootstrap, BootstrapKind, Fit, Parameter } from "./types.js";

export interface BootstrapOptions {
  fit: Fit;
  rng: Rng;
  /** Defaults to 1000. */
  resamples?: number;
  /** Defaults to "runs" with at least 30 runs, else "noise". */
  kind?: BootstrapKind;
  /** Defaults to 0.95. */
  level?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export async function bootstrap(options: BootstrapOptions): Promise<Bootstrap> {
  const { fit, rng, resamples = 1000, level = 0.95, signal, onProgress } = options;
  const { law, data, values } = fit;
  const { kind = new Set(data.run).size >= 30 ? "runs" : "noise" } = options;
  if (!(Number.isInteger(resamples) && resamples > 1))
    throw new Error(`laws.bootstrap: invalid resamples: ${resamples}`);
  const draw = drawers[kind](fit);
  const again = refitter(fit);
  const settingsOf = settings(fit);
  const result: Bootstrap = {
    kind,
    level,
    samples: [],
    noise: [],
    intervals: {},
    skipped: 0,
    undetermined: [],
    notes: [],
  };
  const report = (done: number): void => onProgress?.({ label: `bootstrap of ${law.name}`, done, total: resamples });
  for (let i = 0; i < resamples; i++) {
    if (i % 64 === 0) {
      report(i);
      await breathe();
      signal?.throwIfAborted();
    }
    const { noise, ...redrawn } = draw(rng);
    const sample = settingsOf(redrawn) < values.length ? undefined : again(redrawn);
    if (sample) {
      result.samples.push(sample);
      result.noise.push(noise);
    } else {
      result.skipped++;
    }
  }
  report(resamples);
  if (result.samples.length < 2)
    throw new Error(`laws.bootstrap: invalid rows: hardly a resample could be fitted; use kind "noise"`);
  law.parameters.forEach(({ name }, k) => {
    result.intervals[name] = interval(
      result.samples.map((sample) => sample[k]!),
      level,
    );
  });
  const wide = law.parameters.filter((parameter) => isWide(parameter, fit.parameters[parameter.name]!, result));
  result.undetermined = wide.map(({ name }) => name);
  result.notes = wide.map(({ name }) => {
    const [low, high] = result.intervals[name]!;
    const said = `${Math.round(level * 100)}% interval is ${digits(low)} to ${digits(high)}`;
    return `${name} is not determined: its ${said} around ${digits(fit.parameters[name]!)}.`;
  });
  return result;
}

/** How many different settings a redraw has, counted up to the number of constants. */
function settings({ data, values }: Fit): (redrawn: Redrawn) => number {
  const names = new Map<string, number>();
  const place = data.x.map((x) => {
    const name = x.join(" ");
    if (!names.has(name)) names.set(name, names.size);
    return names.get(name)!;
  });
  return ({ weights }) => {
    if (!weights) return names.size;
    const seen = new Set<number>();
    for (let i = 0; i < place.length && seen.size < values.length; i++) if (weights[i]! > 0) seen.add(place[i]!);
    return seen.size;
  };
}

type Drawer = (rng: Rng) => Redrawn & { noise: number };

const drawers: Record<BootstrapKind, (fit: Fit) => Drawer> = {
  runs(fit) {
    const { data } = fit;
    const { residuals } = spread(fit);
    const rowsOf = new Map<string, number[]>();
    data.run.forEach((run, i) => {
      const rows = rowsOf.get(run);
      if (rows) rows.push(i);
      else rowsOf.set(run, [i]);
    });
    const runs = [...rowsOf.values()];
    return (rng) => {
      const weights = new Float64Array(data.y.length);
      for (let i = 0; i < runs.length; i++) for (const row of runs[rng.int(runs.length)]!) weights[row]!++;
      return { weights, noise: residuals[rng.int(residuals.length)]! };
    };
  },
  residuals(fit) {
    const { predicted, residuals } = spread(fit);
    return (rng) => {
      const pick = (): number => residuals[rng.int(residuals.length)]!;
      return { y: predicted.map((p) => p * Math.exp(pick())), noise: pick() };
    };
  },
  noise(fit) {
    const { predicted, squares, spare } = spread(fit);
    return (rng) => {
      let chiSquare = 0;
      for (let i = 0; i < spare; i++) chiSquare += rng.normal() ** 2;
      const sigma = Math.sqrt(squares / chiSquare);
      return {
        y: predicted.map((p) => p * Math.exp(sigma * rng.normal())),
        noise: sigma * rng.normal(),
      };
    };
  },
};

/** The fit's log residuals, widened by √(n/(n−p)) because a fit hugs its rows, and their plain sum of squares. */
function spread(fit: Fit): { predicted: number[]; residuals: number[]; squares: number; spare: number } {
  const { law, data, values } = fit;
  const [n, p] = [data.y.length, values.length];
  if (n <= p)
    throw new Error(
      `laws.bootstrap: invalid rows: ${n} for ${p} constants leave nothing to judge the noise by; bring more rows`,
    );
  const predicted = data.x.map((x) => law.predict(values, x));
  const plain = data.y.map((y, i) => Math.log(y / predicted[i]!));
  if (plain.some(Number.isNaN)) throw new Error(`laws.bootstrap: invalid loss: a bootstrap needs positive losses`);
  const widen = Math.sqrt(n / (n - p));
  return {
    predicted,
    residuals: plain.map((r) => r * widen),
    squares: plain.reduce((sum, r) => sum + r * r, 0),
    spare: n - p,
  };
}

/** An interval wider than twice the constant itself, or one that reaches an end of its range. */
function isWide({ name, range, typical }: Parameter, value: number, { intervals }: Bootstrap): boolean {
  const [low, high] = intervals[name]!;
  const margin = 0.01 * typical;
  return !(high - low <= 2 * Math.abs(value) && low - range[0] >= margin && range[1] - high >= margin);
}
