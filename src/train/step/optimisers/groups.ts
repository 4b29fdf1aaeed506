/**
 * What optimisers have in common: leaves that are updated together, clipping, and taking a step from the leaves. Small leaves
 * laid end to end are one update of a dozen operators and not a dozen each. How a direction is found is each optimiser's.
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../../../engine/index.js";
import { type Rates, roleOf } from "../roles.js";
import type { Shaped } from "../types.js";

/** Numbers in a leaf that is still updated together with others. */
const SMALL = 16384;

/** Only matrices decay: norms and biases are vectors. */
const decays = (shape: number[]): boolean => shape.length >= 2;

/** Names that share slots, under the group's name: "small", or the name of the only one. In the order given; `own` ones share with none. */
export function groupsOf(
  updated: Shaped,
  own: readonly string[] = [],
  leaves: Shaped = updated,
): Record<string, string[]> {
  const names = Object.keys(updated);
  const small = names.filter(
    (name) => sizeOf(updated[name]!.shape) <= SMALL && !leaves[name]?.alone && !own.includes(name),
  );
  const alone = small.length < 2 ? names : names.filter((name) => !small.includes(name));
  return { ...(small.length < 2 ? {} : { small }), ...Object.fromEntries(alone.map((name) => [name, [name]])) };
}

/** The slots of each group, by the shape of its leaves laid end to end. */
export function slotsFor(
  leaves: Shaped,
  own: readonly string[] | undefined,
  slots: (group: string, shape: number[]) => Shaped,
): Shaped {
  const shaped = Object.entries(groupsOf(leaves, own)).map(([group, names]) => {
    const shapes = names.map((name) => leaves[name]!.shape);
    return slots(group, shapes.length === 1 ? [...shapes[0]!] : [shapes.reduce((sum, one) => sum + sizeOf(one), 0)]);
  });
  return Object.assign({}, ...shaped) as Shaped;
}

const sizeOf = (shape: number[]): number => shape.reduce((a, b) => a * b, 1);

export const join = (tensors: tf.Tensor[]): tf.Tensor =>
  tensors.length === 1 ? tensors[0]! : tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])));

/** `joined` cut back into the shapes of `like`. */
function part(joined: tf.Tensor, like: tf.Tensor[]): tf.Tensor[] {
  if (like.length === 1) return [joined];
  const parts = tf.split(
    joined,
    like.map(({ size }) => size),
  );
  return parts.map((piece, i) => tf.reshape(piece, like[i]!.shape));
}

/** Root of the sum of all squares. */
export function globalNorm(tensors: tf.Tensor[]): tf.Tensor {
  const sums = tensors.map((tensor) => tf.sum(tf.square(tensor)));
  return tf.sqrt(sums.length === 1 ? sums[0]! : tf.addN(sums));
}

/** What gradients of this norm are multiplied by so that it is at most `clip`, times `share`. */
export const clipped = (norm: tf.Tensor, clip: number, share: number): tf.Tensor =>
  clip === Infinity ? tf.scalar(share) : tf.minimum(tf.div(clip * share, tf.add(norm, 1e-6)), share);

export interface StepFrom {
  /** Leaves of one group. */
  names: string[];
  state: Tensors;
  /** Where they go at rate 1, laid end to end. */
  direction: tf.Tensor;
  /** Learning rate. */
  rate: tf.Tensor;
  /** What decay leaves of a weight, in matrices; absent where nothing decays. */
  keep?: tf.Tensor;
  rates?: Rates;
  /** For the roles that rates are given by. */
  leaves?: Shaped;
}

/** The leaves after decay and a step against `direction`. */
export function stepFrom({ names, state, direction, rate, keep, rates = {}, leaves: shaped = {} }: StepFrom): Tensors {
  const leaves = names.map((name) => state[name]!);
  const factors = names.map((name) => (rates[roleOf(shaped[name])] ?? 1) * (shaped[name]?.rate ?? 1));
  const steps = part(tf.mul(direction, rateOf(rate, factors, leaves)), leaves);
  const next = names.map((name, i) => {
    const leaf = leaves[i]!;
    const left = keep && decays(leaf.shape) ? tf.mul(leaf, kept(keep, factors[i]!)) : leaf;
    return [name, tf.sub(left, steps[i]!)] as const;
  });
  return Object.fromEntries(next);
}

/** One rate for all, or one for each number of the leaves end to end. */
function rateOf(rate: tf.Tensor, factors: number[], leaves: tf.Tensor[]): tf.Tensor {
  const [first] = factors;
  if (factors.every((factor) => factor === first)) return first === 1 ? rate : tf.mul(rate, first!);
  return tf.mul(rate, tf.tensor1d(leaves.flatMap(({ size }, i) => Array<number>(size).fill(factors[i]!))));
}

/** 1 − factor · (1 − keep). */
const kept = (keep: tf.Tensor, factor: number): tf.Tensor =>
  factor === 1 ? keep : tf.sub(1, tf.mul(factor, tf.sub(1, keep)));
