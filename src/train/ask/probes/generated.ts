/** Questions of a generator (`corpus.generators`) as a probe: the right answer among its choices, and whether it is the likeliest text. */
import * as corpus from "../../../corpus/index.js";
import type { Generator } from "../../../corpus/index.js";
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
  asking({ generator, seed, from: () => rng(seed).fork(generator.name), telling: ["documents"] });

interface Asking {
  generator: Generator;
  seed: number;
  from(): Rng;
  /** Options that change no question. */
  telling: readonly string[];
}

function asking({ generator, seed, from, telling }: Asking): Probe {
  const options = Object.fromEntries(Object.entries(generator.options).filter(([name]) => !telling.includes(name)));
  return made(
    {
      name: generator.name,
      options: { ...options, seed },
      begin() {
        const { questions } = generator.generate({ rng: from() });
        const delimiter = questions.some(({ context }) => context !== "") ? " " : "";
        const task = { name: generator.name, type: "multiple_choice", delimiter, items: questions } as const;
        return { tasks: [{ ...task, metrics: ["acc", "greedy", "bits_per_byte"] }] };
      },
    },
    generator,
  );
}

type AsksNew<Options> = (options?: Omit<Options, "documents"> & Seeded) => Probe;

/** Of questions that no document has, unless by chance. */
const asks =
  <Options extends corpus.Counts>(make: (options: Options) => Generator): AsksNew<Options> =>
  (options) => {
    const { seed, ...others } = { ...options };
    return questionsOf(make({ ...others, documents: 0 } as unknown as Options), { seed });
  };

/** Of what documents of the same options and seed tell; how they tell it, options of the names of `telling`, changes no question. */
const asksOf =
  <Options extends object, Telling extends keyof Options>(
    make: (options: Options) => Generator,
    telling: Pick<Options, Telling>,
  ): ((options?: Omit<Options, Telling> & Seeded) => Probe) =>
  (options) => {
    const { seed = 1, ...others } = { ...options };
    const generator = make({ ...others, ...telling } as unknown as Options);
    return asking({ generator, seed, from: () => rng(seed), telling: Object.keys(telling) });
  };

export const arithmetic = asks<corpus.ArithmeticOptions>(corpus.arithmetic);
export const brevo = asks<corpus.BrevoOptions>(corpus.brevo);
export const clone = asksOf<corpus.ClonedOptions, "documents" | "write" | "sentences">(corpus.clone, {
  ...{ documents: 0, write: "source", sentences: 1 },
});
export const countries = ({ seed, ...options }: corpus.CountriesOptions & Seeded = {}): Probe =>
  questionsOf(corpus.countries(options), { seed });
export const depo = asks<corpus.DepoOptions>(corpus.depo);
export const dyck = asks<corpus.DyckOptions>(corpus.dyck);
export const graph = asksOf<corpus.GraphOptions, "arm" | "characters">(corpus.graph, { arm: "source", characters: 0 });
export const instructions = asksOf<corpus.InstructionsOptions, "arm" | "characters" | "pairs" | "together">(
  corpus.instructions,
  { arm: "none", characters: 0, pairs: 1, together: 1 },
);
export const lano = asksOf<corpus.LanoOptions, "documents">(corpus.lano, { documents: 0 });
export const lego = asks<corpus.LegoOptions>(corpus.lego);
export const mano = asks<corpus.ManoOptions>(corpus.mano);
export const markov = asksOf<corpus.MarkovOptions, "documents">(corpus.markov, { documents: 0 });
export const nca = asks<corpus.NcaOptions>(corpus.nca);
export const repeats = asks<corpus.RepeatsOptions>(corpus.repeats);
export const wordProblems = asks<corpus.WordProblemsOptions>(corpus.wordProblems);
