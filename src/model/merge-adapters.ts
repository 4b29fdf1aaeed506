/**
 * Arithmetic of adapters: Σ w Δ of their updates, as one adapter. Exactly, by putting their factors side by side, whose ranks
 * add up; or the nearest of a rank, by the singular values of the sum, found from Gram matrices as wide as that rank's sum.
 * Rows of tokens are in place of a model's and no differences from it: one adapter's stay, of several the weighted mean.
 */
import { eigen } from "../embed/index.js";
import type { NdArray } from "../types.js";
import type { Adapter, AdapterRows } from "./adapter.js";
import type { LowRank } from "./low-rank.js";

export interface MergeAdaptersOptions {
  /** Of one model. */
  adapters: readonly Adapter[];
  /** One for each; defaults to the mean, 1 over how many there are. */
  weights?: readonly number[] | undefined;
  /** Of each update at the most. Defaults to the sum of their ranks, which loses nothing. */
  rank?: number | undefined;
}

/** Throws one line for what has no sum: DoRA's magnitudes, prompts, updates of another shape. */
export function mergeAdapters({ adapters, weights, rank = Infinity }: MergeAdaptersOptions): Adapter {
  const fail = (what: string): never => {
    throw new Error(`mergeAdapters: invalid ${what}`);
  };
  if (adapters.length === 0) fail("adapters: none");
  const shares = weights ?? adapters.map(() => 1 / adapters.length);
  if (shares.length !== adapters.length || !shares.every(Number.isFinite))
    fail(`weights: ${shares} (a number for each of ${adapters.length} adapters)`);
  if (!(rank === Infinity || (Number.isInteger(rank) && rank > 0))) fail(`rank: ${rank} (a whole number from 1)`);
  for (const [n, { prompt, updates }] of adapters.entries()) {
    if (prompt) fail(`adapters: number ${n + 1} (a prompt; only low-rank updates are added)`);
    const dora = Object.keys(updates).find((name) => updates[name]!.magnitude);
    if (dora) fail(`adapters: number ${n + 1} (its update of ${dora} has magnitudes; put it into the model's weights)`);
  }
  const updates: Adapter["updates"] = {};
  for (const name of new Set(adapters.flatMap((adapter) => Object.keys(adapter.updates)))) {
    const parts = adapters.flatMap((adapter, n) => {
      const update = adapter.updates[name];
      return update ? [{ ...update, scale: update.scale * shares[n]! }] : [];
    });
    const [first] = parts;
    for (const { a, b } of parts)
      if (a.shape[1] !== first!.a.shape[1] || b.shape[0] !== first!.b.shape[0])
        fail(`adapters: ${name} ([${b.shape}] by [${a.shape}] beside [${first!.b.shape}] by [${first!.a.shape}])`);
    const whole = sideBySide(parts);
    updates[name] = whole.a.shape[0]! > rank ? ofRank(whole, rank) : whole;
  }
  const rows: Adapter["rows"] = {};
  for (const name of new Set(adapters.flatMap((adapter) => Object.keys(adapter.rows))))
    rows[name] = meanRows(
      adapters.flatMap((adapter, n) => (adapter.rows[name] ? [{ ...adapter.rows[name], share: shares[n]! }] : [])),
    );
  const { base } = adapters[0]!;
  return { updates, rows, ...(base !== undefined && adapters.every((adapter) => adapter.base === base) && { base }) };
}

/** The sum of updates as one, of scale 1. */
function sideBySide(parts: readonly LowRank[]): LowRank {
  const [out, width] = [parts[0]!.b.shape[0]!, parts[0]!.a.shape[1]!];
  const rank = parts.reduce((sum, { a }) => sum + a.shape[0]!, 0);
  const a = new Float32Array(rank * width);
  const b = new Float32Array(out * rank);
  let at = 0;
  for (const part of parts) {
    const own = part.a.shape[0]!;
    a.set(part.a.data, at * width);
    for (let i = 0; i < out; i++)
      for (let k = 0; k < own; k++) b[i * rank + at + k] = part.scale * part.b.data[i * own + k]!;
    at += own;
  }
  return { a: { shape: [rank, width], data: a }, b: { shape: [out, rank], data: b }, scale: 1 };
}

