/**
 * Vectors of words, or of tokens, from the words around them: continuous bag of words with negative sampling (Mikolov et
 * al. 2013, https://arxiv.org/abs/1310.4546), with the defaults of fastText (Bojanowski et al. 2017,
 * https://arxiv.org/abs/1607.04606) where FOCUS leaves them: windows of random width, frequent units skipped now and then,
 * noise by the square root of the counts. One thread, one pass over the text per epoch: same seed, same bytes. What a unit
 * is, the caller decides; what its parts are, `grams.ts`.
 */
import { breathe } from "../breathe.js";
import { rng, type Rng } from "../rng.js";
import type { NdArray, OnProgress } from "../types.js";

/** The rows of a unit in the table that is learned: its own, and those of its parts. */
export interface Parts {
  /** The rows of unit `u` are `rows[starts[u]]` up to `rows[starts[u + 1]]`. */
  starts: Int32Array;
  rows: Int32Array;
  /** Rows of the whole table. */
  total: number;
}

export interface CbowOptions {
  /** Units as they follow each other; a negative number ends a line, and no context reaches across it. */
  stream: Int32Array;
  /** Units are below this. */
  size: number;
  /** Defaults to 100. */
  dim?: number;
  /** Defaults to 3. */
  epochs?: number;
  /** Noise units for each unit of the text; defaults to 10. */
  negatives?: number;
  /** Units that are rarer are as if they were not there, and get zeros. Defaults to 10. */
  minCount?: number;
  /** Most units of context on either side; defaults to 5. */
  window?: number;
  /** The first learning rate, which falls to zero; defaults to 0.05. */
  rate?: number;
  /** Units with a larger share of the text are skipped at random; defaults to 1e-4. */
  sample?: number;
  /** Defaults to one row for each unit. */
  parts?: Parts;
  /** Defaults to 1. */
  seed?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Cbow {
  /** Of shape [size, dim], the mean of a unit's rows; zeros for one that is too rare. */
  vectors: NdArray;
  counts: Int32Array;
  /** [parts.total, dim] */
  table: NdArray;
}

/** Entries of the table that noise is drawn from. */
const noiseEntries = 1 << 20;

export async function cbow(options: CbowOptions): Promise<Cbow> {
  const { stream, size, dim = 100, epochs = 3, negatives = 10, minCount = 10, window = 5, rate = 0.05 } = options;
  const { sample = 1e-4, parts = alone(size), seed = 1, signal, onProgress } = options;
  for (const [name, value] of Object.entries({ size, dim, epochs, negatives, minCount, window }))
    if (!(Number.isInteger(value) && value > 0))
      throw new RangeError(`cbow: invalid ${name}: ${value} (an integer from 1)`);
  if (!(rate > 0 && sample > 0)) throw new RangeError(`cbow: invalid rate or sample: ${rate}, ${sample} (above 0)`);
  const counts = countsOf(stream, size);
  const total = counts.reduce((sum, count) => sum + (count >= minCount ? count : 0), 0);
  if (total === 0)
    throw new Error(`cbow: invalid stream: no unit is in it ${minCount} times (a lower minCount or more text)`);
  const random = rng(seed);
  const input = Float32Array.from({ length: parts.total * dim }, () => (2 * random.uniform() - 1) / dim);
  const output = new Float32Array(size * dim);
  const noise = noiseOf(counts, minCount);
  const keep = Float64Array.from(counts, (count) => {
    const share = count / total;
    return count < minCount ? 0 : Math.sqrt(sample / share) + sample / share;
  });
  const learn = learner({ input, output, dim, parts, noise, negatives, window, random });
  const line: number[] = [];
  let seen = 0;
  for (let epoch = 0; epoch < epochs; epoch++)
    for (let at = 0, since = 0; at <= stream.length; at++) {
      const unit = at < stream.length ? stream[at]! : -1;
      if (unit >= 0) {
        if (counts[unit]! < minCount) continue;
        seen++;
        if (keep[unit]! >= 1 || random.uniform() < keep[unit]!) line.push(unit);
        continue;
      }
      learn(line, rate * (1 - Math.min(1, seen / (total * epochs))));
      since += line.length;
      line.length = 0;
      if (since < 20000 && at < stream.length) continue;
      since = 0;
      await breathe(signal);
      onProgress?.({ label: "word vectors", done: seen, total: total * epochs });
    }
  return {
    vectors: { shape: [size, dim], data: means(input, dim, parts, (unit) => counts[unit]! >= minCount) },
    counts,
    table: { shape: [parts.total, dim], data: input },
  };
}

interface Learning {
  input: Float32Array;
  output: Float32Array;
  dim: number;
  parts: Parts;
  noise: Int32Array;
  negatives: number;
  window: number;
  random: Rng;
}

/** A step for each unit of a line: its context, averaged, learns to score it above the noise. */
function learner({ input, output, dim, parts, noise, negatives, window, random }: Learning) {
  const { starts, rows } = parts;
  const hidden = new Float32Array(dim);
  const change = new Float32Array(dim);
  return (line: readonly number[], rate: number): void => {
    for (let at = 0; at < line.length; at++) {
      const reach = 1 + random.int(window);
      const [from, to] = [Math.max(0, at - reach), Math.min(line.length - 1, at + reach)];
      hidden.fill(0);
      let count = 0;
      for (let near = from; near <= to; near++) {
        if (near === at) continue;
        for (let p = starts[line[near]!]!; p < starts[line[near]! + 1]!; p++, count++)
          for (let j = 0, i = rows[p]! * dim; j < dim; j++, i++) hidden[j]! += input[i]!;
      }
      if (count === 0) continue;
      for (let j = 0; j < dim; j++) hidden[j]! /= count;
      change.fill(0);
      for (let k = 0; k <= negatives; k++) {
        const unit = k === 0 ? line[at]! : noise[random.int(noise.length)]!;
        if (k > 0 && unit === line[at]) continue;
        const start = unit * dim;
        let score = 0;
        for (let j = 0, i = start; j < dim; j++, i++) score += hidden[j]! * output[i]!;
        const step = rate * ((k === 0 ? 1 : 0) - 1 / (1 + Math.exp(-score)));
        for (let j = 0, i = start; j < dim; j++, i++) {
          change[j]! += step * output[i]!;
          output[i]! += step * hidden[j]!;
        }
      }
      for (let near = from; near <= to; near++) {
        if (near === at) continue;
        for (let p = starts[line[near]!]!; p < starts[line[near]! + 1]!; p++)
          for (let j = 0, i = rows[p]! * dim; j < dim; j++, i++) input[i]! += change[j]!;
      }
    }
  };
}

function countsOf(stream: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const unit of stream) {
    if (unit < 0) continue;
    if (!(unit < size)) throw new RangeError(`cbow: invalid stream: it has ${unit} (units are below ${size})`);
    counts[unit]!++;
  }
  return counts;
}

