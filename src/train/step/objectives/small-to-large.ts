/**
 * A small model helps a large one begin (Rawat et al. 2024, SALT, https://arxiv.org/abs/2410.18779): for the first share of the
 * run (1 − weight) · cross-entropy + weight · forward divergence from the small teacher's prediction, then the next token
 * alone. That it is the first 17 % of the run is from memory; the weight of a half is ours. The teacher is read to the end
 * of the run, though it no longer counts; with `cache` it reads, before the run, only what is trained on while it does. The
 * choice of sequences by the teacher (SALT-DS) is not here.
 */
import * as z from "zod";
import { check } from "../checks.js";
import type { Objective } from "../objective.js";
import { checkPositive, checkTop, predictions, taught, type TaughtOptions, taughtOptions } from "./taught.js";
import { BASE } from "./teacher.js";

export interface SmallToLargeOptions extends TaughtOptions {
  /** Share of the run that the teacher has a part in, above 0; defaults to 0.17. */
  until?: number;
  /** Defaults to 1. */
  temperature?: number;
  /** How many of the teacher's likeliest ids are compared, all others as one more; defaults to all ids. */
  top?: number;
  /** Whether the teacher is read before the run, into a file of the cache that other runs on these windows share; needs `top`. Defaults to false. */
  cache?: boolean;
}

export const smallToLargeOptions = z.strictObject({
  ...taughtOptions,
  weight: z.number().min(0).max(1).optional(),
  until: z.number().gt(0).max(1).optional(),
  temperature: z.number().gt(0).optional(),
  top: z.int().min(1).optional(),
  cache: z.boolean().optional(),
});

/** `weight` is of 1, and defaults to 0.5. */
export function smallToLarge(options: SmallToLargeOptions = {}): Objective {
  const { teacher = BASE, weight = 0.5, on, until = 0.17, temperature = 1, top, cache } = options;
  check("smallToLarge", "weight", weight, weight >= 0 && weight <= 1);
  check("smallToLarge", "until", until, until > 0 && until <= 1);
  checkPositive("smallToLarge", { temperature });
  checkTop("smallToLarge", top, cache);
  return taught({
    name: "small-to-large",
    options: { teacher, weight, on, until, temperature, top, cache },
    weights: (progress) =>
      progress < until ? { crossEntropy: 1 - weight, taught: weight } : { crossEntropy: 1, taught: 0 },
    ...(cache && top !== undefined && { cache: { k: top, temperature } }),
    ...predictions({ temperature, direction: "forward", top }),
  });
}
