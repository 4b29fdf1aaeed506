/**
 * Adapters (Houlsby et al. 2019; as MAD-X has them, Pfeiffer et al. 2020): after each layer h + U relu(D h + c) + b, a bottleneck
 * of a few numbers, where the model itself stays as it is. With `domains` each has its own and a sequence goes through that of
 * its domain, as in X-Mod (Pfeiffer et al. 2022), where the body is trained too; a sequence of no such domain passes by.
 *
 * D begins uniform as PyTorch's linear layers do, everything else at zero, so that the first update starts from the model itself
 * (the authors draw U, too). X-Mod reads the layer's last norm and not the residual stream; decoders have no such norm.
 */
import * as z from "zod";
import * as tf from "@tensorflow/tfjs";
import type { Module } from "../../../model/index.js";
import { made } from "../../../registry.js";
import { type Rng, rng } from "../../../rng.js";
import type { NdArray, Weights } from "../../../types.js";
import { beside, type BesideOptions, besideOptions, besideSaid, chosen, DOMAIN, toldRows } from "./beside.js";
import type { Parameters } from "../types.js";

export interface AdaptersOptions extends BesideOptions {
  /** Numbers in the bottleneck; defaults to a sixteenth of the model's width, 4 at least. */
  size?: number;
}

export const adaptersOptions = z.strictObject({ size: z.int().min(1).optional(), ...besideOptions });

const parts = ["down.weight", "down.bias", "up.weight", "up.bias"] as const;

export function adapters({ size, ...options }: AdaptersOptions = {}): Parameters {
  const caller = "adapters";
  if (size !== undefined && !(Number.isInteger(size) && size >= 1))
    throw new Error(`${caller}: invalid size: ${size} (a whole number from 1)`);
  return made({
    name: caller,
    options: { ...(size !== undefined && { size }), ...besideSaid(caller, options) },
    told(run) {
      const newRows = toldRows(options, run.newRows);
      return newRows && adapters({ ...options, ...(size !== undefined && { size }), newRows });
    },
    of({ config: { width, layers }, config, seed }) {
      const { domains } = options;
      const inner = size ?? Math.max(4, Math.round(width / 16));
      const added: Weights = {};
      const modules: Record<string, Module> = {};
      const owners = new Map<string, string | undefined>();
      for (let layer = 0; layer < layers; layer++) {
        const each = (domains ?? [undefined]).map((domain) => {
          const at = `adapters.${domain === undefined ? "" : `${domain}.`}layers.${layer}`;
          const names = parts.map((part) => `${at}.${part}`) as [string, string, string, string];
          const [down, downBias, up, upBias] = names;
          added[down] = drawn([inner, width], rng(seed).fork(down));
          added[downBias] = zeros([inner]);
          added[up] = zeros([width, inner]);
          added[upBias] = zeros([width]);
          for (const name of names) owners.set(name, domain);
          return names;
        });
        // Part by part, each of all domains.
        const reads = parts.flatMap((_, part) => each.map((names) => names[part]!));
        modules[`layers.${layer}`] = domains
          ? { reads: [DOMAIN, ...reads], of: ({ tensors, ...at }) => ofDomains(tensors, domains.length, at) }
          : { reads, of: ({ tensors, y }) => tf.add(y, bottleneck(y, tensors as Four)) };
      }
      return beside({ ...options, config, caller, added, domainOf: (name) => owners.get(name), modules });
    },
  });
}

type Four = [down: tf.Tensor, downBias: tf.Tensor, up: tf.Tensor, upBias: tf.Tensor];

/** Rows [n, width], or [batch, n, width] with matrices of each sequence's own. */
function bottleneck(x: tf.Tensor, [down, downBias, up, upBias]: Four): tf.Tensor {
  const within = tf.relu(tf.add(tf.matMul(x, down, false, true), downBias));
  return tf.add(tf.matMul(within, up, false, true), upBias);
}

function ofDomains(
  [domain, ...tensors]: tf.Tensor[],
  count: number,
  { y, batch }: { y: tf.Tensor; batch: number },
): tf.Tensor {
  const own = parts.map((_, i) => chosen(domain!, tensors.slice(i * count, (i + 1) * count), batch));
  const [down, downBias, up, upBias] = own as Four;
  const wide = (bias: tf.Tensor): tf.Tensor => tf.reshape(bias, [batch, 1, -1]);
  const rows = tf.reshape(y, [batch, -1, y.shape[1]!]);
  const change = bottleneck(rows, [down, wide(downBias), up, wide(upBias)]);
  return tf.add(y, tf.reshape(change, y.shape));
}

const zeros = (shape: number[]): NdArray => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });

/** Uniform within 1/√width. */
function drawn([out, width]: [number, number], random: Rng): NdArray {
  const data = Float32Array.from({ length: out * width }, () => (2 * random.uniform() - 1) / Math.sqrt(width));
  return { shape: [out, width], data };
}
