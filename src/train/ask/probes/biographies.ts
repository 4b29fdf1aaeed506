/**
 * Whether a model answers questions about the people that `corpus.biographies` invents with the same options and seed: about those whose
 * answers it was taught, and those whose biographies alone say them (`held-out`), which tells what was stored to be asked for from
 * what was stored to be recited (Allen-Zhu & Li 2023, https://arxiv.org/abs/2309.14316).
 */
import { biographies as invented, type BiographiesOptions } from "../../../corpus/index.js";
import { meanOf, rankScores } from "../../../measure/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { ChoiceTask, TaskScore } from "../types.js";
import type { Seeded } from "./generated.js";
import type { Probe } from "./types.js";

/** How they are told changes no question. */
export type BiographiesProbeOptions = Omit<BiographiesOptions, "tellings" | "permute" | "write" | "of"> & Seeded;

const name = "biographies";

/**
 * Scores by language (`domain`), errors over questions: `acc.taught` and `acc.held-out`, the right value among its choices;
 * `greedy.taught` and `greedy.held-out`, every token of it is the likeliest of all; `chance` of the first.
 */
export function biographies({ seed = 1, ...options }: BiographiesProbeOptions = {}): Probe {
  const generator = invented(options);
  const { people, languages, taught, asked, choices } = generator.options;
  if (asked === 0) throw new Error("biographies: invalid asked: 0 (one or more, to be a probe)");
  return made(
    {
      name,
      options: { people, languages, taught, asked, choices, seed },
      begin() {
        const { questions } = generator.generate({ rng: rng(seed) });
        const tasks = [...new Set(questions.map(({ language }) => language))].map((language): ChoiceTask => ({
          ...{ name: `${name} ${language}`, domain: language, type: "multiple_choice", delimiter: " " },
          items: questions.filter((question) => question.language === language),
          metrics: ["acc"],
        }));
        return {
          tasks,
          scores: ({ items }) =>
            tasks.flatMap(({ name: task, domain, items: own }) => {
              const score = (metric: string, values: number[]): TaskScore => ({
                ...{ task: name, metric, domain: domain!, ...meanOf(values), items: values.length },
              });
              const groups = [...new Set(own.map(({ group }) => group))];
              const chance = own.map(({ choices: { length } }) => 1 / length);
              return [
                ...groups.flatMap((group) => {
                  const places = own.flatMap((item, i) => (item.group === group ? [i] : []));
                  const found = places.map((i) => items[task]![i]!);
                  return [
                    score(
                      `acc.${group}`,
                      found.map(
                        ({ logLikelihoods, gold }) => rankScores([{ scores: logLikelihoods, gold: gold! }]).p1.value,
                      ),
                    ),
                    score(
                      `greedy.${group}`,
                      found.map(({ greedy, gold }): number => Number(greedy![gold!])),
                    ),
                  ];
                }),
                { ...score("chance", chance), error: 0 },
              ];
            }),
        };
      },
    },
    generator,
  );
}
