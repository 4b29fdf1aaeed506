/**
 * Sculpting Subspaces (Nayak et al. 2025, https://arxiv.org/abs/2504.07097), also called orthogonal subspace fine-tuning: the
 * leading singular directions of every matrix of the layers, as the run begins, are kept, and it learns in the others. With U
 * and V the leading vectors of the two sides, a gradient or update D loses
 *
 *     "sides"   all that touches either: what is left is (1 − UUᵀ) D (1 − VVᵀ), in which UᵀW and WV stay what they were;
 *     "core"    what leads from V to U: what is left is D − U (Uᵀ D V) Vᵀ, in which UᵀWV stays and more is free.
 *
 * How many directions: a part of the matrix's smaller side, the same everywhere, or by layer: more where old text goes through
 * a layer nearly as it came, which is the mean cosine of a layer's input and output over its mean in all layers. Tables,
 * norms and biases are trained as ever. It costs a decomposition of each matrix at the beginning (0.1 to 0.2 s at 256 by 704; by the
 * cube of the smaller side), the vectors beside the weights, and products with them twice an update: about a tenth of it at 3 M parameters and 1024 tokens.
 */
import * as tf from "../../../tensors.js";
import { leading } from "../../../embed/index.js";
import { made } from "../../../registry.js";
import type { Weights } from "../../../types.js";
import { check } from "../checks.js";
import { projecting, trainedMatrices } from "./projection.js";
import type { Part } from "../types.js";
import { watch } from "./watch.js";

export const forms = ["sides", "core"] as const;

export interface OsfAdaptive {
  /** Domains of the old text, whose train parts are read. */
  on: string[];
  /** Part of the directions that the least important layer keeps at least; defaults to 0.1, the paper's. */
  least?: number;
  /** And a layer of mean importance; defaults to 0.8, the paper's. */
  mean?: number;
  /** Of the old text, to measure by; defaults to 32. */
  sequences?: number;
}

export interface OsfOptions {
  /** Part of each matrix's directions that is kept; defaults to 0.5. */
  keep?: number;
  /** By layer instead. */
  adaptive?: OsfAdaptive;
  /** Defaults to "sides", as it is in `peft`; "core" is the paper's formula for a whole matrix. */
  form?: (typeof forms)[number];
}

export function osf({ keep, adaptive, form = "sides" }: OsfOptions = {}): Part {
  if (keep !== undefined && adaptive)
    throw new Error("osf: invalid keep: not together with adaptive (give one of the two)");
  const fixed = adaptive ? undefined : (keep ?? 0.5);
  if (fixed !== undefined) check("osf", "keep", fixed, fixed > 0 && fixed <= 1);
  if (!forms.includes(form)) throw new Error(`osf: invalid form: ${form} (one of ${forms.join(", ")})`);
  const { on = [], least = 0.1, mean = 0.8, sequences = 32 } = adaptive ?? {};
  check("osf", "adaptive.least", least, least >= 0 && least <= 1);
  check("osf", "adaptive.mean", mean, mean >= least && mean <= 1);
  check("osf", "adaptive.sequences", sequences, Number.isInteger(sequences) && sequences >= 1);
  return made({
    name: "osf",
    options: { keep: fixed, adaptive: adaptive && { on, least, mean, sequences }, form },
    begin({ config, leaves, shards, seed, context }) {
      for (const domain of on)
        if (!shards[domain]?.train) throw new Error(`osf: invalid on: ${domain} (there is no text of it to train on)`);
      const matrices = trainedMatrices("osf", config, leaves).map(({ name, layer }) => {
        return { name, layer, shape: leaves.leaves[name]!.shape };
      });
      /** Rows that there is room for: rows of 0 keep nothing. */
      const roomOf = (shape: readonly number[]): number => rankOf(fixed ?? 1, shape);
      const slots: Weights = {};
      for (const { name, shape } of matrices)
        [left(name), right(name)].forEach((slot, side) => {
          const rows = roomOf(shape);
          slots[slot] = { shape: [rows, shape[side]!], data: new Float32Array(rows * shape[side]!) };
        });
      return {
        slots,
        async prepare(at) {
          const label = "leading directions";
          const cosines = adaptive
            ? await cosinesOf(
                { config, leaves, shards, seed, context, on, sequences, label: "importance of layers" },
                at,
              )
            : [];
          if (at.signal?.aborted) return;
          const parts = cosines.map((_, layer) => partOf(cosines, layer, { least, mean }));
          if (adaptive) {
            const listed = parts.map((part) => `${Math.round(100 * part)} %`).join(", ");
            at.onProgress?.({ label: `osf: directions kept by layer: ${listed}`, done: 1, total: 1, notice: true });
          }
          for (const [i, { name, shape, layer }] of matrices.entries()) {
            if (at.signal?.aborted) return;
            const rank = rankOf(fixed ?? parts[layer]!, shape);
            const { [name]: table } = await at.state.read([name]);
            const found = await leading({ table: { shape, data: table!.data as Float32Array }, rank });
            const filled = (slot: string, { data }: { data: Float64Array }): void => {
              const whole = new Float32Array(slots[slot]!.data.length);
              whole.set(data);
              at.state.write({ [slot]: { shape: slots[slot]!.shape, data: whole } });
            };
            filled(left(name), found.left);
            filled(right(name), found.right);
            at.onProgress?.({ label, done: i + 1, total: matrices.length });
          }
        },
        ...projecting({
          part: "osf",
          names: matrices.map(({ name }) => name),
          within(change, name, state) {
            return within(change, { u: state[left(name)]!, v: state[right(name)]!, form });
          },
        }),
      };
    },
  });
}

