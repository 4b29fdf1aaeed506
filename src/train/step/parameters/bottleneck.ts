/**
 * U relu(D h + c) + b: a bottleneck of a few numbers, one for all text or one for each domain, of which a sequence goes through
 * its own and through none where it has none. Where they stand is said by who asks for them.
 *
 * D begins uniform as PyTorch's linear layers do, everything else at zero, so that the first update starts from the model itself
 * (the authors of adapters draw U, too).
 */
import * as tf from "../../../tensors.js";
import type { Rng } from "../../../rng.js";
import type { NdArray, Weights } from "../../../types.js";
import { chosen, DOMAIN } from "./beside.js";

export interface Bottleneck {
  /** Names of the tensors that it is of. */
  reads: readonly string[];
  /** Of rows [batch · n, width]; `tensors` are those names'. */
  change(y: tf.Tensor, tensors: tf.Tensor[], batch: number): tf.Tensor;
}

export interface Bottlenecks {
  /** The tensors as they begin. */
  added: Weights;
  /** The domain of each. */
  owners: Map<string, string | undefined>;
  /** Makes one at a place. */
  at(place: string, sizes: { width: number; inner: number }): Bottleneck;
}

const parts = ["down.weight", "down.bias", "up.weight", "up.bias"] as const;

export function bottlenecks({ domains, random }: { domains: string[] | undefined; random: Rng }): Bottlenecks {
  const added: Weights = {};
  const owners = new Map<string, string | undefined>();
  return {
    added,
    owners,
    at(place, { width, inner }) {
      const each = (domains ?? [undefined]).map((domain) => {
        const at = `adapters.${domain === undefined ? "" : `${domain}.`}${place}`;
        const names = parts.map((part) => `${at}.${part}`) as [string, string, string, string];
        const [down, downBias, up, upBias] = names;
        added[down] = drawn([inner, width], random.fork(down));
        added[downBias] = zeros([inner]);
        added[up] = zeros([width, inner]);
        added[upBias] = zeros([width]);
        for (const name of names) owners.set(name, domain);
        return names;
      });
      // Part by part, each of all domains.
      const read = parts.flatMap((_, part) => each.map((names) => names[part]!));
      return {
        reads: [...(domains ? [DOMAIN] : []), ...read],
        change: (y, tensors, batch) =>
          domains ? ofDomains(y, tensors, domains.length, batch) : bottleneck(y, tensors as Four),
      };
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
