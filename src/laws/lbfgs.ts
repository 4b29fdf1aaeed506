/**
 * L-BFGS with a strong-Wolfe line search (Nocedal & Wright 2006, algorithms 7.4, 3.5, 3.6): minimises a smooth function of
 * a few dozen numbers. Infinite or NaN values count as "too far". Not a general optimiser: no bounds, no Hessians.
 */
export interface Minimum {
  x: number[];
  value: number;
  iterations: number;
}

export interface LbfgsOptions {
  /** Writes the gradient at `x` into `gradient` and returns the value. */
  evaluate: (x: readonly number[], gradient: number[]) => number;
  start: readonly number[];
  /** Pairs remembered; defaults to 10. */
  memory?: number;
  /** Defaults to 500. */
  maxIterations?: number;
  /** Stops when no component of the gradient exceeds this times max(1, |value|); defaults to 1e-12. */
  gradientTolerance?: number;
}

interface Point {
  x: number[];
  value: number;
  gradient: number[];
}

export function lbfgs(options: LbfgsOptions): Minimum {
  const { evaluate, start, memory = 10, maxIterations = 500, gradientTolerance = 1e-12 } = options;
  const at = (x: number[]): Point => {
    const gradient = new Array<number>(x.length).fill(0);
    const value = evaluate(x, gradient);
    return { x, value: Number.isNaN(value) ? Infinity : value, gradient };
  };
  let here = at([...start]);
  const pairs: { s: number[]; y: number[]; rho: number }[] = [];
  let iterations = 0;
  let stalled = 0;
  for (; iterations < maxIterations && Number.isFinite(here.value); iterations++) {
    const steepest = Math.max(...here.gradient.map(Math.abs));
    if (!(steepest > gradientTolerance * Math.max(1, Math.abs(here.value)))) break;
    let direction = descent(here.gradient, pairs);
    if (!(dot(direction, here.gradient) < 0)) {
      pairs.length = 0;
      direction = here.gradient.map((g) => -g);
    }
    const first = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(here.gradient, here.gradient))) : 1;
    const next = search(at, here, direction, first);
    if (!next) {
      if (pairs.length === 0) break;
      pairs.length = 0;
      continue;
    }
    const s = next.x.map((v, i) => v - here.x[i]!);
    const y = next.gradient.map((v, i) => v - here.gradient[i]!);
    const sy = dot(s, y);
    if (sy > 1e-16 * Math.sqrt(dot(s, s) * dot(y, y))) {
      pairs.push({ s, y, rho: 1 / sy });
      if (pairs.length > memory) pairs.shift();
    }
    // Rounding, not descent: two steps in a row that gained less than 1e-15 of the value.
    stalled = here.value - next.value <= 1e-15 * Math.abs(here.value) ? stalled + 1 : 0;
    here = next;
    if (stalled >= 2) break;
  }
  return { x: here.x, value: here.value, iterations };
}

/** The two-loop recursion: −H·g. */
function descent(gradient: number[], pairs: { s: number[]; y: number[]; rho: number }[]): number[] {
  const q = gradient.map((g) => -g);
  const alphas: number[] = [];
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i]!;
    const alpha = rho * dot(s, q);
    alphas[i] = alpha;
    axpy(-alpha, y, q);
  }
  const last = pairs.at(-1);
  if (last) scale(q, 1 / (last.rho * dot(last.y, last.y)));
  pairs.forEach(({ s, y, rho }, i) => axpy(alphas[i]! - rho * dot(y, q), s, q));
  return q;
}

/** A step along `direction` that satisfies the strong Wolfe conditions; undefined when rounding leaves none. */
function search(at: (x: number[]) => Point, from: Point, direction: number[], first: number): Point | undefined {
  const slope0 = dot(from.gradient, direction);
  const trial = (t: number): Trial => {
    const point = at(from.x.map((v, i) => v + t * direction[i]!));
    return { t, point, slope: dot(point.gradient, direction) };
  };
  // Near the minimum the values drown in rounding before the slopes do, and then the slopes decide (Hager & Zhang 2005, 4.1).
  const rounding = 1e-11 * Math.abs(from.value);
  const tooHigh = ({ t, point, slope }: Trial): boolean =>
    !(point.value <= from.value + 1e-4 * t * slope0) &&
    !(point.value <= from.value + rounding && slope <= -0.9998 * slope0 && t > 0);
  const flat = ({ slope }: Trial): boolean => Math.abs(slope) <= -0.9 * slope0;
  let before: Trial = { t: 0, point: from, slope: slope0 };
  let t = first;
  for (let i = 0; i < 30; i++) {
    const now = trial(t);
    if (tooHigh(now) || (i > 0 && now.point.value > before.point.value + rounding)) return zoom(before, now);
    if (flat(now)) return now.point;
    if (now.slope >= 0) return zoom(now, before);
    before = now;
    t *= 2.5;
  }
  return before.t > 0 ? before.point : undefined;

  function zoom(low: Trial, high: Trial): Point | undefined {
    for (let i = 0; i < 40; i++) {
      const now = trial(between(low, high));
      if (tooHigh(now) || now.point.value > low.point.value + rounding) {
        high = now;
      } else {
        if (flat(now)) return now.point;
        if (now.slope * (high.t - low.t) >= 0) high = low;
        low = now;
      }
      // What the interval can still gain is below the rounding of the value.
      if (Math.abs((high.t - low.t) * low.slope) <= 1e-15 * Math.abs(from.value)) break;
    }
    return low.t > 0 && low.point.value <= from.value ? low.point : undefined;
  }
}

interface Trial {
  t: number;
  point: Point;
  slope: number;
}

/** The minimum of the parabola through low's value and slope and high's value, kept off the ends; the middle when that fails. */
function between(low: Trial, high: Trial): number {
  const d = high.t - low.t;
  const curvature = (high.point.value - low.point.value - low.slope * d) / (d * d);
  const t = low.t - low.slope / (2 * curvature);
  const part = (t - low.t) / d;
  return part > 0.1 && part < 0.9 ? t : low.t + d / 2;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
function axpy(k: number, x: readonly number[], into: number[]): void {
  for (let i = 0; i < x.length; i++) into[i]! += k * x[i]!;
}
function scale(x: number[], k: number): void {
  for (let i = 0; i < x.length; i++) x[i]! *= k;
}
