/**
 * Pacing functions of a curriculum: which part of the windows, from the easiest up, may be read at a moment. Each goes from
 * `start` at x = 0 to 1 at x = 1, where x runs from 0 at the run's beginning to 1 where all are to be read.
 */
interface PacingRow {
  summary: string;
  reference: string;
  /** `power` is that of `root`. */
  available(x: number, start: number, power: number): number;
}

const wu = "Wu, Dyer & Neyshabur 2021, https://arxiv.org/abs/2012.03107";

export const pacings = {
  linear: {
    summary: "start + (1 − start) · x",
    reference: wu,
    available: (x, start) => start + (1 - start) * x,
  },
  root: {
    summary: "(start^p + (1 − start^p) · x)^(1/p): ever more slowly, as what is new is to be read as often",
    reference: "Platanios et al. 2019, https://arxiv.org/abs/1903.09848",
    available: (x, start, power) => (start ** power + (1 - start ** power) * x) ** (1 / power),
  },
  quadratic: {
    summary: "start + (1 − start) · x²: ever faster",
    reference: wu,
    available: (x, start) => start + (1 - start) * x ** 2,
  },
  log: {
    summary: "start + (1 − start) · (1 + ln(x + e⁻¹⁰) / 10): most at once",
    reference: wu,
    available: (x, start) => start + (1 - start) * (1 + Math.log(x + Math.exp(-10)) / 10),
  },
  exp: {
    summary: "start + (1 − start) · (e¹⁰ˣ − 1) / (e¹⁰ − 1): most at last",
    reference: wu,
    available: (x, start) => start + ((1 - start) * Math.expm1(10 * x)) / Math.expm1(10),
  },
  step: {
    summary: "start, and everything from x = 1 on",
    reference: wu,
    available: (x, start) => (x < 1 ? start : 1),
  },
} satisfies Record<string, PacingRow>;

export type PacingName = keyof typeof pacings;
