/** How much there is to know, in bits: log2 of how many worlds were as likely. */

export function log2Factorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log2(k);
  return sum;
}

export const log2Choose = (n: number, k: number): number => log2Factorial(n) - log2Factorial(k) - log2Factorial(n - k);

/** Of giving each of `n` one of `values`, as many of each as can be, where it is known which there are more of: a little less than n log2(values). */
export function evenBits(n: number, values: number): number {
  const [each, more] = [Math.floor(n / values), n % values];
  return log2Factorial(n) - (values - more) * log2Factorial(each) - more * log2Factorial(each + 1);
}
