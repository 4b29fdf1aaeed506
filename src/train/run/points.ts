/**
 * When to evaluate. Forgetting is fastest in the first updates after a switch, and evenly spaced evaluations miss the
 * stability gap (Caccia et al. 2022; De Lange et al. 2023), so the default is log-spaced first and even after.
 */

/** Evaluations of one run that can still be meant. */
export const mostPoints = 100_000;

/** 0, 1, 2, 4, 8, … and every `steps / even`-th step, the last included; ascending, no repeats. */
export function evaluationPoints(options: {
  steps: number;
  /** How many even parts the run has, at most `mostPoints`; defaults to 20, 0 leaves the powers of two and the end. */
  even?: number;
}): number[] {
  const { steps, even = 20 } = options;
  if (!(Number.isInteger(steps) && steps >= 1)) throw new Error(`evaluationPoints: invalid steps: ${steps}`);
  if (!(Number.isInteger(even) && even >= 0 && even <= mostPoints))
    throw new Error(`evaluationPoints: invalid even: ${even} (a whole number from 0 to ${mostPoints})`);
  const points = new Set([0, steps]);
  for (let step = 1; step < steps; step *= 2) points.add(step);
  for (let part = 1; part < even; part++) points.add(Math.round((part * steps) / even));
  return [...points].sort((a, b) => a - b);
}

export interface Snapshots {
  /** Every so many updates. */
  every?: number;
  /** After 1, 2, 4, 8, … updates. */
  log?: boolean;
  /** After these updates; 0 is the start. */
  at?: readonly number[];
}

/** Steps whose models are kept, ascending. */
export function snapshotPoints({ steps, every, log = false, at = [] }: Snapshots & { steps: number }): number[] {
  if (every !== undefined && !(Number.isInteger(every) && every >= 1))
    throw new Error(`train: invalid snapshots.every: ${every} (a whole number from 1)`);
  const wrong = at.find((step) => !(Number.isInteger(step) && step >= 0 && step <= steps));
  if (wrong !== undefined)
    throw new Error(`train: invalid snapshots.at: ${wrong} (a whole number from 0 to steps, ${steps})`);
  const points = new Set(at);
  for (let step = every ?? Infinity; step <= steps; step += every!) points.add(step);
  for (let step = 1; log && step <= steps; step *= 2) points.add(step);
  return [...points].sort((a, b) => a - b);
}
