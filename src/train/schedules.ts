/**
 * Learning-rate schedules as plain data plus one function of the update's number, which counts from 1 to `total`.
 * Not here: anything that looks at the loss. Cosine: Loshchilov & Hutter 2017; re-warming for continual pre-training:
 * Gupta et al. 2023, Ibrahim et al. 2024 (the cosine runs over `total - warmup`, so the last update is exactly at `floor`).
 */
import * as z from "zod";
import { made, type Made, makeOf, type Registry, write, type Written } from "../registry.js";

export interface Schedule extends Made {
  /** Rate of update `step` (1 … total). */
  learningRate(step: number, total: number): number;
}

export interface WarmOptions {
  /** Highest rate. */
  peak: number;
  /** Share of the updates spent rising from 0 to `peak`; defaults to 0.01 (`cosine`: 0.02). */
  warmup?: number;
  /** Rate at the last update; defaults to `peak / 10`. */
  floor?: number;
}

export interface ConstantOptions {
  /** The rate. */
  peak: number;
  /** Share of the updates spent rising from 0 to `peak`; defaults to 0. */
  warmup?: number;
}

/** From random weights: rise, then half a cosine down to `floor`. */
export function cosine(options: WarmOptions): Schedule {
  const { peak, warmup = 0.02, floor = peak / 10 } = options;
  return warmed("cosine", { peak, warmup, floor });
}

/** From a trained model: rise again, decay again. The same curve as `cosine` with a shorter rise. */
export function rewarm(options: WarmOptions): Schedule {
  const { peak, warmup = 0.01, floor = peak / 10 } = options;
  return warmed("rewarm", { peak, warmup, floor });
}

/** One rate to the end; with `floor` of the base run as `peak`, the no-re-warm control. */
export function constant(options: ConstantOptions): Schedule {
  const { peak, warmup = 0 } = options;
  return warmed("constant", { peak, warmup, floor: peak });
}

interface Warmed {
  peak: number;
  warmup: number;
  floor: number;
}

function warmed(name: string, { peak, warmup, floor }: Warmed): Schedule {
  check(name, "peak", peak, peak > 0 && peak < Infinity, "a positive number");
  check(name, "warmup", warmup, warmup >= 0 && warmup <= 1, "a share of the updates in [0, 1]");
  check(name, "floor", floor, floor >= 0 && floor <= peak, "a rate between 0 and peak");
  return made({
    name,
    options: name === "constant" ? { peak, warmup } : { peak, warmup, floor },
    learningRate(step, total) {
      check(name, "step", step, step >= 0 && step <= total, `between 0 and ${total}`);
      const rise = warmup * total;
      if (step < rise) return (peak * step) / rise;
      if (floor === peak || total <= rise) return peak;
      return floor + ((peak - floor) / 2) * (1 + Math.cos((Math.PI * (step - rise)) / (total - rise)));
    },
  });
}

function check(name: string, what: string, value: unknown, ok: boolean, wanted: string): void {
  if (!(typeof value === "number" && ok))
    throw new Error(`${name}: invalid ${what}: ${String(value)} (want ${wanted})`);
}

/** Another schedule from its update `from` on, as it would have gone on to its `total`. */
export function onward({ of, from, total }: { of: Schedule; from: number; total: number }): Schedule {
  return made({
    name: "onward",
    options: { of: write(of), from, total },
    learningRate(step, steps) {
      if (from + steps > total)
        throw new Error(
          `onward: invalid steps: ${steps} (${of.name} ends after ${total - from} more: give a new schedule)`,
        );
      return of.learningRate(from + step, total);
    },
  });
}

const peak = z.number().gt(0);
const warmup = z.number().min(0).max(1).optional();
const floor = z.number().min(0).optional();

export const schedules = {
  cosine: {
    summary: "rise over the first 2 %, then half a cosine down to a tenth of the peak",
    reference: "Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983",
    options: z.strictObject({ peak, warmup, floor }),
    example: { peak: 3e-3 },
    make: cosine,
  },
  rewarm: {
    summary: "rise again over the first 1 % and decay again, from a trained model",
    reference: "Ibrahim et al. 2024, https://arxiv.org/abs/2403.08763",
    options: z.strictObject({ peak, warmup, floor }),
    example: { peak: 1e-3 },
    make: rewarm,
  },
  constant: {
    summary: "one rate to the end, after an optional rise",
    reference: "Gupta et al. 2023, https://arxiv.org/abs/2308.04014",
    options: z.strictObject({ peak, warmup }),
    example: { peak: 1e-4 },
    make: constant,
  },
  onward: {
    summary: "another schedule from one of its updates on, as a branch keeps it",
    reference: "Hu et al. 2024 (MiniCPM), https://arxiv.org/abs/2404.06395",
    options: z.strictObject({ of: z.looseObject({ name: z.string() }), from: z.int().min(0), total: z.int().min(1) }),
    example: { of: { name: "cosine", peak: 3e-3 }, from: 4, total: 12 },
    make: ({ of, ...at }: { of: Written; from: number; total: number }): Schedule =>
      onward({ of: makeOf<Schedule>(schedules, of), ...at }),
  },
} satisfies Registry<Schedule>;
