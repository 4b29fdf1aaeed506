/**
 * Nested prediction of the data mixing laws (Ye et al. 2024, 2403.16952): from short runs of small models to the loss of a
 * long run of a large one, mixture by mixture. A power law in the steps carries each (size, mixture) to the target steps, a
 * power law in the size carries each mixture to the target size, and a mixing law is then fitted to what was carried. In each
 * power law all curves share one exponent, which is what makes four sizes enough for two further constants per curve.
 */
import { ratioSpaced } from "../project.js";

export interface Curve {
  /** Names the curve, e.g. the mixture. */
  name: string;
  x: readonly number[];
  y: readonly number[];
}

export interface TiedPower {
  /** The exponent that all curves share. */
  alpha: number;
  /** Huber penalties summed over all points. */
  objective: number;
  curves: { name: string; floor: number; factor: number }[];
  /** The curve's loss at x. */
  predict(name: string, x: number): number;
}

export interface TiedPowerOptions {
  curves: readonly Curve[];
  /** Width of the Huber bend, on the loss; defaults to 0.02, the authors' for steps (they take 0.08 for sizes). */
  delta?: number;
}

/** Fits y = floor + factor (x₀/x)^α, floor and factor ≥ 0 for each curve, α > 0 for all. */
export function tiedPower(options: TiedPowerOptions): TiedPower {
  const { curves, delta = 0.02 } = options;
  if (!(delta > 0)) throw new Error(`tiedPower: invalid delta: ${delta} (more than 0)`);
  for (const { name, x, y } of curves) {
    if (!(x.length === y.length && x.length >= 2 && x.every((v) => v > 0) && y.every((v) => v > 0)))
      throw new Error(`tiedPower: invalid curve: ${name} (two or more points, all above 0)`);
  }
  const all = curves.flatMap(({ x }) => x);
  if (!(new Set(all).size >= 3))
    throw new Error(`tiedPower: invalid curves: ${new Set(all).size} different x (three or more)`);
  const origin = Math.exp(all.reduce((sum, x) => sum + Math.log(x), 0) / all.length);
  const at = (alpha: number): { objective: number; lines: Line[] } => {
    const lines = curves.map(({ x, y }) =>
      line(
        x.map((v) => (origin / v) ** alpha),
        y,
        delta,
      ),
    );
    return { objective: lines.reduce((sum, { objective }) => sum + objective, 0), lines };
  };
  const alphas = ratioSpaced(0.01, 3, 40);
  const tried = alphas.map((alpha) => at(alpha).objective);
  const best = tried.indexOf(Math.min(...tried));
  const [low, high] = [alphas[Math.max(0, best - 1)]!, alphas[Math.min(alphas.length - 1, best + 1)]!];
  const alpha = goldenSection((value) => at(value).objective, low, high);
  const { objective, lines } = at(alpha);
  const fitted = curves.map(({ name }, i) => ({ name, floor: lines[i]!.floor, factor: lines[i]!.factor }));
  return {
    alpha,
    objective,
    curves: fitted,
    predict(name, x) {
      const curve = fitted.find((each) => each.name === name);
      if (!curve) throw new Error(`tiedPower: invalid name: ${name} (no such curve)`);
      if (!(x > 0)) throw new Error(`tiedPower: invalid x: ${x} (more than 0)`);
      return curve.floor + curve.factor * (origin / x) ** alpha;
    },
  };
}

interface Line {
  floor: number;
  factor: number;
  objective: number;
}

