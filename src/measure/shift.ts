/**
 * How far training moved each tensor, layer or role: ‖θ − θ₀‖ / ‖θ₀‖ and cos(θ, θ₀). Rows of embedding tables that were new at
 * the start are reported apart from the old ones, since they have every reason to move more.
 */
import { parametersOf, tablesOf } from "../architecture/index.js";
import type { ModelConfig, NdArray, Weights } from "../types.js";

export interface ParameterShiftOptions {
  before: Weights;
  /** Same names and shapes as `before`: widen first, then compare. */
  after: Weights;
  /** Ids of rows that were new in `before`; defaults to none. */
  newRows?: readonly number[];
  /** Names of the tables that those ids address; default to those of `config`, and one of the two must be there where there are new rows. */
  tables?: readonly string[];
  /** The model's, which says of each tensor what it is. */
  config?: ModelConfig;
  /** What is summed up, which all but tensors needs `config` for; defaults to "tensor". */
  by?: "tensor" | "layer" | "role" | "layer and role";
}

export interface ParameterShift {
  /** The tensor's name, "layer 3", "attention" or "layer 3 attention", counted from 0; "… (new rows)" for the new part of a table, "all" for everything at once. */
  name: string;
  /** Counted from 0, where rows are of layers. */
  layer?: number;
  /** Where rows are of roles. */
  role?: string;
  /** ‖θ − θ₀‖ / ‖θ₀‖; Infinity where θ₀ = 0 and θ ≠ 0. */
  relative: number;
  /** cos(θ, θ₀); null where one of them is 0. */
  cosine: number | null;
  /** ‖θ − θ₀‖. */
  distance: number;
  parameters: number;
}

export function parameterShift(options: ParameterShiftOptions): ParameterShift[] {
  const { before, after, newRows = [], config, by = "tensor" } = options;
  const { tables = config ? tableNames(config) : [] } = options;
  if (newRows.length > 0 && tables.length === 0)
    throw new Error("parameterShift: invalid tables: none (name the tables that the new rows are of)");
  if (by !== "tensor" && !config) throw new Error(`parameterShift: invalid by: ${by} (needs the model's config)`);
  const groupOf = by === "tensor" ? (name: string): Group => ({ name }) : groups(config!, by);
  const isNew = new Set(newRows);
  const total = sums();
  const found = new Map<string, { group: Group; of: Sums }>();
  const into = (group: Group): Sums => {
    const one = found.get(group.name) ?? { group, of: sums() };
    found.set(group.name, one);
    return one.of;
  };
  for (const [name, from] of Object.entries(before)) {
    const to = same(name, from, after[name]);
    const group = groupOf(name);
    const split = isNew.size > 0 && tables.includes(name);
    const old = sums();
    const fresh = sums();
    const width = split ? from.data.length / from.shape[0]! : from.data.length;
    for (let row = 0; row * width < from.data.length; row++) {
      add(split && isNew.has(row) ? fresh : old, from.data, to.data, row * width, (row + 1) * width);
    }
    merge(into(group), old);
    if (fresh.n > 0) merge(into({ ...group, name: `${group.name} (new rows)` }), fresh);
    for (const part of [old, fresh]) merge(total, part);
  }
  return [...[...found.values()].map(({ group, of }) => shift(group, of)), shift({ name: "all" }, total)];
}

type Group = Pick<ParameterShift, "name" | "layer" | "role">;

function tableNames(config: ModelConfig): string[] {
  const { embedding, head } = tablesOf(config);
  return [embedding, ...(head === undefined ? [] : [head])];
}

/** What is outside of layers is called by its role. */
function groups(config: ModelConfig, by: "layer" | "role" | "layer and role"): (name: string) => Group {
  const known = new Map(parametersOf(config).map((each) => [each.name, each]));
  return (name) => {
    const parameter = known.get(name);
    if (!parameter) throw new Error(`parameterShift: invalid tensor: ${name}: not of this config`);
    const { layer, role } = parameter;
    const inLayer = layer !== undefined && by !== "role";
    const words = [...(inLayer ? [`layer ${layer}`] : []), ...(by === "layer" && inLayer ? [] : [role])];
    return {
      name: words.join(" "),
      ...(inLayer && { layer }),
      ...((by !== "layer" || !inLayer) && { role }),
    };
  };
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

function shift(group: Group, { n, from, to, dot, distance }: Sums): ParameterShift {
  const relative = distance === 0 ? 0 : Math.sqrt(distance / from);
  const cosine = from > 0 && to > 0 ? Math.min(1, Math.max(-1, dot / Math.sqrt(from * to))) : null;
  return { ...group, relative, cosine, distance: Math.sqrt(distance), parameters: n };
}

function same(name: string, from: NdArray, to: NdArray | undefined): NdArray {
  if (to && to.data.length === from.data.length && String(to.shape) === String(from.shape)) return to;
  const got = to ? `[${to.shape}] against [${from.shape}]` : "missing in after";
  throw new Error(`parameterShift: invalid tensor: ${name}: ${got}`);
}
