/** Looks at what goes into places of the model and comes out of them, over some text, before the first update. */
import * as tf from "../../../tensors.js";
import type { Signature, StepFunction, Tensors } from "../../../engine/index.js";
import { forward, modulesOf, withModules } from "../../../model/index.js";
import { probes } from "../../probes.js";
import { evaluationStep, specsOf } from "../step.js";
import type { PartOptions, PrepareOptions, Shaped } from "../types.js";

export interface WatchOptions extends Pick<PartOptions, "config" | "leaves" | "shards" | "seed" | "context"> {
  /** Domains whose train parts are read, in turn. */
  on: readonly string[];
  /** To read, one at a time. */
  sequences: number;
  /** As `model/modules.ts` names them. */
  places: readonly string[];
  /** Entries of the state besides weights that `seen` may read and replace. */
  slots?: Shaped;
  /** What is made of a sequence's rows at each place, `x` in and `y` out. */
  seen(at: Record<string, { x: tf.Tensor2D; y: tf.Tensor2D }>, state: Tensors): { state?: Tensors; outputs: Tensors };
  label: string;
}

/** Calls `onOutputs` with the numbers of each sequence. */
export async function watch(
  options: WatchOptions,
  { engine, state, signal, onProgress }: Pick<PrepareOptions, "engine" | "state" | "signal" | "onProgress">,
  onOutputs: (outputs: Record<string, Float32Array>) => void = () => undefined,
): Promise<void> {
  const { config, leaves, shards, seed, context, on, sequences, places, slots = {}, seen, label } = options;
  const evaluation = evaluationStep({ config, batch: 1, context, leaves }).signature;
  const signature: Signature = { ...evaluation, state: { ...evaluation.state, ...specsOf(slots) } };
  const fn: StepFunction = (tensors, { tokens }) => {
    const weights = leaves.weights?.(tensors) ?? tensors;
    const at: Record<string, { x: tf.Tensor2D; y: tf.Tensor2D }> = {};
    const watchers = places.map((place) => {
      const of = ({ x, y }: { x: tf.Tensor; y: tf.Tensor }): tf.Tensor => {
        at[place] = { x: x as tf.Tensor2D, y: y as tf.Tensor2D };
        return y;
      };
      return [place, { reads: [], of }] as const;
    });
    const watched = withModules(weights, { ...modulesOf(weights), ...Object.fromEntries(watchers) });
    forward(config, watched, tf.slice(tokens!, [0, 0], [1, context]));
    return seen(at, tensors);
  };
  const probe = probes({ shards, context, seed, of: label });
  const program = await engine.compile(fn, signature);
  try {
    for (let i = 0; i < sequences && !signal?.aborted; i++) {
      onOutputs(await program.run(state, { tokens: probe(on[i % on.length]!, Math.floor(i / on.length), 1) }));
      onProgress?.({ label, done: i + 1, total: sequences });
    }
  } finally {
    await program.dispose();
  }
}
