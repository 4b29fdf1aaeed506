/** Questions of a generator (`corpus.generators`) as a probe: the right answer among its choices, and whether it is the likeliest text. */
import {
  arithmetic as sums,
  type ArithmeticOptions,
  countries as ofCountries,
  type CountriesOptions,
  type Generator,
  lego as chains,
  type LegoOptions,
  repeats as copies,
  type RepeatsOptions,
} from "../../../corpus/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { Probe } from "./types.js";

/** Of a probe's questions. */
export interface Seeded {
  /** Defaults to 1. */
  seed?: number;
}

/** Scores `acc`, `greedy` (every token of the right answer is the likeliest) and `bits_per_byte`; `acc` by group too. */
export function questionsOf(generator: Generator, { seed = 1 }: Seeded = {}): Probe {
  const { documents: _, ...options } = generator.options;
  return made(
    {
      name: generator.name,
      options: { ...options, seed },
      begin() {
        const { questions } = generator.generate({ rng: rng(seed).fork(generator.name) });
        const task = { name: generator.name, type: "multiple_choice", delimiter: " ", items: questions } as const;
        return { tasks: [{ ...task, metrics: ["acc", "greedy", "bits_per_byte"] }] };
      },
    },
    generator,
  );
}

export const arithmetic = ({ seed, ...options }: Omit<ArithmeticOptions, "documents"> & Seeded = {}): Probe =>
  questionsOf(sums({ ...options, documents: 0 }), { seed });

export const lego = ({ seed, ...options }: Omit<LegoOptions, "documents"> & Seeded = {}): Probe =>
  questionsOf(chains({ ...options, documents: 0 }), { seed });

export const countries = ({ seed, ...options }: CountriesOptions & Seeded = {}): Probe =>
  questionsOf(ofCountries(options), { seed });

export const repeats = ({ seed, ...options }: Omit<RepeatsOptions, "documents"> & Seeded = {}): Probe =>
  questionsOf(copies({ ...options, documents: 0 }), { seed });
