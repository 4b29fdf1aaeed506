/**
 * How near a text is to the nearest of some others, by the cosine of their words. With the step `score` and `best` it chooses from a
 * pool what is like a task's texts, before a model is adapted to the domain or the task (Gururangan et al. 2020, who compare
 * texts by a topic model of their own); with `score: { name: "chance" }` the same number by chance, which is the control.
 */
import type { Examples } from "./examples.js";
import { bagOf, cosinesWith, Frequencies } from "./tfidf.js";
import { trained, type TrainedScore } from "./trained.js";

export interface SimilarOptions {
  /** The texts to be near to. */
  to: Examples;
  /** Texts that say which words are rare: of the pool, or a fair part of it. Defaults to `to` alone. */
  raw?: Examples;
  /** Field or column of the files with the text; defaults to "text". */
  field?: string;
}

export function similar({ to, raw, field }: SimilarOptions): TrainedScore<(text: string) => number> {
  return trained({
    name: "similar",
    options: {},
    easy: "high",
    sets: { to, ...(raw !== undefined && { raw }) },
    field,
    train(sets) {
      const frequencies = new Frequencies();
      const others = sets.to!.map(bagOf);
      for (const bag of others) frequencies.add(bag);
      for (const text of sets.raw ?? []) frequencies.add(bagOf(text));
      const cosines = cosinesWith(others, frequencies);
      return (text) => {
        const bag = bagOf(text);
        return bag.size === 0 ? NaN : Math.max(...cosines(bag));
      };
    },
    ofText: (nearest, text) => nearest(text),
  });
}
