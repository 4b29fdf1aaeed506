/**
 * How far training moved each tensor: ‖θ − θ₀‖ / ‖θ₀‖ and cos(θ, θ₀). Rows of embedding tables that were new at the start
 * are reported apart from the old ones, since they have every reason to move more.
 */
import type { NdArray, Weights } from "../types.js";

export interface ParameterShiftOptions {
  before: Weights;
  /** Same names and shapes as `before`: widen first, then compare. */
  after: Weights;
  /** Ids of rows that were new in `before`; defaults to none. */
  newRows?: readonly number[];
  /** Names of the tables that those ids address, for which there must be some where there are new rows. */
  tables?: readonly string[];
}

export interface ParameterShift {
  /** The tensor's name; "… (new rows)" for the new part of a table, "all" for everything at once. */
  name: string;
  /** ‖θ − θ₀‖ / ‖θ₀‖; Infinity where θ₀ = 0 and θ ≠ 0. */
  relative: number;
  /** cos(θ, θ₀); null where one of them is 0. */
  cosine: number | null;
  /** ‖θ − θ₀‖. */
  distance: number;
  parameters: number;
}

export function parameterShift(options: ParameterShiftOptions): ParameterShift[] {
  const { before, after, newRows = [], tables = [] } = options;
  if (newRows.length > 0 && tables.length === 0)
    throw new Error("parameterShift: invalid tables: none (name the tables that the new rows are of)");
  const isNew = new Set(newRows);
  const total = sums();
  const shifts: ParameterShift[] = [];
  for (const [name, from] of Object.entries(before)) {
    const to = same(name, from, after[name]);
    const split = isNew.size > 0 && tables.includes(name);
    const old = sums();
    const fresh = sums();
    const width = split ? from.data.length / from.shape[0]! : from.data.length;
    for (let row = 0; row * width < from.data.length; row++) {
      add(split && isNew.has(row) ? fresh : old, from.data, to.data, row * width, (row + 1) * width);
    }
    shifts.push(shift(name, old));
    if (fresh.n > 0) shifts.push(shift(`${name} (new rows)`, fresh));
    for (const part of [old, fresh]) merge(total, part);
  }
  return [...shifts, shift("all", total)];
}

interface Sums {
  n: number;
  from: number;
  to: number;
  dot: number;
  distance: number;
}
const sums = (): Sums => ({ n: 0, from: 0, to: 0, dot: 0, distance: 0 });

function add(into: Sums, from: Float32Array, to: Float32Array, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    const a = from[i]!;
    const b = to[i]!;
    into.from += a * a;
    into.to += b * b;
    into.dot += a * b;
    into.distance += (b - a) * (b - a);
  }
  into.n += end - start;
}

function merge(into: Sums, part: Sums): void {
  for (const key of ["n", "from", "to", "dot", "distance"] as const) into[key] += part[key];
}

function shift(name: string, { n, from, to, dot, distance }: Sums): ParameterShift {
  const relative = distance === 0 ? 0 : Math.sqrt(distance / from);
  const cosine = from > 0 && to > 0 ? Math.min(1, Math.max(-1, dot / Math.sqrt(from * to))) : null;
  return { name, relative, cosine, distance: Math.sqrt(distance), parameters: n };
}

function same(name: string, from: NdArray, to: NdArray | undefined): NdArray {
  if (to && to.data.length === from.data.length && String(to.shape) === String(from.shape)) return to;
  const got = to ? `[${to.shape}] against [${from.shape}]` : "missing in after";
  throw new Error(`parameterShift: invalid tensor: ${name}: ${got}`);
}
