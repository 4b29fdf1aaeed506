/**
 * Exponentials and logarithms of whole columns, inlined: a fit spends most of its time in them, and `Math.exp` and
 * `Math.log` are calls into C that take more than twice as long. Within 1e-15 of them. Of every column only the first `n`
 * numbers are meant.
 */

/** 2^(j/64) for j below 64, and powers of two by their exponent. */
const roots = Float64Array.from({ length: 64 }, (_, j) => 2 ** (j / 64));
const powers = Float64Array.from({ length: 2048 }, (_, j) => 2 ** (j - 1023));
const scale = 64 / Math.LN2;
/** ln 2 / 64 in two parts, so that taking multiples of it away from a number is exact. */
const high = Math.fround(Math.LN2 / 64);
const low = Math.LN2 / 64 - high;

/** values[i] ← exp(values[i]), and sum[i] grows by it. Beyond ±700 it is Math.exp, which knows 0 and Infinity. */
export function exponentiate(values: Float64Array, sum: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (value < 700 && value > -700) {
      const k = Math.floor(value * scale + 0.5);
      const r = value - k * high - k * low;
      const tail = 1 + r * (1 + r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))));
      values[i] = powers[(k >> 6) + 1023]! * roots[k & 63]! * tail;
    } else {
      values[i] = Math.exp(value);
    }
    sum[i]! += values[i]!;
  }
}

/** out[i] ← ln(values[i]) − by[i], where exp(by[i]) is `near[i]`: short where the two are within a few per cent. */
export function logRatio(values: Float64Array, near: Float64Array, out: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const z = (values[i]! - near[i]!) / (values[i]! + near[i]!);
    const s = z * z;
    // 2 artanh z; the next term is below 1e-17.
    if (s < 0.0009) out[i] = 2 * z * (1 + s * (1 / 3 + s * (1 / 5 + s * (1 / 7 + s * (1 / 9)))));
    else out[i] = Math.log(values[i]! / near[i]!);
  }
}

/** Σ a b. Four sums at a time, because one would wait for itself. */
export function dot(a: Float64Array, b: Float64Array, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (; i < n; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + (s2 + s3);
}

/** Σ a b c. */
export function dot3(a: Float64Array, b: Float64Array, c: Float64Array, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += a[i]! * b[i]! * c[i]!;
    s1 += a[i + 1]! * b[i + 1]! * c[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]! * c[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]! * c[i + 3]!;
  }
  for (; i < n; i++) s0 += a[i]! * b[i]! * c[i]!;
  return s0 + s1 + (s2 + s3);
}

/** The sums of a c, a d, b c and b d: each number is read once for two. */
export function fourDots(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
  n: number,
  sums: Float64Array,
): void {
  let ac = 0;
  let ad = 0;
  let bc = 0;
  let bd = 0;
  for (let i = 0; i < n; i++) {
    const x = a[i]!;
    const y = b[i]!;
    ac += x * c[i]!;
    ad += x * d[i]!;
    bc += y * c[i]!;
    bd += y * d[i]!;
  }
  sums[0] = ac;
  sums[1] = ad;
  sums[2] = bc;
  sums[3] = bd;
}
