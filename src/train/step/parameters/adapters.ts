/**
 * Adapters (Houlsby et al. 2019; as MAD-X has them, Pfeiffer et al. 2020): after each layer h + U relu(D h + c) + b, a bottleneck
 * of a few numbers, where the model itself stays as it is. With `domains` each has its own and a sequence goes through that of
 * its domain, as in X-Mod (Pfeiffer et al. 2022), where the body is trained too; a sequence of no such domain passes by.
 *
 * D begins uniform as PyTorch's linear layers do, everything else at zero, so that the first update starts from the model itself
 * (the authors draw U, too).
 */
import * as z from "zod";
import * as tf from "@tensorflow/tfjs";
import { placesOf } from "../../../architecture/index.js";
import { type Module, normed } from "../../../model/index.js";
import { made } from "../../../registry.js";
import { type Rng, rng } from "../../../rng.js";
import type { ModelConfig, NdArray, Weights } from "../../../types.js";
import { beside, type BesideOptions, besideOptions, besideSaid, chosen, DOMAIN, toldRows } from "./beside.js";
import type { Parameters } from "../types.js";

export interface AdaptersOptions extends BesideOptions {
  /** Numbers in the bottleneck; defaults to a sixteenth of the model's width, 4 at least. */
  size?: number;
  /**
   * What goes into the bottleneck: the layer's output h ("stream", the default), or h normed once more with the weights of the
   * layer's last norm ("norm"), as X-Mod reuses it. Of layers whose sums are normed (BERT, XLM-R) h is n, normed already, and as
   * in X-Mod n + A(n) is what the second norm then makes of it; of others it is h + A(norm(h)).
   */
  reads?: "stream" | "norm";
}

export const adaptersOptions = z.strictObject({
  size: z.int().min(1).optional(),
  reads: z.enum(["stream", "norm"]).optional(),
  ...besideOptions,
});

const parts = ["down.weight", "down.bias", "up.weight", "up.bias"] as const;

export function adapters({ size, reads = "stream", ...options }: AdaptersOptions = {}): Parameters {
  const caller = "adapters";
  if (reads !== "stream" && reads !== "norm")
    throw new Error(`${caller}: invalid reads: ${JSON.stringify(reads)} ("stream" or "norm")`);
  const own = { ...(size !== undefined && { size }), ...(reads !== "stream" && { reads }) };
  if (size !== undefined && !(Number.isInteger(size) && size >= 1))
    throw new Error(`${caller}: invalid size: ${size} (a whole number from 1)`);
  return made({
    name: caller,
    options: { ...own, ...besideSaid(caller, options) },
    told(run) {
      const newRows = toldRows(options, run.newRows);
      return newRows && adapters({ ...options, ...own, newRows });
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
        const read = parts.flatMap((_, part) => each.map((names) => names[part]!));
        const change = (y: tf.Tensor, tensors: tf.Tensor[], batch: number): tf.Tensor =>
          domains ? ofDomains(y, tensors, domains.length, batch) : bottleneck(y, tensors as Four);
        const adapter = { reads: [...(domains ? [DOMAIN] : []), ...read], change };
        modules[`layers.${layer}`] = reads === "norm" ? onNorm(config, layer, adapter) : onStream(adapter);
      }
      return beside({ ...options, config, caller, added, domainOf: (name) => owners.get(name), modules });
    },
  });
}

interface Adapter {
  reads: readonly string[];
  /** Of rows [batch · n, width]. */
  change(y: tf.Tensor, tensors: tf.Tensor[], batch: number): tf.Tensor;
}

const onStream = ({ reads, change }: Adapter): Module => ({
  reads,
  of: ({ tensors, y, batch }) => tf.add(y, change(y, tensors, batch)),
});

function onNorm(config: ModelConfig, layer: number, { reads, change }: Adapter): Module {
  const places = placesOf(config);
  const slot = `layers.${layer}.${config.normAt === "post" ? "afterFeed" : "feedNorm"}`;
  const norms = [`${slot}.weight`, `${slot}.bias`].flatMap((one) => places[one]?.name ?? []);
  if (norms.length === 0) throw new Error(`adapters: invalid reads: "norm" (${slot} is no norm of this kind of model)`);
  return {
    reads: [...norms, ...reads],
    of: ({ tensors, y, batch }) => {
      const [weight, bias] = tensors.slice(0, norms.length) as [tf.Tensor, tf.Tensor?];
      const again = (x: tf.Tensor): tf.Tensor => normed(config, x, weight, bias);
      const given = tensors.slice(norms.length);
      return config.normAt === "sum"
        ? again(tf.add(y, change(y, given, batch)))
        : tf.add(y, change(again(y), given, batch));
    },
  };
}

type Four = [down: tf.Tensor, downBias: tf.Tensor, up: tf.Tensor, upBias: tf.Tensor];

/** Rows [n, width], or [batch, n, width] with matrices of each sequence's own. */
function bottleneck(x: tf.Tensor, [down, downBias, up, upBias]: Four): tf.Tensor {
  const within = tf.relu(tf.add(tf.matMul(x, down, false, true), downBias));
  return tf.add(tf.matMul(within, up, false, true), upBias);
}

function ofDomains(y: tf.Tensor, [domain, ...tensors]: tf.Tensor[], count: number, batch: number): tf.Tensor {
  const own = parts.map((_, i) => chosen(domain!, tensors.slice(i * count, (i + 1) * count), batch));
  const [down, downBias, up, upBias] = own as Four;
  const wide = (bias: tf.Tensor): tf.Tensor => tf.reshape(bias, [batch, 1, -1]);
  const rows = tf.reshape(y, [batch, -1, y.shape[1]!]);
  return tf.reshape(bottleneck(rows, [down, wide(downBias), up, wide(upBias)]), y.shape);
}

const zeros = (shape: number[]): NdArray => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });

/** Uniform within 1/√width. */
function drawn([out, width]: [number, number], random: Rng): NdArray {
  const data = Float32Array.from({ length: out * width }, () => (2 * random.uniform() - 1) / Math.sqrt(width));
  return { shape: [out, width], data };
}