/** y = floor + factor z with neither below 0, by Huber: least squares, reweighted until it stands still. */
function line(z: readonly number[], y: readonly number[], delta: number): Line {
  let weights = y.map(() => 1);
  let [floor, factor] = [0, 0];
  for (let i = 0; i < 100; i++) {
    const before = [floor, factor];
    [floor, factor] = weighted(z, y, weights);
    weights = y.map((value, k) => Math.min(1, delta / Math.max(1e-300, Math.abs(value - floor - factor * z[k]!))));
    if (Math.abs(floor - before[0]!) + Math.abs(factor - before[1]!) < 1e-13 * (floor + factor)) break;
  }
  const objective = y.reduce((sum, value, k) => {
    const off = Math.abs(value - floor - factor * z[k]!);
    return sum + (off <= delta ? 0.5 * off * off : delta * (off - 0.5 * delta));
  }, 0);
  return { floor, factor, objective };
}

function weighted(z: readonly number[], y: readonly number[], weights: readonly number[]): [number, number] {
  let [w, wz, wzz, wy, wzy] = [0, 0, 0, 0, 0];
  weights.forEach((weight, i) => {
    w += weight;
    wz += weight * z[i]!;
    wzz += weight * z[i]! * z[i]!;
    wy += weight * y[i]!;
    wzy += weight * z[i]! * y[i]!;
  });
  const determinant = w * wzz - wz * wz;
  const factor = determinant > 1e-14 * w * wzz ? (w * wzy - wz * wy) / determinant : 0;
  const floor = (wy - factor * wz) / w;
  if (factor < 0) return [wy / w, 0];
  if (floor < 0) return [0, wzy / wzz];
  return [floor, factor];
}

function goldenSection(f: (x: number) => number, low: number, high: number): number {
  const part = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < 60; i++) {
    const [a, b] = [high - part * (high - low), low + part * (high - low)];
    if (f(a) < f(b)) high = b;
    else low = a;
  }
  return (low + high) / 2;
}

export interface NestedOptions {
  /** One row per (size, mixture, steps). */
  rows: readonly { parameters: number; steps: number; mixture: string; loss: number }[];
  target: { parameters: number; steps: number };
  /** Huber widths; default to the authors' 0.02 for steps and 0.08 for sizes. */
  deltas?: { steps: number; sizes: number };
}

/** The predicted loss of every mixture at the target size and steps: rows for a mixing law. */
export function nestedPrediction(options: NestedOptions): {
  losses: { mixture: string; loss: number }[];
  /** The shared exponents: of the steps, one per size (null where the size was already run to the target), and of the size. */
  exponents: { steps: { parameters: number; alpha: number | null }[]; sizes: number };
} {
  const { rows, target, deltas = { steps: 0.02, sizes: 0.08 } } = options;
  if (!(target.parameters > 0 && target.steps > 0))
    throw new Error(`nestedPrediction: invalid target: ${target.parameters} parameters, ${target.steps} steps`);
  const sizes = [...new Set(rows.map((row) => row.parameters))].sort((a, b) => a - b);
  const mixtures = [...new Set(rows.map((row) => row.mixture))];
  const steps: { parameters: number; alpha: number | null }[] = [];
  const carried = mixtures.map((name) => ({ name, x: [] as number[], y: [] as number[] }));
  for (const parameters of sizes) {
    const curves = mixtures.flatMap((name) => {
      const own = rows.filter((row) => row.parameters === parameters && row.mixture === name);
      return own.length === 0 ? [] : [{ name, x: own.map((row) => row.steps), y: own.map((row) => row.loss) }];
    });
    const there = curves.every(({ x }) => x.includes(target.steps));
    const fitted = there ? undefined : tiedPower({ curves, delta: deltas.steps });
    steps.push({ parameters, alpha: fitted?.alpha ?? null });
    for (const { name, x, y } of curves) {
      const to = carried.find((curve) => curve.name === name)!;
      to.x.push(parameters);
      to.y.push(fitted ? fitted.predict(name, target.steps) : y[x.indexOf(target.steps)]!);
    }
  }
  const bySize = tiedPower({ curves: carried, delta: deltas.sizes });
  return {
    losses: mixtures.map((mixture) => ({ mixture, loss: bySize.predict(mixture, target.parameters) })),
    exponents: { steps, sizes: bySize.alpha },
  };
}
