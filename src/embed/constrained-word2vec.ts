/**
 * Constrained Word2Vec (Mundra et al. 2024, https://arxiv.org/abs/2407.05841): new rows stay mixtures of old ones, and text
 * of the new language trains the mixtures: skip-gram with negative sampling in which old rows are frozen and a new row is
 * softmax(a) · E. Here `a` starts at the logarithm of the subword mean's weights. Differences from the paper: a token mixes
 * the old tokens that spell it and those most often near it instead of the whole vocabulary in two factors; negatives are
 * textbook ones, each with its own sigmoid; each table is trained against itself, the only one an initialiser sees.
 */
import { breathe } from "../breathe.js";
import { eachSpelled } from "./combine.js";
import { need } from "./evidence.js";
import { countsOf, neighboursOf, noiseOf } from "./co-occurrence.js";
import type { Table } from "./table.js";
import type { Growing, Initialiser } from "./types.js";

export interface ConstrainedWord2vecOptions {
  /** Passes over the text; defaults to 5. */
  epochs?: number;
  /** Tokens on either side; defaults to 5. */
  window?: number;
  /** Noise tokens for each neighbour; defaults to 5. */
  negatives?: number;
  /** Adam's, on the logits. Defaults to 0.1: the paper's 3e-4 moves two factors of 1024 at once, which adds up to about that. */
  rate?: number;
  /** Old tokens near the new one that it may also be mixed from; defaults to 16. */
  neighbours?: number;
}

/** What the neighbours of a token weigh together before training. */
const share = 0.01;

/** A new row in the making: softmax(logits) over the old rows `from`. */
interface Mixture {
  from: Int32Array;
  logits: Float64Array;
  first: Float64Array;
  second: Float64Array;
  steps: number;
  row: Float64Array;
}

export function constrainedWord2vec(options: ConstrainedWord2vecOptions = {}): Pick<Initialiser, "initialise"> {
  const { epochs = 5, window = 5, negatives = 5, rate = 0.1, neighbours = 16 } = options;
  return {
    async initialise(growing, rows) {
      const documents = need("constrained-word2vec", growing.evidence, "documents");
      const { table, tokenizer, newIds, shared, signal } = growing;
      const width = growing.mean.length;
      const old = new Int32Array(tokenizer.size).fill(-1);
      shared.target.forEach((id, n) => (old[id] = shared.base[n]!));
      const counts = countsOf(documents, tokenizer.size);
      const near = neighboursOf(documents, growing, old, window, neighbours);
      const mixtures = new Map<number, Mixture>();
      eachSpelled(growing, (pieces, n) => {
        const id = newIds[n]!;
        mixtures.set(id, begin(growing, pieces, near.get(id) ?? []));
      });
      const vectorOf = (id: number): ArrayLike<number> | undefined =>
        mixtures.get(id)?.row ?? (old[id]! < 0 ? undefined : table.row(old[id]!));
      const noise = noiseOf(counts);
      const random = growing.rng();
      const gradient = new Float64Array(width);
      for (let epoch = 0, since = 0; epoch < epochs; epoch++)
        for (const document of documents) {
          const line = Array.from(document).filter((id) => random.uniform() < Math.sqrt(3 / counts[id]!));
          for (let at = 0; at < line.length; at++) {
            const mixture = mixtures.get(line[at]!);
            if (!mixture) continue;
            gradient.fill(0);
            for (let place = Math.max(0, at - window); place <= Math.min(line.length - 1, at + window); place++) {
              if (place === at) continue;
              push(mixture.row, vectorOf(line[place]!), 1, gradient);
              for (let k = 0; k < negatives; k++) push(mixture.row, vectorOf(noise(random.uniform())), 0, gradient);
            }
            step(mixture, table, gradient, rate);
            if (++since % 2000 === 0) await breathe(signal);
          }
        }
      newIds.forEach((id, n) => rows.set(mixtures.get(id)?.row ?? [], n * width));
    },
  };
}

/** Adds the gradient of −log σ(±row · other) with respect to `row`; + for what was near, − for noise. */
function push(row: Float64Array, other: ArrayLike<number> | undefined, label: 0 | 1, gradient: Float64Array): void {
  if (!other) return;
  let score = 0;
  for (let j = 0; j < row.length; j++) score += row[j]! * other[j]!;
  const slope = 1 / (1 + Math.exp(-score)) - label;
  for (let j = 0; j < row.length; j++) gradient[j]! += slope * other[j]!;
}

/** The weights: softmax of the logits. */
function weightsOf(logits: Float64Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** The gradient of a loss with respect to logits, from that with respect to the row they make. */
export function throughSoftmax(weights: Float64Array, along: Float64Array): Float64Array {
  const mean = weights.reduce((sum, weight, i) => sum + weight * along[i]!, 0);
  return weights.map((weight, i) => weight * (along[i]! - mean));
}

/** One step of Adam on the logits, and the row that they now make. */
function step(mixture: Mixture, table: Table, gradient: Float64Array, rate: number): void {
  const { from, logits, first, second } = mixture;
  const width = gradient.length;
  const along = Float64Array.from(from, (id) => {
    const row = table.row(id);
    let sum = 0;
    for (let j = 0; j < width; j++) sum += gradient[j]! * row[j]!;
    return sum;
  });
  const slopes = throughSoftmax(weightsOf(logits), along);
  const t = ++mixture.steps;
  for (let i = 0; i < slopes.length; i++) {
    first[i] = 0.9 * first[i]! + 0.1 * slopes[i]!;
    second[i] = 0.999 * second[i]! + 0.001 * slopes[i]! ** 2;
    logits[i]! -= (rate * first[i]!) / (1 - 0.9 ** t) / (Math.sqrt(second[i]! / (1 - 0.999 ** t)) + 1e-8);
  }
  mix(mixture, table);
}

function mix({ from, logits, row }: Mixture, table: Table): void {
  const weights = weightsOf(logits);
  row.fill(0);
  for (let i = 0; i < from.length; i++) {
    const old = table.row(from[i]!);
    for (let j = 0; j < row.length; j++) row[j]! += weights[i]! * old[j]!;
  }
}

/** The subword mean, with a little of each neighbour. */
function begin({ table, mean }: Growing, pieces: readonly number[], near: readonly number[]): Mixture {
  const weights = new Map<number, number>();
  for (const piece of pieces) weights.set(piece, (weights.get(piece) ?? 0) + (1 - share) / pieces.length);
  for (const other of near) weights.set(other, (weights.get(other) ?? 0) + share / near.length);
  const count = weights.size;
  const mixture = {
    from: Int32Array.from(weights.keys()),
    logits: Float64Array.from(weights.values(), Math.log),
    first: new Float64Array(count),
    second: new Float64Array(count),
    steps: 0,
    row: new Float64Array(mean.length),
  };
  mix(mixture, table);
  return mixture;
}
