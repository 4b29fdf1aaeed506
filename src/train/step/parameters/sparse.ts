/**
 * A sparse mask: of every matrix of the layers a fixed few numbers are trained and the rest stay as they are, bit for bit. Which
 * is decided once, before the first update: drawn from the run's seed (Xu & Zhang 2024, https://arxiv.org/abs/2405.02596), or the
 * smallest or largest of each matrix (Liao et al. 2023, https://arxiv.org/abs/2305.16742, take the smallest).
 *
 * The numbers of one matrix are a leaf of their own, so moments, decay and clipping are of them alone. What it costs besides: the
 * gradient of the whole matrix is made and then read at those places, the matrix is copied in every update, and four bytes a
 * number say where it stands.
 */
import * as tf from "../../../tensors.js";
import { parametersOf } from "../../../architecture/index.js";
import { putRows, type Tensors } from "../../../engine/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { ModelConfig, NdArray, Weights } from "../../../types.js";
import type { Parameters } from "../types.js";

export const choosers = ["random", "smallest", "largest"] as const;

export interface SparseOptions {
  /** Share of the numbers of a matrix that is trained, above 0 to 1; or shares by the names of parameters, of which others are frozen. */
  density: number | Record<string, number>;
  /** Which numbers: drawn, or by their absolute values. Defaults to "random". */
  by?: (typeof choosers)[number];
}

export function sparse({ density, by = "random" }: SparseOptions): Parameters {
  for (const share of typeof density === "number" ? [density] : Object.values(density))
    if (!(share > 0 && share <= 1)) throw new Error(`sparse: invalid density: ${share} (above 0, at most 1)`);
  if (!choosers.includes(by)) throw new Error(`sparse: invalid by: ${String(by)} (one of ${choosers.join(", ")})`);
  return made({
    name: "sparse",
    options: { density, by },
    of({ config, seed, weights }) {
      const chosen = sharesOf(config, density).map(({ name, size, share }) => {
        const count = Math.max(1, Math.round(share * size));
        const values = weights?.[name]!.data;
        return {
          name,
          size,
          ids: by === "random" || !values ? drawn(name, size, count, seed) : ranked(values, count, by),
        };
      });
      const added = chosen.map(({ name, ids }): [string, NdArray] => {
        const data = Float32Array.from(ids, (id) => weights?.[name]!.data[id] ?? 0);
        return [leaf(name), { shape: [ids.length, 1], data }];
      });
      return {
        leaves: Object.fromEntries(added),
        rows: {},
        added: Object.fromEntries(added),
        weights(state) {
          const whole: Tensors = { ...state };
          for (const { name, size, ids } of chosen) {
            const column = tf.reshape(state[name]!, [size, 1]);
            whole[name] = tf.reshape(
              putRows(column, tf.tensor1d(ids, "int32"), state[leaf(name)]!),
              state[name]!.shape,
            );
          }
          return whole;
        },
        merged(state) {
          const whole: Weights = Object.fromEntries(Object.entries(state).filter(([name]) => !isLeaf(name)));
          for (const { name, ids } of chosen) {
            const data = state[name]!.data.slice();
            ids.forEach((id, i) => (data[id] = state[leaf(name)]!.data[i]!));
            whole[name] = { shape: [...state[name]!.shape], data };
          }
          return whole;
        },
      };
    },
  });
}

const PREFIX = "sparse.";
const leaf = (name: string): string => `${PREFIX}${name}`;
const isLeaf = (name: string): boolean => name.startsWith(PREFIX);

/** The matrices that are trained in part. */
function sharesOf(
  config: ModelConfig,
  density: SparseOptions["density"],
): { name: string; size: number; share: number }[] {
  const matrices = parametersOf(config).filter(({ shape, layer }) => layer !== undefined && shape.length === 2);
  const known = new Set(matrices.map(({ name }) => name));
  const unknown = typeof density === "number" ? undefined : Object.keys(density).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new Error(`sparse: invalid density: ${unknown} (no matrix of a layer; one is ${matrices[0]!.name})`);
  return matrices.flatMap(({ name, shape: [out, width] }) => {
    const share = typeof density === "number" ? density : density[name];
    return share === undefined ? [] : [{ name, size: out! * width!, share }];
  });
}

/** `count` of `size` places, each set of them as likely, ascending (Floyd's algorithm). */
function drawn(name: string, size: number, count: number, seed: number): Int32Array {
  const random = rng(seed).fork(`sparse ${name}`);
  const places = new Set<number>();
  for (let last = size - count; last < size; last++) {
    const place = random.int(last + 1);
    places.add(places.has(place) ? last : place);
  }
  return Int32Array.from(places).sort();
}

/** The places of the `count` smallest or largest values, ascending; of equal ones the first. */
function ranked(values: Float32Array, count: number, by: "smallest" | "largest"): Int32Array {
  const sorted = Float32Array.from(values, Math.abs).sort();
  const edge = by === "smallest" ? sorted[count - 1]! : sorted[sorted.length - count]!;
  const within = (value: number): boolean => (by === "smallest" ? value < edge : value > edge);
  let equal = count - sorted.reduce((sum, value) => sum + Number(within(value)), 0);
  const places = new Int32Array(count);
  let found = 0;
  for (let i = 0; i < values.length; i++) {
    const value = Math.abs(values[i]!);
    if (within(value) || (value === edge && equal-- > 0)) places[found++] = i;
  }
  return places;
}
