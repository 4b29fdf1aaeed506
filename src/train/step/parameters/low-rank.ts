/**
 * What low-rank methods have in common: which matrices of the layers are updated by B A, of which A [rank, in] and B [out,
 * rank] are trained, and rows of new tokens beside them, which no such update can make. A begins uniform as PyTorch's linear
 * layers do, B at zero, so that the first update starts from the model itself. The matrices are frozen and their gradients
 * never made. What a method makes of B A is its own file's; what is saved is the merged model.
 */
import * as z from "zod";
import * as tf from "../../../tensors.js";
import { type LinearLayer, linearLayers } from "../../../architecture/index.js";
import { type Adapter, changed, type LowRank, type Module, withModules } from "../../../model/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { NdArray, Weights } from "../../../types.js";
import { chosenLayers, type LayerChoice, layerChoice } from "./layer-choice.js";
import { refuse, targeted } from "./low-rank-targets.js";
import { type NewRows, takenOf, type TrainedRows } from "../rows.js";
import { selectionOf, trainedOf } from "./trainable.js";
import { newRows } from "./trainables.js";
import type { Leaves, Parameters, Shaped } from "../types.js";

export interface LowRankOptions {
  /** Defaults to 8. */
  rank?: number;
  /** Of the scale of B A; defaults to twice the rank. */
  alpha?: number;
  /**
   * Which matrices: "attention", "feed-forward", the usual names (q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj)
   * or those of the model's own files. Defaults to all of both.
   */
  targets?: string[];
  /** Defaults to "all"; `{ first: 2, last: 2 }` are those at both ends (LayRA). */
  layers?: LayerChoice;
  /** Factor of B's learning rate (LoRA+); defaults to 1. */
  rateOfB?: number;
  /** Rows of the tables that are trained beside; defaults to those that the run knows as new, `false` leaves them frozen. */
  newRows?: NewRows | false;
}

/** Shape of the same in a recipe. */
export const lowRankOptions = z.strictObject({
  rank: z.int().min(1).optional(),
  alpha: z.number().gt(0).optional(),
  targets: z.array(z.string().min(1)).min(1).optional(),
  layers: layerChoice.optional(),
  rateOfB: z.number().gt(0).optional(),
  newRows: z.union([z.literal(false), newRows]).optional(),
});

export interface LowRankMethod {
  name: string;
  scale(alpha: number, rank: number): number;
  /** What an adapter says of the scale. */
  adapter?: Pick<Adapter, "rslora">;
  /** Lengths that the rows of a weight begin with, where they are trained. */
  magnitude?(layer: LinearLayer, weight: NdArray | undefined): NdArray;
  /** What comes out of a layer, without bias: `y` of the weight itself, `change` of the scaled B A. */
  output(at: {
    y: tf.Tensor;
    change: tf.Tensor;
    tensors: LowRankTensors;
    scale: number;
    layer: LinearLayer;
  }): tf.Tensor;
}

/** `magnitude` and `weight` are there where rows have lengths of their own. */
export interface LowRankTensors {
  a: tf.Tensor2D;
  b: tf.Tensor2D;
  magnitude?: tf.Tensor;
  weight?: tf.Tensor2D;
}

export function lowRank(method: LowRankMethod, options: LowRankOptions): Parameters {
  const { name } = method;
  const { rank = 8, alpha = 2 * rank, targets = ["attention", "feed-forward"], layers = "all" } = options;
  const { rateOfB = 1, newRows } = options;
  const check = (field: string, value: unknown, ok: boolean, wanted: string): void => {
    if (!ok) throw new Error(`${name}: invalid ${field}: ${JSON.stringify(value)} (${wanted})`);
  };
  check("rank", rank, Number.isInteger(rank) && rank >= 1, "a whole number from 1");
  check("alpha", alpha, alpha > 0 && alpha < Infinity, "a positive number");
  check("rateOfB", rateOfB, rateOfB > 0 && rateOfB < Infinity, "a positive number");
  const said = { rank, alpha, targets, layers, rateOfB, ...(newRows !== undefined && { newRows }) };
  return made({
    name,
    options: said,
    told: ({ newRows: known }) =>
      newRows === undefined && known ? lowRank(method, { ...options, newRows: known }) : undefined,
    of({ config, seed, weights }) {
      const chosen = chosenLayers(layers, config.layers, (what, fix) => refuse(name, "layers", what, fix));
      const updated = targeted(name, targets, linearLayers(config)).filter(({ layer }) => chosen.includes(layer));
      const rows = newRows
        ? selectionOf(config, trainedOf({ config, trainable: "new-rows", newRows }))
        : { leaves: {}, rows: {} };
      return leavesOf({ method, updated, rows, rank, scale: method.scale(alpha, rank), rateOfB, seed, weights });
    },
  });
}

