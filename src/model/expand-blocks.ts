/**
 * Expansion of blocks (LLaMA Pro, Wu et al. 2024, https://arxiv.org/abs/2401.02415): copies of layers go in between, and what each
 * copy adds to the residual stream is zero, so that the deeper model is at first the same function, bit for bit. Trained are
 * then the copies: `trainable: { layers: newLayers }`.
 *
 * Zero is what is multiplied last before the sum: the output projections of attention and feed-forward with their biases; where
 * a norm follows them (Gemma 2 and 3, OLMo 2) that norm's gain, as the slope of a norm at zero is in the hundreds. Where the sum
 * itself is normed (BERT) no layer leaves the stream as it was, and such models are refused.
 */
import { isDeepStrictEqual } from "node:util";
import {
  architectureOf,
  checkConfig,
  fieldsOf,
  type Parameter,
  parametersOf,
  placesOf,
} from "../architecture/index.js";
import type { Dtype, LanguageModel, ModelConfig, NdArray, Origin, Weights } from "../types.js";

export interface ExpandBlocksOptions {
  model: LanguageModel;
  /** A copy of every so manieth layer after it, so one for each group of so many; either this or `after`. */
  every?: number;
  /** The layers that get a copy after them; negative numbers count from the last, which is -1. */
  after?: readonly number[];
}

export interface Expanded extends LanguageModel {
  /** The copies, counted from 0 in the deeper model. */
  newLayers: number[];
}

/** The model given is left as it is; the weights of its own layers are shared with it. */
export function expandBlocks({ model, every, after }: ExpandBlocksOptions): Expanded {
  const { config, weights, tokenizer, origin } = model;
  if (config.normAt === "sum")
    throw new Error(
      `expandBlocks: invalid model: ${config.architecture} (its norms come after the sum, so no added layer leaves the function as it was)`,
    );
  const copied = copiedLayers(config, { every, after });
  // For each layer of the deeper model, the one that it is or is a copy of.
  const sources = Array.from({ length: config.layers }, (_, layer) =>
    copied.has(layer) ? [layer, layer] : [layer],
  ).flat();
  const newLayers = sources.flatMap((layer, i) => (i > 0 && sources[i - 1] === layer ? [i] : []));
  const deeper = deeperConfig(config, sources);
  const places = placesOf(config);
  /** What the parameter was called in the model given. */
  const sourceOf = ({ slots, layer }: Parameter): string =>
    places[layer === undefined ? slots[0]! : slots[0]!.replace(/\d+/, `${sources[layer]}`)]!.name;
  const parameters = parametersOf(deeper);
  const made = parameters.map((each): [string, NdArray] => {
    const { shape, data } = weights[sourceOf(each)]!;
    if (each.layer === undefined || !newLayers.includes(each.layer)) return [each.name, { shape, data }];
    const own = isLast(each, deeper) ? silence(each, deeper, data.length) : data.slice();
    return [each.name, { shape: [...shape], data: own }];
  });
  const named = parameters.map((each): [string, string] => [each.name, sourceOf(each)]);
  return {
    config: deeper,
    weights: Object.fromEntries(made) as Weights,
    tokenizer,
    ...(origin && { origin: originOf(origin, named) }),
    newLayers,
  };
}

/** The layers that get a copy after them. Throws one line for what there is not. */
export function copiedLayers(
  { layers }: ModelConfig,
  { every, after }: Pick<ExpandBlocksOptions, "every" | "after">,
): ReadonlySet<number> {
  const fail = (what: string, fix: string): never => {
    throw new Error(`expandBlocks: invalid ${what} (${fix})`);
  };
  if ((every === undefined) === (after === undefined)) fail("options: every and after", "give one of the two");
  if (every !== undefined) {
    if (!(Number.isInteger(every) && every >= 1 && every <= layers))
      fail(`every: ${every}`, `a whole number from 1 to ${layers}, the layers there are`);
    return new Set(Array.from({ length: Math.floor(layers / every) }, (_, i) => (i + 1) * every - 1));
  }
  const wrong = after!.find((layer) => !(Number.isInteger(layer) && layer >= -layers && layer < layers));
  if (wrong !== undefined) fail(`after: ${wrong}`, `there are ${layers} layers: ${-layers} to ${layers - 1}`);
  if (after!.length === 0) fail("after: no layer", "name at least one");
  return new Set(after!.map((layer) => (layer < 0 ? layer + layers : layer)));
}

/** Each layer keeps its window, turns and scale, if config.json can say that of them. */
function deeperConfig(config: ModelConfig, sources: readonly number[]): ModelConfig {
  const { layerKinds } = config;
  const deeper = checkConfig({
    ...config,
    layers: sources.length,
    ...(layerKinds && { layerKinds: sources.map((layer) => layerKinds[layer]!) }),
  });
  const { read, write } = architectureOf(deeper);
  const said = read(fieldsOf(JSON.parse(JSON.stringify(write(deeper))) as Record<string, unknown>));
  if (!isDeepStrictEqual(said.layerKinds, deeper.layerKinds))
    throw new Error(
      `expandBlocks: invalid model: ${config.architecture} (what its layers see follows from their numbers, which would change)`,
    );
  return deeper;
}

/** Whether it is what a half of a layer multiplies, or adds, last. */
function isLast({ slots }: Parameter, { normAt }: ModelConfig): boolean {
  const last = normAt === undefined ? /\.(o|down)\.(weight|bias)$/ : /\.(afterAttention|afterFeed)\.(weight|bias)$/;
  return slots.some((slot) => last.test(slot));
}

/** Zero; of a gain that is counted from one, −1. */
const silence = ({ slots, role }: Parameter, { onePlusGain }: ModelConfig, size: number): Float32Array =>
  new Float32Array(size).fill(role === "norm" && onePlusGain && slots[0]!.endsWith(".weight") ? -1 : 0);

/** A copy is kept in its source's file and type; names are the kind's own, and buffers that nothing is computed with are gone. */
function originOf({ names: stored = {}, ...origin }: Origin, named: [name: string, source: string][]): Origin {
  const files = Object.entries(origin.tensors).map(([file, { dtypes, metadata }]) => {
    const own = named.flatMap(([name, source]): [string, Dtype][] => {
      const dtype = dtypes[stored[source] ?? source];
      return dtype === undefined ? [] : [[name, dtype]];
    });
    return [file, { dtypes: Object.fromEntries(own), metadata }] as const;
  });
  return { ...origin, tensors: Object.fromEntries(files) };
}
