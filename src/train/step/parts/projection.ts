/**
 * What methods have in common that keep the matrices of the layers out of some directions: gradients lose what is in them, so
 * that moments have none of it, and so does the update, because what an optimiser makes of a gradient number by number, and
 * decay, would lead back into them.
 */
import * as tf from "../../../tensors.js";
import { type LinearLayer, linearLayers } from "../../../architecture/index.js";
import type { Tensors } from "../../../engine/index.js";
import type { ModelConfig } from "../../../types.js";
import type { Leaves, RunningPart } from "../types.js";

/** The matrices of the layers that are trained as they are. Throws one line where there are none. */
export function trainedMatrices(caller: string, config: ModelConfig, { leaves }: Leaves): LinearLayer[] {
  const found = linearLayers(config).filter(({ name }) => leaves[name]);
  if (found.length === 0)
    throw new Error(`${caller}: invalid parameters: no matrix of a layer is trained as it is (train layers)`);
  return found;
}

export interface ProjectingOptions {
  /** The part's, for its column. */
  part: string;
  names: readonly string[];
  /** Of a gradient or an update of this matrix, what is in the directions. */
  within(change: tf.Tensor2D, name: string, state: Tensors): tf.Tensor;
}

/** Column of the steps: `<part>_removed`, the length of what was taken out of the update over its length, of those matrices. */
export function projecting({ part, names, within }: ProjectingOptions): Pick<RunningPart, "gradients" | "update"> {
  return {
    gradients({ state, gradients }) {
      const left = names.map((name) => {
        const gradient = gradients[name] as tf.Tensor2D;
        return [name, tf.sub(gradient, within(gradient, name, state))] as const;
      });
      return { instead: Object.fromEntries(left) };
    },
    update({ state, next }) {
      const instead: Tensors = {};
      const squares: { removed: tf.Tensor[]; whole: tf.Tensor[] } = { removed: [], whole: [] };
      for (const name of names) {
        const change = tf.sub(next[name]!, state[name]!) as tf.Tensor2D;
        const removed = within(change, name, state);
        instead[name] = tf.sub(next[name]!, removed);
        squares.removed.push(tf.sum(tf.square(removed)));
        squares.whole.push(tf.sum(tf.square(change)));
      }
      const share = tf.div(tf.addN(squares.removed), tf.maximum(tf.addN(squares.whole), 1e-30));
      return { instead, outputs: { [`${part}_removed`]: tf.sqrt(share) } };
    },
  };
}
