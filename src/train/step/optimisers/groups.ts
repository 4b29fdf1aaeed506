/**
 * What optimisers have in common: leaves that are updated together, clipping, and taking a step from the leaves. Small leaves
 * laid end to end are one update of a dozen operators and not a dozen each. How a direction is found is each optimiser's.
 */
import * as tf from "../../../tensors.js";
import { inBlocks, type Tensors } from "../../../engine/index.js";
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

export interface Move {
  /** Leaves of one group. */
  names: string[];
  state: Tensors;
  /** Of the leaves, laid end to end. */
  gradient: tf.Tensor;
  /** As they were, laid end to end. */
  moments?: tf.Tensor[];
  /** Where leaves go at rate 1, and their moments after the step, number by number. */
  towards(gradient: tf.Tensor, moments: tf.Tensor[]): { direction: tf.Tensor; moments: tf.Tensor[] };
  /** Learning rate. */
  rate: tf.Tensor;
  /** What decay leaves of a weight, in matrices; absent where nothing decays. */
  keep?: tf.Tensor;
  rates?: Rates;
  /** For the roles that rates are given by. */
  leaves?: Shaped;
}

/** The leaves after decay and a step against their direction, and their moments; of a large leaf in one pass over memory. */
export function moved(move: Move): { next: Tensors; moments: tf.Tensor[] } {
  const { names, state, gradient, moments = [], towards, rate, keep, rates = {}, leaves: shaped = {} } = move;
  const leaves = names.map((name) => state[name]!);
  const factors = names.map((name) => (rates[roleOf(shaped[name])] ?? 1) * (shaped[name]?.rate ?? 1));
  const own = rateOf(rate, factors, leaves);
  const left = leaves.map(({ shape }, i) => (keep && decays(shape) ? kept(keep, factors[i]!) : undefined));
  const stepped = (leaf: tf.Tensor, step: tf.Tensor, i: number): tf.Tensor =>
    tf.sub(left[i] ? tf.mul(leaf, left[i]) : leaf, step);
  if (names.length > 1) {
    const after = towards(gradient, moments);
    const steps = part(tf.mul(after.direction, own), leaves);
    const next = names.map((name, i) => [name, stepped(leaves[i]!, steps[i]!, i)] as const);
    return { next: Object.fromEntries(next), moments: after.moments };
  }
  const [next, ...after] = inBlocks([leaves[0]!, gradient, ...moments], ([leaf, g, ...before]) => {
    const { direction, moments: after } = towards(g!, before);
    return [stepped(leaf!, tf.mul(direction, own), 0), ...after];
  });
  return { next: { [names[0]!]: next! }, moments: after };
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
