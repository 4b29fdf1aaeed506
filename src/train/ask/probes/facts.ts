/**
 * Whether a model knows what `corpus.facts` invents with the same options and seed: the right value among those of its relation, in
 * ways of saying that were told and in others, in every language; how steady its answers are; and in which language they come.
 */
import { type FactQuestion, facts as invented, type FactsOptions } from "../../../corpus/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { Answers } from "../asking.js";
import type { ChoiceTask } from "../types.js";
import { acrossScores, type FactAnswer, factScores } from "./fact-scores.js";
import type { Seeded } from "./generated.js";
import type { Probe } from "./types.js";

export type FactsProbeOptions = Omit<FactsOptions, "copies"> & Seeded;

const name = "facts";

/**
 * Scores by language (`domain`): `acc`, also `.seen` and `.held-out`; `acc_mutual_info`, the value that the subject makes likelier by
 * most; `nats` of the right value, over all its tokens; `mrr`; `chance`; `consistency` over paraphrases and `consistent-and-correct`; `constant`, what a model that always says
 * one thing gets of that and of `acc` (its consistency is 1). Where more languages are asked, with the first of the others: `rankc`,
 * `rankc_mutual_info` (of what the subject adds: a model that ranks values alike whoever is named has none) and `rankc-chance`; over values that are written differently `known`, right in either language, and where anything is, `adherence`, the
 * part of it in the language asked.
 */
export function facts({ seed = 1, ...options }: FactsProbeOptions = {}): Probe {
  const generator = invented({ ...options, copies: 0 });
  const { copies: _, ...said } = generator.options;
  if (said.asked === 0) throw new Error("facts: invalid asked: 0 (one or more, to be a probe)");
  return made(
    {
      name,
      options: { ...said, seed },
      begin() {
        const { questions } = generator.generate({ rng: rng(seed) });
        const languages = [...new Set(questions.map(({ language }) => language))];
        const asked = languages.map((language) => {
          const other = languages.find((each) => each !== language);
          return askedIn(
            questions.filter((question) => question.language === language),
            questions.filter((question) => question.language === other),
          );
        });
        return {
          tasks: asked.flatMap(({ tasks }) => tasks),
          scores(answers) {
            const found = asked.map((each) => each.read(answers));
            return found.flatMap((own, i) => {
              const other = found.find((_, k) => k !== i);
              const scores = { ...factScores(own), ...(other && acrossScores(own, other)) };
              return Object.entries(scores).map(([metric, estimate]) => ({
                ...{
                  task: name,
                  metric,
                  domain: languages[i]!,
                  ...estimate,
                  items: new Set(own.map(({ fact }) => fact)).size,
                },
              }));
            });
          },
        };
      },
    },
    generator,
  );
}

interface AskedIn {
  tasks: ChoiceTask[];
  read(answers: Answers): FactAnswer[];
}

/** `questions` of one language, and what the same ones are in another, where there is one. */
function askedIn(questions: readonly FactQuestion[], elsewhere: readonly FactQuestion[]): AskedIn {
  const [{ language: domain }] = questions as [FactQuestion];
  const others = questions.map(({ choices }, i) =>
    (elsewhere[i]?.choices ?? []).filter((value) => !choices.includes(value)),
  );
  // Values of one relation after the same words without a subject.
  const neutral = new Map(questions.map(({ neutral: context, choices }) => [context, { context, choices, gold: 0 }]));
  const task = (name: string, items: ChoiceTask["items"]): ChoiceTask => ({
    ...{ name, domain, type: "multiple_choice", delimiter: " ", items, metrics: [] },
  });
  const [told, unnamed] = [`${name} ${domain}`, `${name} ${domain} of nobody`];
  return {
    tasks: [
      task(
        told,
        questions.map(({ context, choices, gold }, i) => ({ context, choices: [...choices, ...others[i]!], gold })),
      ),
      task(unnamed, [...neutral.values()]),
    ],
    read({ items }) {
      const priors = new Map([...neutral.keys()].map((context, i) => [context, items[unnamed]![i]!.logLikelihoods]));
      return questions.map((question, i) => {
        const { logLikelihoods } = items[told]![i]!;
        const n = question.choices.length;
        const right = elsewhere[i]?.choices[elsewhere[i].gold];
        return {
          ...question,
          own: logLikelihoods.slice(0, n),
          prior: priors.get(question.neutral)!,
          others: others[i]!.map((value, k) => ({ value, score: logLikelihoods[n + k]! })),
          otherGold: others[i]!.find((value) => value === right),
        };
      });
    },
  };
}
