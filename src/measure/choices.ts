/**
 * From log-likelihoods of an item's choices to its scores, as lm-evaluation-harness has them
 * (https://github.com/EleutherAI/lm-evaluation-harness) and OLMES its bits per byte (https://arxiv.org/abs/2406.08446). Choices that
 * score alike share the point, 1/m each, where that harness takes the first: a model that is the same to all scores chance.
 */
export interface ChoiceScoresOptions {
  /** Their texts, without what joins them to the context. */
  choices: readonly string[];
  /** Of each, the sum over its tokens, in nats. */
  logLikelihoods: readonly number[];
  /** Index of the right one. */
  gold: number;
  /** Of each after an empty context; gives `acc_mutual_info`. */
  unconditional?: readonly number[];
  /** What joins them, of which the bytes count in `bits_per_byte`. Defaults to a blank. */
  delimiter?: string;
}

export const choiceMetrics = {
  acc: "the likeliest choice is right",
  acc_norm: "the likeliest per character (code points)",
  acc_bytes: "the likeliest per UTF-8 byte",
  acc_mutual_info: "the one that the context makes likelier by most",
  bits_per_byte: "bits per byte of the right answer, with its blank",
  brier_score: "squared distance of the choices' probabilities from the truth, 0 to 2",
} as const;
export type ChoiceMetric = keyof typeof choiceMetrics;

export interface ChoiceScores {
  scores: Partial<Record<ChoiceMetric, number>>;
  /** Index of what is taken by each way of choosing; of a tie the first. */
  taken: Partial<Record<ChoiceMetric, number>>;
  /** How many share the first place by `acc`; 1 is no tie. */
  tied: number;
}

export function choiceScores(options: ChoiceScoresOptions): ChoiceScores {
  const { choices, logLikelihoods: own, gold, unconditional, delimiter = " " } = options;
  const n = choices.length;
  if (!(n >= 2)) throw new Error(`choiceScores: invalid choices: ${n} (two or more)`);
  for (const [name, given] of Object.entries({ logLikelihoods: own, unconditional }))
    if (given && !(given.length === n && given.every(Number.isFinite)))
      throw new Error(`choiceScores: invalid ${name}: ${given.join(", ")} (a number for each of ${n} choices)`);
  if (!(Number.isInteger(gold) && gold >= 0 && gold < n))
    throw new Error(`choiceScores: invalid gold: ${gold} (0 to ${n - 1})`);
  const empty = choices.indexOf("");
  if (empty >= 0) throw new Error(`choiceScores: invalid choices: number ${empty} is empty (it has no length)`);
  const by: Partial<Record<ChoiceMetric, number[]>> = {
    acc: [...own],
    acc_norm: own.map((x, i) => x / [...choices[i]!].length),
    acc_bytes: own.map((x, i) => x / bytesOf(choices[i]!)),
    ...(unconditional && { acc_mutual_info: own.map((x, i) => x - unconditional[i]!) }),
  };
  const scores: ChoiceScores["scores"] = {};
  const taken: ChoiceScores["taken"] = {};
  for (const [metric, values] of Object.entries(by) as [ChoiceMetric, number[]][]) {
    const best = Math.max(...values);
    taken[metric] = values.indexOf(best);
    scores[metric] = values[gold] === best ? 1 / tiesOf(values) : 0;
  }
  scores.bits_per_byte = -own[gold]! / (bytesOf(delimiter + choices[gold]!) * Math.LN2);
  scores.brier_score = softmax(own).reduce((sum, p, i) => sum + (p - (i === gold ? 1 : 0)) ** 2, 0);
  return { scores, taken, tied: tiesOf(own) };
}

const tiesOf = (values: readonly number[]): number => values.filter((x) => x === Math.max(...values)).length;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((x) => Math.exp(x - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}
