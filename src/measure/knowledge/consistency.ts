/**
 * Whether a model gives the same answer to the same question in other words (ParaRel; Elazar et al. 2021,
 * https://arxiv.org/abs/2102.01017): the share of pairs of paraphrases that are answered alike. Consistency alone rewards a model that
 * always says one thing: its accuracy and the share that is both stand beside it. An empty answer agrees with nothing, where the
 * paper's own program lets two of them agree.
 */
import { type Estimate, meanOf } from "../standard-error.js";

export interface ConsistencyOptions {
  /** By paraphrase, then by fact; "" is no answer. */
  answers: readonly (readonly string[])[];
  /** The right answer to each fact. */
  gold: readonly string[];
  /** The relation of each fact, by which what may be answered differs; defaults to one of all. */
  relations?: readonly string[];
}

export interface Consistency {
  /** Share of pairs of paraphrases with the same answer. */
  consistency: Estimate;
  /** Share of facts that every paraphrase gets right. */
  consistentAndCorrect: Estimate;
  /** Share of answers that are right. */
  accuracy: Estimate;
  /** Of each paraphrase. */
  accuracies: number[];
  /**
   * Of a model that gives the commonest right answer of a relation to all its facts: both its accuracy and the share that it gets
   * right in all paraphrases. Its consistency is 1.
   */
  constant: number;
}

/** Standard errors are over facts. */
export function consistency({ answers, gold, relations }: ConsistencyOptions): Consistency {
  const n = answers.length;
  if (!(n >= 2)) throw new Error(`consistency: invalid answers: ${n} paraphrases (two or more)`);
  const short = answers.find(({ length }) => length !== gold.length);
  if (short || gold.length === 0)
    throw new Error(
      `consistency: invalid answers: ${short?.length ?? 0} to ${gold.length} facts (as many, and one or more)`,
    );
  const facts = gold.map((right, fact) => ({ right, given: answers.map((own) => own[fact]!) }));
  const agreeing = (given: readonly string[]): number[] =>
    given.flatMap((one, i) => given.slice(i + 1).map((other): number => Number(one !== "" && one === other)));
  const share = (right: string, given: readonly string[]): number => given.filter((one) => one === right).length / n;
  return {
    consistency: meanOf(facts.map(({ given }) => meanOf(agreeing(given)).value)),
    consistentAndCorrect: meanOf(facts.map(({ right, given }) => Number(share(right, given) === 1))),
    accuracy: meanOf(facts.map(({ right, given }) => share(right, given))),
    accuracies: answers.map((own) => meanOf(own.map((one, fact) => Number(one === gold[fact]))).value),
    constant: commonest(gold, relations) / gold.length,
  };
}

/** How many right answers are the commonest of their relation. */
function commonest(gold: readonly string[], relations: readonly string[] = gold.map(() => "")): number {
  const of = (relation: string): string[] => gold.filter((_, i) => relations[i] === relation);
  const most = (answers: readonly string[]): number =>
    Math.max(...[...new Set(answers)].map((answer) => answers.filter((other) => other === answer).length));
  return [...new Set(relations)].reduce((sum, relation) => sum + most(of(relation)), 0);
}
