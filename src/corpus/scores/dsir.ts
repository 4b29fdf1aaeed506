/**
 * The log of how much likelier a text is under a target than under the raw text it is chosen from, both bags of hashed words and
 * pairs of words (DSIR, Xie et al. 2023). To select as they do, keep a sample by it (the step `score`, `sample`). It is a sum over
 * the text, so long texts stand at both ends: take `per: "gram"` or select among texts of like length. Without smoothing a
 * bucket that the target never has costs about 18 nats each time.
 */
import { createHash } from "node:crypto";
import type { Examples } from "./examples.js";
import { gramsOf } from "./hashed-ngrams.js";
import { trained, type TrainedScore } from "./trained.js";

export interface DsirOptions {
  /** What is wanted. */
  target: Examples;
  /** What is chosen from, or a fair part of it. */
  raw: Examples;
  /** Field or column of the files with the text; defaults to "text". */
  field?: string;
  /** Defaults to 10000. */
  buckets?: number;
  /** Added to the target's share of each bucket, before they are brought to 1 again; defaults to 0, as in the released code. */
  smoothing?: number;
  /** "gram" divides by how many words and pairs there are; defaults to "text". */
  per?: "text" | "gram";
}

/** As the released code has it, against ln 0. */
const floor = 1e-8;

export interface DsirModel {
  /** ln p of the target less ln p of the raw text, by bucket. */
  difference: Float64Array;
}

export function dsir(options: DsirOptions): TrainedScore<DsirModel> {
  const { target, raw, field, buckets = 10_000, smoothing = 0, per = "text" } = options;
  if (!(Number.isInteger(buckets) && buckets >= 1 && buckets <= 2 ** 24))
    throw new Error(`dsir: invalid buckets: ${buckets} (1 to ${2 ** 24})`);
  if (!(smoothing >= 0 && smoothing < Infinity)) throw new Error(`dsir: invalid smoothing: ${smoothing} (from 0)`);
  const bucketOf = bucketsOf(buckets);
  const shares = (texts: readonly string[], smoothing: number): Float64Array => {
    const counts = new Float64Array(buckets);
    for (const text of texts) for (const gram of gramsOf(text)) counts[bucketOf(gram)]!++;
    const all = counts.reduce((a, b) => a + b, 0);
    return counts.map((count) => (count / (all || 1) + smoothing) / (1 + buckets * smoothing));
  };
  return trained({
    name: "dsir",
    options: { buckets, smoothing, per },
    easy: "high",
    sets: { target, raw },
    field,
    train(sets) {
      const [wanted, from] = [shares(sets.target!, smoothing), shares(sets.raw!, 0)];
      return { difference: wanted.map((share, i) => Math.log(share + floor) - Math.log(from[i]! + floor)) };
    },
    ofText({ difference }, text) {
      const grams = gramsOf(text);
      const sum = grams.reduce((sum, gram) => sum + difference[bucketOf(gram)]!, 0);
      return grams.length === 0 ? NaN : per === "gram" ? sum / grams.length : sum;
    },
  });
}

/** sha256, read as one number, mod `buckets`; what was asked lately is kept. */
export function bucketsOf(buckets: number): (gram: string) => number {
  const known = new Map<string, number>();
  return (gram) => {
    let bucket = known.get(gram);
    if (bucket === undefined) {
      const digest = createHash("sha256").update(gram).digest();
      bucket = 0;
      for (let at = 0; at < digest.length; at += 2) bucket = (bucket * 65536 + digest.readUInt16BE(at)) % buckets;
      if (known.size === 2 ** 20) known.clear();
      known.set(gram, bucket);
    }
    return bucket;
  };
}
