/**
 * A score that is made from examples: read when it is first asked to be ready, and made once for the same examples and options,
 * however many are made of them.
 */
import { type Json, made, type Options } from "../../registry.js";
import { type Examples, isTexts, readSets, written } from "./examples.js";
import type { TextScore } from "./types.js";

export interface TrainedOptions<Model> {
  name: string;
  /** What else decides what it does. */
  options: Options;
  easy: "low" | "high";
  sets: Readonly<Record<string, Examples>>;
  field: string | undefined;
  /** Makes it of each set's texts. */
  train(texts: Record<string, readonly string[]>): Model;
  ofText(model: Model, text: string): number;
  /** What one should know of it, such as how well it was trained, in one line. */
  said?(model: Model): string;
}

export interface TrainedScore<Model> extends TextScore {
  ready(): Promise<void>;
  readonly content: string;
  /** What was made of the examples, once it is ready. */
  readonly model: Model;
}

/** How many are kept. */
const most = 8;
const models = new Map<string, unknown>();

export function trained<Model>(given: TrainedOptions<Model>): TrainedScore<Model> {
  const { name, options, easy, sets, field, train, ofText, said } = given;
  let reading: Promise<void> | undefined;
  let own: { model: Model; content: string } | undefined;
  async function read(): Promise<void> {
    const { texts, content } = await readSets({ name, sets, field });
    const key = JSON.stringify([name, options, content]);
    if (!models.has(key)) {
      models.set(key, train(texts));
      if (models.size > most) models.delete(models.keys().next().value!);
    }
    own = { model: models.get(key) as Model, content };
  }
  function ready(): { model: Model; content: string } {
    if (!own) throw new Error(`${name}: it is not ready (await its ready() before the first text)`);
    return own;
  }
  const score: TrainedScore<Model> = {
    name,
    options: {
      ...(Object.fromEntries(Object.entries(sets).map(([set, from]) => [set, written(from)])) as Record<string, Json>),
      field,
      ...options,
    },
    easy,
    ready: () =>
      (reading ??= read().catch((error: unknown) => {
        reading = undefined;
        throw error;
      })),
    ofText: (text) => ofText(ready().model, text),
    get said() {
      return said?.(ready().model);
    },
    get content() {
      return ready().content;
    },
    get model() {
      return ready().model;
    },
  };
  // Options do not hold texts at hand, so they do not say all that it does.
  return Object.values(sets).some(isTexts) ? score : made(score);
}
