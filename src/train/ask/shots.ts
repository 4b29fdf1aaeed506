/**
 * What stands before a question: the description, and answered documents of a split, the first ones or drawn as
 * lm-evaluation-harness draws them, from one generator that goes on from question to question (`python-random.ts`, seed 1234), so
 * that those of a question depend on how many come before it. The question itself is never among them; that program lets it be
 * where the questions' split is taken for want of another.
 */
import { show } from "../../foreign.js";
import { pythonRandom } from "./python-random.js";
import type { TaskFields } from "./task-schema.js";
import { type Fields, template } from "./template.js";

const SEED = 1234;

export interface ShotsOptions {
  fields: TaskFields;
  count: number;
  /** The split that is asked. */
  split: string;
  documentsOf: (split: string) => Fields[];
  refuse: (what: string) => Error;
  /** What a document is asked as, and answered. */
  asked: (document: Fields) => { context: string; target: string };
}

/** To be called once for each question, in order. */
export function shotsOf(options: ShotsOptions): (document: Fields) => string {
  const { fields, count, split, documentsOf, refuse, asked } = options;
  const { description, target_delimiter, fewshot_delimiter, fewshot_split, test_split } = fields;
  const described = description === "" ? (): string => "" : descriptionOf(description, refuse);
  if (count === 0) return described;
  const from = fewshot_split ?? fields.training_split ?? fields.validation_split ?? split;
  const pool = documentsOf(from);
  const written = pool.map((each) => JSON.stringify(each));
  const turns = pool.map((each) => {
    const { context, target } = asked(each);
    // What has no answer is not set apart either, in that program.
    return target === "" ? context : context + target_delimiter + target + fewshot_delimiter;
  });
  const drawing = pythonRandom(SEED);
  // One more is drawn where the question may be among them.
  const more = from === split || (fewshot_split ?? null) === (test_split ?? null) ? 1 : 0;

  function drawn(others: number[]): number[] {
    const some = drawing.sample(pool.length, Math.min(count + more, pool.length)).filter((i) => others.includes(i));
    return some.length >= count ? some : drawing.sample(others.length, count).map((i) => others[i]!);
  }

  return (document) => {
    const own = from === split ? JSON.stringify(document) : undefined;
    const others = turns.flatMap((_, i) => (written[i] === own ? [] : [i]));
    if (others.length < count) throw refuse(`num_fewshot: ${count} (split ${show(from)} has ${others.length})`);
    const chosen = fields.fewshot_config?.sampler === "first_n" ? others : drawn(others);
    return (
      described(document) +
      chosen
        .slice(0, count)
        .map((i) => turns[i]!)
        .join("")
    );
  };
}

function descriptionOf(description: string, refuse: (what: string) => Error): (document: Fields) => string {
  const filled = template(description);
  return (document) => {
    const value = filled(document);
    if (typeof value !== "string") throw refuse(`description: ${show(value)} (a text)`);
    return value;
  };
}
