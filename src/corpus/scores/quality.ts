/**
 * How likely a text is one of the good examples and not of the bad: logistic regression on hashed words and pairs of words, as
 * fastText's filters of text are (DataComp-LM, Li et al. 2024). It learns what tells the two sets apart, and that is first of
 * all where they come from: subject, source, length of lines, a header. Look at good examples of another source before it is trusted;
 * what it says of its own held-out examples cannot show that.
 */
import { rng } from "../../rng.js";
import type { Examples } from "./examples.js";
import { gramsOf } from "./hashed-ngrams.js";
import { trained, type TrainedScore } from "./trained.js";

export interface QualityOptions {
  good: Examples;
  bad: Examples;
  /** Field or column of the files with the text; defaults to "text". */
  field?: string;
  /** Over the examples; defaults to 5. */
  passes?: number;
  /** Of the first update, going down to 0; defaults to 0.5. */
  learningRate?: number;
  /** Weight of the squared weights, of those that an example has; defaults to 1e-6. */
  l2?: number;
  /** Of the held-out examples and the order; defaults to 1. */
  seed?: number;
}

export interface QualityModel {
  weights: Float64Array;
  bias: number;
  /** Of a tenth of each set, at least one, that it was not trained on: how many there are and what share it puts right. */
  heldOut: Record<"good" | "bad", { count: number; accuracy: number }>;
}

const buckets = 2 ** 18;

export function quality(options: QualityOptions): TrainedScore<QualityModel> {
  const { good, bad, field, passes = 5, learningRate = 0.5, l2 = 1e-6, seed = 1 } = options;
  if (!(Number.isInteger(passes) && passes >= 1)) throw new Error(`quality: invalid passes: ${passes} (from 1)`);
  if (!(learningRate > 0 && learningRate < Infinity))
    throw new Error(`quality: invalid learningRate: ${learningRate} (above 0)`);
  if (!(l2 >= 0 && l2 < Infinity)) throw new Error(`quality: invalid l2: ${l2} (from 0)`);
  return trained({
    name: "quality",
    options: { passes, learningRate, l2, seed },
    easy: "high",
    sets: { good, bad },
    field,
    train: (sets) => fit({ good: sets.good!, bad: sets.bad!, passes, learningRate, l2, seed }),
    said: ({ heldOut: { good, bad } }) =>
      `of examples held out it puts ${right(good)} good and ${right(bad)} bad ones right`,
    ofText(model, text) {
      const features = featuresOf(text);
      return features.size === 0 ? NaN : probability(model, features);
    },
  });
}

const right = ({ count, accuracy }: { count: number; accuracy: number }): string =>
  `${Math.round(accuracy * count)} of ${count}`;

type Fit = Required<Pick<QualityOptions, "passes" | "learningRate" | "l2" | "seed">> &
  Record<"good" | "bad", readonly string[]>;

/** Both sets weigh the same, however many examples each has. */
function fit({ good, bad, passes, learningRate, l2, seed }: Fit): QualityModel {
  const chance = rng(seed).fork("quality");
  const parts = [good, bad].map((texts, set) => {
    if (texts.length < 2) throw new Error(`quality: invalid ${set === 0 ? "good" : "bad"}: one example (two or more)`);
    const shuffled = chance.shuffle(texts.map(featuresOf));
    const held = Math.max(1, Math.floor(texts.length / 10));
    return { held: shuffled.slice(0, held), kept: shuffled.slice(held) };
  });
  const all = parts.reduce((sum, { kept }) => sum + kept.length, 0);
  const examples = parts.flatMap(({ kept }, set) =>
    kept.map((features) => ({ features, label: 1 - set, weight: all / (2 * kept.length) })),
  );
  const model: QualityModel = { weights: new Float64Array(buckets), bias: 0, heldOut: {} as QualityModel["heldOut"] };
  for (let update = 0; update < passes * all; update++) {
    if (update % all === 0) chance.shuffle(examples);
    const { features, label, weight } = examples[update % all]!;
    const rate = learningRate * (1 - update / (passes * all));
    const slope = weight * (probability(model, features) - label);
    model.bias -= rate * slope;
    for (const [bucket, value] of features)
      model.weights[bucket]! -= rate * (slope * value + l2 * model.weights[bucket]!);
  }
  for (const [set, { held }] of parts.entries()) {
    const right = held.filter((features) => probability(model, features) > 0.5 === (set === 0)).length;
    model.heldOut[set === 0 ? "good" : "bad"] = { count: held.length, accuracy: right / held.length };
  }
  return model;
}

function probability({ weights, bias }: Pick<QualityModel, "weights" | "bias">, features: Map<number, number>): number {
  let sum = bias;
  for (const [bucket, value] of features) sum += weights[bucket]! * value;
  return 1 / (1 + Math.exp(-sum));
}

/** Values by bucket, their squares summing to 1; a sign by the hash lets what collides cancel out (Weinberger et al. 2009). */
function featuresOf(text: string): Map<number, number> {
  const values = new Map<number, number>();
  for (const gram of gramsOf(text)) {
    const hash = hashOf(gram);
    const bucket = hash & (buckets - 1);
    values.set(bucket, (values.get(bucket) ?? 0) + (hash < 0 ? -1 : 1));
  }
  let squares = 0;
  for (const value of values.values()) squares += value * value;
  for (const [bucket, value] of values) values.set(bucket, value / Math.sqrt(squares || 1));
  return values;
}

/** FNV-1a over UTF-16 units, mixed once more, so that the low bits and the sign depend on all. */
function hashOf(text: string): number {
  let h = 0x811c9dc5 | 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return h ^ (h >>> 15);
}
