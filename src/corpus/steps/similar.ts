/**
 * Of a pool the documents that are among the `k` nearest of any of a task's texts, as kNN-TAPT chooses them (Gururangan et al. 2020,
 * 5.2), here by tf-idf of words. A share of the pool by the same nearness is the step `score` with `by: { name: "similar" }`. The
 * bags of words of the whole pool are kept in memory until the last is judged.
 */
import { type Json, made } from "../../registry.js";
import { type Examples, isTexts, readSets, written } from "../scores/examples.js";
import { type Bag, bagOf, cosinesWith, Frequencies } from "../scores/tfidf.js";
import { noPast, type OpenStep, type Step } from "./types.js";

export interface SimilarStepOptions {
  /** The task's texts. */
  to: Examples;
  /** Nearest documents of each; defaults to 50. */
  k?: number;
  /** Field or column of the files with the text; defaults to "text". */
  field?: string;
}

export function similarStep({ to, k = 50, field }: SimilarStepOptions): Step {
  if (!(Number.isInteger(k) && k > 0)) throw new Error(`similar: invalid k: ${k} (a positive whole number)`);
  let task: Bag[] | undefined;
  const step: Step = {
    name: "similar",
    options: { to: written(to) as Json, k, field },
    alone: false,
    async ready() {
      task ??= (await readSets({ name: "similar", sets: { to }, field })).texts.to!.map(bagOf);
    },
    open(past = noPast): OpenStep {
      if (!task) throw new Error("similar: it is not ready (await its ready() before it is opened)");
      const pool: Bag[] = [];
      let near: Set<number> | undefined;
      let { judged } = past;
      return {
        see: ({ text }) => void pool.push(bagOf(text)),
        judge(document) {
          near ??= nearest(task!, pool, k);
          return near.has(judged++) ? document : { dropped: `not among the ${k} nearest of any text` };
        },
      };
    },
  };
  return isTexts(to) ? step : made(step);
}

/** Numbers of the pool's documents; of equally near ones the first. Those that share no word with a text are not near it. */
export function nearest(task: readonly Bag[], pool: readonly Bag[], k: number): Set<number> {
  const frequencies = new Frequencies();
  for (const bag of [...task, ...pool]) frequencies.add(bag);
  const cosines = cosinesWith(task, frequencies);
  const first = task.map((): { document: number; cosine: number }[] => []);
  for (const [document, bag] of pool.entries())
    for (const [text, cosine] of cosines(bag).entries()) {
      const list = first[text]!;
      if (cosine === 0 || (list.length === k && list[k - 1]!.cosine >= cosine)) continue;
      let at = list.length;
      while (at > 0 && list[at - 1]!.cosine < cosine) at--;
      list.splice(at, 0, { document, cosine });
      if (list.length > k) list.pop();
    }
  return new Set(first.flatMap((list) => list.map(({ document }) => document)));
}
