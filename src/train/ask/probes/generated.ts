/** Questions of a generator (`corpus.generators`) as a probe: the right answer among its choices, and whether it is the likeliest text. */
import {
  arithmetic as sums,
  type ArithmeticOptions,
  countries as ofCountries,
  type CountriesOptions,
  dyck as brackets,
  type DyckOptions,
  type Generator,
  lego as chains,
  type LegoOptions,
  markov as chain,
  type MarkovOptions,
  repeats as copies,
  type RepeatsOptions,
} from "../../../corpus/index.js";
import { made } from "../../../registry.js";
import { rng, type Rng } from "../../../rng.js";
import type { Probe } from "./types.js";

/** Of a probe's questions. */
export interface Seeded {
  /** Defaults to 1. */
  seed?: number;
}

/** Scores `acc`, `greedy` (every token of the right answer is the likeliest) and `bits_per_byte`; `acc` by group too. */
export const questionsOf = (generator: Generator, { seed = 1 }: Seeded = {}): Probe =>
  asking({ generator, seed, from: () => rng(seed).fork(generator.name) });

/** The same of what documents with this seed tell: the questions are those that the generator makes with them. */
const toldBy = (generator: Generator, { seed = 1 }: Seeded): Probe =>
  asking({ generator, seed, from: () => rng(seed) });

function asking({ generator, seed, from }: { generator: Generator; seed: number; from(): Rng }): Probe {
  const { documents: _, ...options } = generator.options;
  return made(
    {
      name: generator.name,
      options: { ...options, seed },
      begin() {
        const { questions } = generator.generate({ rng: from() });
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

export const dyck = ({ seed, ...options }: Omit<DyckOptions, "documents"> & Seeded = {}): Probe =>
  questionsOf(brackets({ ...options, documents: 0 }), { seed });

export const markov = ({ seed, ...options }: Omit<MarkovOptions, "documents"> & Seeded = {}): Probe =>
  toldBy(chain({ ...options, documents: 0 }), { seed });
