/**
 * What "fits best" means, by name. Residuals are summed, never averaged: with a mean, an optimiser's default tolerances
 * stop far from the optimum (the flaw Besiroglu et al. 2024, 2404.10102, found in the Chinchilla fit).
 */
import type { NameIn } from "../registry.js";

export interface Objective {
  name: string;
  summary: string;
  /** Whether residuals are ln L_predicted − ln L, or L_predicted − L. */
  log: boolean;
  /** "scaled-huber": the residuals' scale is a constant of its own, and the bend is in units of it. */
  penalty: "huber" | "scaled-huber" | "squares" | "absolute";
  /** Width of the Huber bend when nothing is said; 0 where there is none. */
  delta: number;
}

const rows = {
  "log-huber": {
    name: "log-huber",
    summary: "sum of Huber on ln L (Hoffmann et al. 2022)",
    log: true,
    penalty: "huber",
    delta: 1e-3,
  },
  "scaled-log-huber": {
    name: "scaled-log-huber",
    summary: "likelihood of Huber on ln L with a free scale (Besiroglu et al. 2024)",
    log: true,
    penalty: "scaled-huber",
    delta: 1e-3,
  },
  "log-lad": {
    name: "log-lad",
    summary: "least absolute deviations on ln L",
    log: true,
    penalty: "absolute",
    delta: 0,
  },
  "log-squares": { name: "log-squares", summary: "least squares on ln L", log: true, penalty: "squares", delta: 0 },
  huber: { name: "huber", summary: "sum of Huber on L (Ye et al. 2024)", log: false, penalty: "huber", delta: 0.02 },
  squares: { name: "squares", summary: "least squares on L", log: false, penalty: "squares", delta: 0 },
} satisfies Record<string, Objective>;

export type ObjectiveName = NameIn<typeof rows>;

export const objectives: Record<keyof typeof rows, Objective> & Record<string, Objective> = rows;

export function objectiveNamed(caller: string, name: ObjectiveName): Objective {
  const found = Object.hasOwn(objectives, name) ? objectives[name] : undefined;
  if (!found) throw new Error(`${caller}: invalid objective: ${name}; known: ${Object.keys(objectives).join(", ")}`);
  return found;
}