/** Names of what is trained for a weight. */
export const lowRankNames = (weight: string): Record<"a" | "b" | "magnitude", string> => ({
  a: `lora.a.${weight}`,
  b: `lora.b.${weight}`,
  magnitude: `lora.magnitude.${weight}`,
});

function leavesOf(at: {
  method: LowRankMethod;
  updated: LinearLayer[];
  rows: Leaves;
  rank: number;
  scale: number;
  rateOfB: number;
  seed: number;
  weights: Weights | undefined;
}): Leaves {
  const { method, updated, rows, rank, scale, rateOfB, seed, weights } = at;
  const added: Weights = {};
  const rates: Shaped = {};
  const modules: Record<string, Module> = {};
  for (const layer of updated) {
    const { name, out, width } = layer;
    const names = lowRankNames(name);
    const random = rng(seed).fork(`lora ${name}`);
    const bound = 1 / Math.sqrt(width);
    added[names.a] = filled([rank, width], () => (2 * random.uniform() - 1) * bound);
    added[names.b] = filled([out, rank], () => 0);
    if (rateOfB !== 1) rates[names.b] = { shape: [out, rank], rate: rateOfB };
    const magnitude = method.magnitude?.(layer, weights?.[name]);
    if (magnitude) added[names.magnitude] = magnitude;
    modules[name] = {
      reads: [names.a, names.b, ...(magnitude ? [names.magnitude, name] : [])],
      of({ tensors: [a, b, magnitude, weight], x, y }) {
        const tensors = { a, b, magnitude, weight } as LowRankTensors;
        const change = tf.mul(
          tf.matMul(tf.matMul(x as tf.Tensor2D, tensors.a, false, true), tensors.b, false, true),
          scale,
        );
        return method.output({ y, change, tensors, scale, layer });
      },
    };
  }
  return {
    leaves: { ...added, ...rates, ...rows.leaves },
    rows: rows.rows,
    added,
    weights: (state) => withModules(state, modules),
    merged(state) {
      const merged = Object.fromEntries(Object.entries(state).filter(([name]) => !(name in added)));
      for (const { name, transposed } of updated)
        merged[name] = changed(state[name]!, updateOf(state, name, scale), transposed);
      return merged;
    },
    adapter: (state) => ({
      ...method.adapter,
      updates: Object.fromEntries(updated.map(({ name }) => [name, updateOf(state, name, scale)])),
      rows: adapterRows(rows.rows, state),
    }),
    said: saidOf(updated, rows),
  };
}

/** What a state holds for a weight. */
function updateOf(state: Weights, weight: string, scale: number): LowRank {
  const { a, b, magnitude } = lowRankNames(weight);
  return { a: state[a]!, b: state[b]!, scale, ...(state[magnitude] && { magnitude: state[magnitude] }) };
}

function adapterRows(rows: TrainedRows, state: Weights): Adapter["rows"] {
  const taken = takenOf(rows, state);
  return Object.fromEntries(Object.entries(rows).map(([name, ids]) => [name, { ids: [...ids], data: taken[name]! }]));
}

function saidOf(updated: LinearLayer[], { rows }: Leaves): string {
  const tables = Object.values(rows).map(({ length }) => length);
  const also =
    tables.length > 0
      ? `and ${tables[0]} rows of ${tables.length === 1 ? "the table" : "both tables"}`
      : "and no row of a table";
  return `trained: low-rank updates of ${updated.length} ${updated.length === 1 ? "matrix" : "matrices"} ${also}`;
}

const filled = (shape: [number, number], value: () => number): NdArray => ({
  shape,
  data: Float32Array.from({ length: shape[0] * shape[1] }, value),
});