/**
 * The nearest update of this rank. With P the root of AAᵀ, A = PQ with rows of Q of length one and at right angles; the singular
 * values of BA are those of BP, whose squares are the eigenvalues of P BᵀB P.
 */
function ofRank({ a, b }: LowRank, rank: number): LowRank {
  const [size, width, out] = [a.shape[0]!, a.shape[1]!, b.shape[0]!];
  const ofA = square(size, (j, k) => dot(a.data, j * width, 1, k * width, width));
  const ofB = square(size, (j, k) => dot(b.data, j, size, k, out));
  const { values, vectors } = eigen({ shape: [size, size], data: ofA });
  const least = 1e-12 * Math.max(values[0]!, 0);
  const power = (value: number, exponent: number): number => (value > least ? value ** exponent : 0);
  const root = (exponent: number): Float64Array =>
    square(size, (j, k) => {
      let sum = 0;
      for (let i = 0; i < size; i++)
        sum += power(values[i]!, exponent) * vectors.data[i * size + j]! * vectors.data[i * size + k]!;
      return sum;
    });
  const [p, inverse] = [root(0.5), root(-0.5)];
  const { vectors: turns } = eigen({ shape: [size, size], data: product(product(p, ofB, size), p, size) });
  // Columns of P Uᵀ for b, rows of U P⁻¹ for a.
  const forB = (k: number, j: number): number => sum(size, (i) => p[j * size + i]! * turns.data[k * size + i]!);
  const forA = (k: number, j: number): number => sum(size, (i) => turns.data[k * size + i]! * inverse[i * size + j]!);
  const newA = new Float32Array(rank * width);
  const newB = new Float32Array(out * rank);
  for (let k = 0; k < rank; k++) {
    const [rowOfA, columnOfB] = [Float64Array, Float64Array].map((List) => new List(size)) as [
      Float64Array,
      Float64Array,
    ];
    for (let j = 0; j < size; j++) [rowOfA[j], columnOfB[j]] = [forA(k, j), forB(k, j)];
    for (let i = 0; i < width; i++) newA[k * width + i] = sum(size, (j) => rowOfA[j]! * a.data[j * width + i]!);
    for (let i = 0; i < out; i++) newB[i * rank + k] = sum(size, (j) => columnOfB[j]! * b.data[i * size + j]!);
  }
  return { a: { shape: [rank, width], data: newA }, b: { shape: [out, rank], data: newB }, scale: 1 };
}

function sum(size: number, of: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < size; i++) total += of(i);
  return total;
}

const square = (size: number, of: (j: number, k: number) => number): Float64Array =>
  Float64Array.from({ length: size * size }, (_, i) => of(Math.floor(i / size), i % size));

const product = (a: Float64Array, b: Float64Array, size: number): Float64Array =>
  square(size, (j, k) => sum(size, (i) => a[j * size + i]! * b[i * size + k]!));

/** Of two lists of numbers within `data`. */
const dot = (data: Float32Array, first: number, step: number, second: number, count: number): number =>
  sum(count, (i) => data[first + i * step]! * data[second + i * step]!);

function meanRows(parts: readonly (AdapterRows & { share: number })[]): AdapterRows {
  const width = parts[0]!.data.shape[1]!;
  const ids = [...new Set(parts.flatMap((part) => part.ids))].sort((a, b) => a - b);
  const data: NdArray = { shape: [ids.length, width], data: new Float32Array(ids.length * width) };
  ids.forEach((id, to) => {
    const some = parts.map(({ ids: own, ...part }) => ({ ...part, at: own.indexOf(id) })).filter(({ at }) => at >= 0);
    const total = some.reduce((all, { share }) => all + share, 0);
    for (const { at, share, data: own } of some) {
      const factor = some.length === 1 ? 1 : Math.abs(total) > 1e-8 ? share / total : 1 / some.length;
      for (let i = 0; i < width; i++) data.data[to * width + i]! += factor * own.data[at * width + i]!;
    }
  });
  return { ids, data };
}
