/** From the likelihoods of a task's requests to its scores, each with a standard error over items. */
import { choiceScores, type Estimate, meanOf, ratioOf } from "../../measure/index.js";
import { matched } from "./exact-match.js";
import type {
  ChoiceTask,
  ClozeTask,
  GenerationTask,
  IdsTask,
  LikelihoodTask,
  RollingTask,
  Task,
  TaskScore,
} from "./types.js";

export interface Answer {
  logLikelihood: number;
  greedy: boolean;
}

export interface ItemScores {
  /** Of its choices, of its continuation, or of its whole text, in nats; none of a text that was written. */
  logLikelihoods: number[];
  /** What was written, and whether it is right by each way to read it. */
  text?: string;
  right?: Record<string, number>;
  /** Whether each is the likeliest, token by token; absent of whole texts. */
  greedy?: boolean[];
  /** Of choices: the right one, and by metric the one taken. */
  gold?: number;
  taken?: Partial<Record<string, number>>;
}

interface Scores {
  scores: TaskScore[];
  items: ItemScores[];
  notes: string[];
}

/** `answers` by item, as they were asked. Items of a group are scored once more among themselves, by the first metric. */
export const scoresOf = (task: LikelihoodTask, answers: readonly Answer[][]): Scores => grouped(task, answers, scored);

/** The same of the texts that were written. */
export const textScoresOf = (task: GenerationTask, written: readonly string[]): Scores => grouped(task, written, texts);

function grouped<Of extends Task, Given>(
  task: Of,
  answers: readonly Given[],
  score: (task: Of, answers: readonly Given[]) => Scores,
): Scores {
  const all = score(task, answers);
  const groups = [...new Set(task.items.map(({ group }) => group))].filter((group) => group !== undefined).sort();
  const byGroup = groups.flatMap((group) => {
    const places = task.items.flatMap((item, i) => (item.group === group ? [i] : []));
    const own = { ...task, items: places.map((i) => task.items[i]!), metrics: task.metrics.slice(0, 1) } as Of;
    const { scores } = score(
      own,
      places.map((i) => answers[i]!),
    );
    return scores.map((score) => ({ ...score, metric: `${score.metric}.${group}` }));
  });
  return { ...all, scores: [...all.scores, ...byGroup] };
}

function scored(task: LikelihoodTask, answers: readonly Answer[][]): Scores {
  if (task.type === "multiple_choice") return choices(task, answers);
  if (task.type === "loglikelihood") return cloze(task, answers);
  if (task.type === "ids") return losses(task, answers);
  return rolling(task, answers);
}

const rowOf = (task: Task, metric: string, { value, error }: Estimate, items = task.items.length): TaskScore => ({
  task: task.name,
  metric,
  ...(task.domain !== undefined && { domain: task.domain }),
  value,
  error,
  items,
});

/** e to the power of an estimate, by the delta method. */
const exponent = ({ value, error }: Estimate): Estimate => ({ value: Math.exp(value), error: Math.exp(value) * error });

function choices(task: ChoiceTask, answers: readonly Answer[][]): Scores {
  const found = task.items.map(({ choices, gold }, i) => {
    const all = answers[i]!.map(({ logLikelihood }) => logLikelihood);
    const logLikelihoods = all.slice(0, choices.length);
    const unconditional = all.length > choices.length ? all.slice(choices.length) : undefined;
    const given = { choices, gold, logLikelihoods, unconditional, delimiter: task.delimiter };
    const { scores, ...rest } = choiceScores(given);
    return { gold, logLikelihoods, scores: { ...scores, greedy: answers[i]![gold]!.greedy ? 1 : 0 }, ...rest };
  });
  const tied = found.filter((each) => each.tied > 1).length;
  return {
    scores: task.metrics.map((metric) => rowOf(task, metric, meanOf(found.map(({ scores }) => scores[metric]!)))),
    items: found.map(({ gold, logLikelihoods, taken }, i) => ({
      logLikelihoods,
      greedy: answers[i]!.slice(0, logLikelihoods.length).map(({ greedy }) => greedy),
      gold,
      taken,
    })),
    notes: tied > 0 ? [`${task.name}: ${tied} of ${found.length} items are ties, which share their point`] : [],
  };
}

function cloze(task: ClozeTask, answers: readonly Answer[][]): Scores {
  const found = answers.map(([answer]) => answer!);
  const by = {
    acc: (): Estimate => meanOf(found.map(({ greedy }) => (greedy ? 1 : 0))),
    perplexity: (): Estimate => exponent(meanOf(found.map(({ logLikelihood }) => -logLikelihood))),
  };
  return {
    scores: task.metrics.map((metric) => rowOf(task, metric, by[metric]())),
    items: found.map(({ logLikelihood, greedy }) => ({ logLikelihoods: [logLikelihood], greedy: [greedy] })),
    notes: [],
  };
}

function losses(task: IdsTask, answers: readonly Answer[][]): Scores {
  const sums = answers.map(([answer]) => answer!.logLikelihood);
  const means = sums.map((sum, i) => -sum / task.items[i]!.scored.length);
  return {
    scores: task.metrics.map((metric) => rowOf(task, metric, meanOf(means))),
    items: sums.map((sum, i) => ({ logLikelihoods: [sum], greedy: [answers[i]![0]!.greedy] })),
    notes: [],
  };
}

function texts(task: GenerationTask, written: readonly string[]): Scores {
  const found = matched(task, written);
  return {
    scores: found.map(({ name, score }) => rowOf(task, name === "" ? "exact_match" : `exact_match.${name}`, score)),
    items: written.map((text, i) => ({
      logLikelihoods: [],
      text,
      right: Object.fromEntries(found.map(({ name, right }) => [name, right[i]!])),
    })),
    notes: [],
  };
}

function rolling(task: RollingTask, answers: readonly Answer[][]): Scores {
  const texts = task.items.map(({ text }) => text);
  const nats = answers.map((windows) => windows.reduce((sum, { logLikelihood }) => sum - logLikelihood, 0));
  // An empty text has no bytes, no words and no windows.
  const used = texts.flatMap((text, i) => (text === "" ? [] : [i]));
  const over = (size: (text: string) => number): Estimate =>
    ratioOf(
      used.map((i) => nats[i]!),
      used.map((i) => size(texts[i]!)),
    );
  const bytes = (text: string): number => Buffer.byteLength(text);
  const by = {
    bits_per_byte: (): Estimate => {
      const { value, error } = over(bytes);
      return { value: value / Math.LN2, error: error / Math.LN2 };
    },
    byte_perplexity: (): Estimate => exponent(over(bytes)),
    // Blanks at an end count as a word, as in lm-evaluation-harness.
    word_perplexity: (): Estimate => exponent(over((text) => text.split(/\s+/).length)),
  };
  return {
    scores: task.metrics.map((metric) => rowOf(task, metric, by[metric](), used.length)),
    items: nats.map((sum) => ({ logLikelihoods: [-sum] })),
    notes: used.length < texts.length ? [`${task.name}: ${texts.length - used.length} empty texts are not scored`] : [],
  };
}