/** Units by the square root of their counts, each at least once. */
function noiseOf(counts: Int32Array, minCount: number): Int32Array {
  const units = [...counts.keys()].filter((unit) => counts[unit]! >= minCount);
  const sum = units.reduce((total, unit) => total + Math.sqrt(counts[unit]!), 0);
  return Int32Array.from(
    units.flatMap((unit) =>
      new Array<number>(Math.max(1, Math.round((noiseEntries * Math.sqrt(counts[unit]!)) / sum))).fill(unit),
    ),
  );
}

/** Every unit one row. */
function alone(size: number): Parts {
  const starts = Int32Array.from({ length: size + 1 }, (_, unit) => unit);
  return { starts, rows: starts.subarray(0, size), total: size };
}

function means(
  table: Float32Array,
  dim: number,
  { starts, rows }: Parts,
  has: (unit: number) => boolean,
): Float32Array {
  const size = starts.length - 1;
  const vectors = new Float32Array(size * dim);
  for (let unit = 0; unit < size; unit++) {
    if (!has(unit)) continue;
    const [from, to] = [starts[unit]!, starts[unit + 1]!];
    for (let p = from; p < to; p++)
      for (let j = 0; j < dim; j++) vectors[unit * dim + j]! += table[rows[p]! * dim + j]! / (to - from);
  }
  return vectors;
}
