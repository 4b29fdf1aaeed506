/**
 * What a model makes of the distant part of its context: the loss late in a document less the loss early in it (Olsson et al. 2022,
 * https://arxiv.org/abs/2209.11895), at 7/8 and 3/32 of the context, as 112 and 12 are of 128. Much of that difference is not
 * learning in context: late tokens may be easier ones, and any few words before help. So the late ones are scored once more with
 * the distant part of their context taken from another document; what is left without that is the score.
 */
import { documentPlaces, type Shard } from "../../../corpus/index.js";
import { meanOf } from "../../../measure/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { IdsTask, TaskScore } from "../types.js";
import type { Answers } from "../asking.js";
import type { Seeded } from "./generated.js";
import { heldOutOf } from "./held-out.js";
import type { Probe } from "./types.js";

export interface InContextLearningOptions extends Seeded {
  /** Documents of each domain, at most; defaults to 8. */
  documents?: number;
  /** Defaults to all. */
  domains?: string[];
}

const name = "in-context-learning";

/**
 * Scores of each domain, nats per token: `late-minus-early`; `reference`, the same with the distant context of another document;
 * `score`, the first less the second, below 0 where the model makes use of it.
 */
export function inContextLearning({ documents = 8, domains, seed = 1 }: InContextLearningOptions = {}): Probe {
  if (!(Number.isInteger(documents) && documents >= 2))
    throw new Error(`inContextLearning: invalid documents: ${documents} (a whole number from 2)`);
  return made({
    name,
    options: { documents, domains, seed },
    begin({ shards, context, prefix }) {
      const texts = heldOutOf({ caller: "inContextLearning", shards, domains });
      const places = placesIn(context);
      const notes: string[] = [];
      const tasks = texts.flatMap(([domain, heldOut]): IdsTask[] => {
        const long = longIn(heldOut, places.late + places.span);
        const chosen = rng(seed).fork(domain).shuffle(long).slice(0, documents);
        if (chosen.length < 2) {
          notes.push(
            `${name}: ${domain} has ${long.length} held-out documents of ${places.late + places.span} tokens; two are needed`,
          );
          return [];
        }
        const items = chosen.flatMap((ids, i) => itemsOf(ids, chosen[(i + 1) % chosen.length]!, { ...places, prefix }));
        return [{ name: `${name} ${domain}`, domain, type: "ids", items, metrics: ["loss"] }];
      });
      return { tasks, notes, scores: (answers) => tasks.flatMap((task) => scoresOf(task, answers, places.span)) };
    },
  });
}

interface Places {
  early: number;
  late: number;
  /** Tokens that are scored at either. */
  span: number;
}

const placesIn = (context: number): Places => ({
  early: Math.max(1, Math.floor((3 * context) / 32)),
  late: Math.floor((7 * context) / 8),
  span: Math.max(1, Math.floor(context / 16)),
});

const longIn = (shard: Shard, least: number): number[][] =>
  documentPlaces(shard).flatMap(({ start, length }) =>
    length - 1 >= least ? [Array.from(shard.read(start, least))] : [],
  );

/** Of one document: early, late, and late after the beginning of the other one; those near are its own. */
function itemsOf(
  own: number[],
  other: number[],
  { early, late, span, prefix }: Places & { prefix: number },
): IdsTask["items"] {
  const scored = own.slice(late, late + span);
  const near = late - early;
  return [
    { context: [prefix, ...own.slice(0, early)], scored: own.slice(early, early + span) },
    { context: [prefix, ...own.slice(0, late)], scored },
    { context: [prefix, ...other.slice(0, near), ...own.slice(near, late)], scored },
  ];
}

function scoresOf({ name: task, domain, items }: IdsTask, answers: Answers, span: number): TaskScore[] {
  const losses = answers.items[task]!.map(({ logLikelihoods: [sum] }) => -sum! / span);
  const of = (which: number): number[] => losses.filter((_, i) => i % 3 === which);
  const [early, late, exchanged] = [of(0), of(1), of(2)];
  const less = (a: number[], b: number[]): number[] => a.map((x, i) => x - b[i]!);
  const all = {
    "late-minus-early": less(late, early),
    reference: less(exchanged, early),
    score: less(late, exchanged),
  };
  return Object.entries(all).map(([metric, values]) => ({
    task: name,
    metric,
    domain: domain!,
    ...meanOf(values),
    items: items.length / 3,
  }));
}
