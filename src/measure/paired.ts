/**
 * Whether one method beats another by more than chance, from runs that share their seeds: the mean of the differences seed
 * by seed, and its interval by Student's t. With three seeds it is wide, and honest about that. Not a correction for trying
 * many methods: the more are compared, the more look clear by luck.
 */
export interface PairedDifferenceOptions {
  /** One value per seed. */
  values: readonly number[];
  /** The other method's, of the same seeds in the same order. */
  against: readonly number[];
  /** Defaults to 0.95. */
  level?: number;
}

export interface PairedDifference {
  /** Mean of `values` − `against`. */
  mean: number;
  /** Half the width of its interval: mean ± half. */
  half: number;
  /** Whether the interval leaves out 0. */
  clear: boolean;
}

export function pairedDifference(options: PairedDifferenceOptions): PairedDifference {
  const { values, against, level = 0.95 } = options;
  if (!(values.length === against.length && values.length > 1))
    throw new Error(
      `pairedDifference: invalid values: ${values.length} against ${against.length} (as many of each, two or more)`,
    );
  if (!(level > 0 && level < 1)) throw new Error(`pairedDifference: invalid level: ${level} (between 0 and 1)`);
  const differences = values.map((value, i) => value - against[i]!);
  const n = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile(n - 1, level) * Math.sqrt(variance / n);
  return { mean, half, clear: Math.abs(mean) > half };
}

/** The t with P(|T| < t) = level for n degrees of freedom, by bisection of the angle atan(t / √n). */
export function studentQuantile(n: number, level: number): number {
  let [low, high] = [0, Math.PI / 2];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (within(n, middle) < level) low = middle;
    else high = middle;
  }
  return Math.tan(low) * Math.sqrt(n);
}

/** P(|T| < √n tan θ) for a whole n: the finite series of Abramowitz & Stegun 26.7.3 and 26.7.4. */
function within(n: number, theta: number): number {
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  let term = n % 2 === 1 ? cosine : 1;
  let sum = n === 1 ? 0 : term;
  for (let k = n % 2 === 1 ? 3 : 2; k <= n - 2; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  return n % 2 === 1 ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
}
