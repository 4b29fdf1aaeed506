/** From the likelihoods of values to scores of facts: right, steady over paraphrases, alike in two languages, and in the one asked. */
import type { FactQuestion } from "../../../corpus/index.js";
import { adherence, consistency, type Estimate, meanOf, rankConsistency, rankScores } from "../../../measure/index.js";

/** A question, and what a model makes of it. */
export interface FactAnswer extends FactQuestion {
  /** Log-likelihoods of its values. */
  own: readonly number[];
  /** Of the same values where nobody is named. */
  prior: readonly number[];
  /** Values of another language that this one writes otherwise: what each is, and its log-likelihood here. */
  others: readonly { value: string; score: number }[];
  /** The right one of them; absent where it is written alike. */
  otherGold?: string | undefined;
}

export type Scored = Record<string, Estimate>;

/** Of one language. Errors are over facts: its paraphrases are no new ones. */
export function factScores(answers: readonly FactAnswer[]): Scored {
  const right = (scores: (answer: FactAnswer) => readonly number[]) => (answer: FactAnswer) =>
    rankScores([{ scores: scores(answer), gold: answer.gold }]);
  const plain = right(({ own }) => own);
  const less = right(lessPrior);
  const by = (value: (answer: FactAnswer) => number, group?: string): Estimate =>
    meanOf(
      byFact(answers.filter((answer) => group === undefined || answer.group === group)).map(
        (of) => meanOf(of.map(value)).value,
      ),
    );
  const p1 = (answer: FactAnswer): number => plain(answer).p1.value;
  const groups = [...new Set(answers.map(({ group }) => group))];
  const facts = byFact(answers);
  const steady = consistency({
    answers: facts[0]!.map((_, way) => facts.map((of) => chosen(of[way]!))),
    gold: facts.map(([answer]) => answer!.choices[answer!.gold]!),
    relations: facts.map(([answer]) => answer!.relation),
  });
  return {
    acc: by(p1),
    ...Object.fromEntries(groups.map((group) => [`acc.${group}`, by(p1, group)])),
    acc_mutual_info: by((answer) => less(answer).p1.value),
    nats: by(({ own, gold }) => -own[gold]!),
    mrr: by((answer) => plain(answer).mrr.value),
    chance: exact(plain(answers[0]!).chance),
    consistency: steady.consistency,
    "consistent-and-correct": steady.consistentAndCorrect,
    constant: exact(steady.constant),
  };
}

/** Of one language with another, whose answers are to the same questions in the same order. Errors are over facts. */
export function acrossScores(answers: readonly FactAnswer[], other: readonly FactAnswer[]): Scored {
  const pairs = byFact(answers.map((answer, i) => ({ ...answer, there: other[i]! })));
  const alike = (scores: (answer: FactAnswer) => readonly number[]): Estimate & { chance: number } => {
    const found = pairs.map((of) => rankConsistency({ a: of.map(scores), b: of.map(({ there }) => scores(there)) }));
    return { ...meanOf(found.map(({ value }) => value)), chance: found[0]!.chance };
  };
  const [{ chance, ...ranks }, { chance: _, ...less }] = [alike(({ own }) => own), alike(lessPrior)];
  const scores: Scored = { rankc: ranks, rankc_mutual_info: less, "rankc-chance": exact(chance) };
  const told = byFact(answers.filter(({ otherGold }) => otherGold !== undefined));
  if (told.length === 0) return scores;
  const share = (right: (answer: FactAnswer) => string): number[] =>
    told.map((of) => meanOf(of.map((answer) => Number(chosen(answer, answer.others) === right(answer)))).value);
  const { cumulative, ratio } = adherence({
    own: share(({ choices, gold }) => choices[gold]!),
    other: share(({ otherGold }) => otherGold!),
  });
  return { ...scores, known: cumulative, ...(Number.isFinite(ratio.value) && { adherence: ratio }) };
}

/** What values gain by the subject: of what every subject makes likely nothing is left. */
const lessPrior = ({ own, prior }: FactAnswer): number[] => own.map((x, i) => x - prior[i]!);

const exact = (value: number): Estimate => ({ value, error: 0 });

/** Answers of each fact, in order. */
function byFact<Answer extends FactAnswer>(answers: readonly Answer[]): Answer[][] {
  const found = new Map<number, Answer[]>();
  for (const answer of answers) found.set(answer.fact, [...(found.get(answer.fact) ?? []), answer]);
  return [...found.values()];
}

/** The likeliest of the values, and of others where they may be given; "" where several are. */
function chosen({ choices, own }: FactAnswer, others: FactAnswer["others"] = []): string {
  const all = [...choices.map((value, i) => ({ value, score: own[i]! })), ...others];
  const best = Math.max(...all.map(({ score }) => score));
  const first = all.filter(({ score }) => score === best);
  return first.length === 1 ? first[0]!.value : "";
}
