/** What `recovery.ts` draws rows from: per case a law, its true constants, the settings that were run, and the noise. */
import type { RecoveryCase } from "./recovery.js";

const sizes = [44e6, 90e6, 190e6, 400e6, 830e6, 1.7e9, 3.6e9, 9e9];
const tokens = [1e9, 2.6e9, 7e9, 18e9, 48e9, 125e9, 325e9];
const shares = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1];

export const cases: Record<string, RecoveryCase> = {
  chinchilla: {
    law: "chinchilla",
    truth: { E: 1.82, A: 482, B: 2085, alpha: 0.348, beta: 0.366 },
    settings: sizes.flatMap((n) => tokens.map((d) => ({ parameters: n, tokens: d }))),
    sigma: 0.004,
  },
  "chinchilla, squares": {
    law: "chinchilla",
    truth: { E: 1.82, A: 482, B: 2085, alpha: 0.348, beta: 0.366 },
    settings: sizes.flatMap((n) => tokens.map((d) => ({ parameters: n, tokens: d }))),
    sigma: 0.004,
    objective: "log-squares",
  },
  "data-mixing": {
    law: "data-mixing",
    truth: { c: 1.2, k: 0.5, t: -6 },
    settings: shares.map((share) => ({ share })),
    sigma: 0.004,
  },
  "cmr-ratio": {
    law: "cmr-ratio",
    truth: { alpha: -0.4261, s: 0.1781, beta: 1.889 },
    settings: [0.05, 0.1, 0.15, 0.25, 0.33, 0.5, 0.75, 1].map((share) => ({ share })),
    sigma: 0.0005,
  },
};