const left = (name: string): string => `osf.left.${name}`;
const right = (name: string): string => `osf.right.${name}`;

export interface Sides {
  /** Left and right directions, a row each. */
  u: tf.Tensor;
  v: tf.Tensor;
  form: (typeof forms)[number];
}

/** What of a change of the matrix is in them. */
export function within(change: tf.Tensor, { u, v, form }: Sides): tf.Tensor {
  const onRight = (rows: tf.Tensor): tf.Tensor => tf.matMul(tf.matMul(rows, v, false, true), v);
  const reached = tf.matMul(u, change);
  if (form === "core") return tf.matMul(u, onRight(reached), true);
  const onLeft = tf.matMul(u, reached, true);
  return tf.add(onLeft, onRight(tf.sub(change, onLeft)));
}

const rankOf = (part: number, shape: readonly number[]): number => Math.max(1, Math.round(part * Math.min(...shape)));

/** The part that a layer keeps, whose importance is its cosine over the mean of all. */
export function partOf(
  cosines: readonly number[],
  layer: number,
  { least, mean }: { least: number; mean: number },
): number {
  const whole = cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
  const importance = whole > 0 ? cosines[layer]! / whole : 1;
  return Math.min(1, Math.max(least, least + importance * (mean - least)));
}

/** Mean cosine of what goes into each layer and what comes out of it. */
async function cosinesOf(
  options: Omit<Parameters<typeof watch>[0], "places" | "seen">,
  at: Parameters<typeof watch>[1],
): Promise<number[]> {
  const places = Array.from({ length: options.config.layers }, (_, layer) => `layers.${layer}`);
  const sums = places.map(() => 0);
  const seen: Parameters<typeof watch>[0]["seen"] = (rows) => {
    const cosines = places.map((place) => {
      const { x, y } = rows[place]!;
      const lengths = tf.sqrt(tf.mul(tf.sum(tf.square(x), 1), tf.sum(tf.square(y), 1)));
      return tf.mean(tf.div(tf.sum(tf.mul(x, y), 1), tf.maximum(lengths, 1e-30)));
    });
    return { outputs: Object.fromEntries(places.map((place, i) => [place, cosines[i]!])) };
  };
  await watch({ ...options, places, seen }, at, (outputs) =>
    places.forEach((place, i) => (sums[i]! += outputs[place]![0]! / options.sequences)),
  );
  return sums;
}
