/** Whether numbers are numbers: NaN and infinity in weights spread to all that is made of them. */

/** The place of the first that is not finite, -1 where all are. */
export function firstNotFinite(numbers: Float32Array): number {
  // NaN and infinity, and nothing else, times zero are not zero. Four sums, for one would wait for itself.
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = numbers.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += numbers[i]! * 0;
    b += numbers[i + 1]! * 0;
    c += numbers[i + 2]! * 0;
    d += numbers[i + 3]! * 0;
  }
  for (let i = whole; i < numbers.length; i++) a += numbers[i]! * 0;
  return a + b + c + d === 0 ? -1 : numbers.findIndex((value) => !Number.isFinite(value));
}
