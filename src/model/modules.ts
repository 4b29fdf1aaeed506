/**
 * What a forward computes besides a model's own weights: low-rank updates, adapters, rows before the first token. Each is a
 * function at a place, of tensors by name; it travels with the weights, so whoever hands them on hands it on. Which there
 * are, and how their tensors are trained and saved, is not said here.
 */
import type * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/index.js";

/**
 * Makes of what comes out at a place what goes on from there. Places: the name of a linear layer's weight (`y` without bias);
 * `layers.3.attention` and `layers.3.feed` (`y` before the norm and the sum after it); `layers.3`; "embedding" (`x` tokens, `y`
 * their rows of the table, and it may put as many rows before each sequence as the context has room for); "states" (`y` the
 * hidden states after all layers and the final norm, which the head reads).
 */
export interface Module {
  /** Names of what it is differentiated by, and of what else it reads: entries beside the weights, or among them. */
  reads: readonly string[];
  /** `tensors` are those it reads; `x` went in, `y` came out, a row for each token; `batch` sequences. */
  of(at: { tensors: tf.Tensor[]; x: tf.Tensor; y: tf.Tensor; batch: number }): tf.Tensor;
}

/** By place. */
export type Modules = Readonly<Record<string, Module>>;

const MODULES = Symbol("modules");

/** Tensors by name, as the forward takes them. */
export type Params = Tensors & { readonly [MODULES]?: Modules };

export const withModules = (tensors: Tensors, modules: Modules | undefined): Params => ({
  ...tensors,
  [MODULES]: modules,
});

export const modulesOf = (params: Params): Modules => params[MODULES] ?? {};

export interface Passed {
  params: Params;
  place: string;
  x: tf.Tensor;
  y: tf.Tensor;
  batch: number;
}

/** `y`, or what the module at the place makes of it. */
export function passed({ params, place, ...at }: Passed): tf.Tensor {
  const module = params[MODULES]?.[place];
  if (!module) return at.y;
  const tensors = module.reads.map((name) => {
    if (!params[name]) throw new Error(`forward: missing parameter: ${name}`);
    return params[name];
  });
  return module.of({ ...at, tensors });
}
