/**
 * What "fits best" means, by name. Residuals are summed, never averaged: with a mean, an optimiser's default tolerances
 * stop far from the optimum (the flaw Besiroglu et al. 2024, 2404.10102, found in the Chinchilla fit).
 */
export interface Objective {
  name: string;
  summary: string;
  /** Residual of one row, and its derivative by the prediction. */
  log: boolean;
  /** Penalty of a residual; `delta` is used by the Huber ones. */
  penalty(residual: number, delta: number): number;
  slope(residual: number, delta: number): number;
  /** What `delta` is when nothing is said; 0 where there is none. */
  delta: number;
}

const square = { penalty: (r: number): number => 0.5 * r * r, slope: (r: number): number => r, delta: 0 };
const huber = {
  penalty: (r: number, d: number): number => (Math.abs(r) <= d ? 0.5 * r * r : d * (Math.abs(r) - 0.5 * d)),
  slope: (r: number, d: number): number => (Math.abs(r) <= d ? r : d * Math.sign(r)),
};

export const objectives: Record<string, Objective> = {
  "log-huber": { name: "log-huber", summary: "Huber on ln L (Hoffmann et al. 2022)", log: true, ...huber, delta: 1e-3 },
  huber: { name: "huber", summary: "Huber on L (Ye et al. 2024)", log: false, ...huber, delta: 0.02 },
  "log-squares": { name: "log-squares", summary: "least squares on ln L", log: true, ...square },
  squares: { name: "squares", summary: "least squares on L", log: false, ...square },
};

export function objectiveNamed(caller: string, name: string): Objective {
  const found = Object.hasOwn(objectives, name) ? objectives[name] : undefined;
  if (!found) throw new Error(`${caller}: invalid objective: ${name}; known: ${Object.keys(objectives).join(", ")}`);
  return found;
}
