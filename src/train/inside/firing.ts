/**
 * How often each neuron of the feed-forward layers is above 0 on texts: what `measure.lape` finds the neurons of a language by.
 * A neuron is a number that the activation function makes, of the gate where there is one; SiLU, GELU and ReLU are above 0 where
 * what they are given is. How far above, and whether anything reads it, is not counted.
 */
import * as tf from "../../tensors.js";
import { isGated, placesOf } from "../../architecture/index.js";
import { forward, lastOf, type Module, modulesOf, type Params, withModules } from "../../model/index.js";
import type { LanguageModel, ModelConfig, NdArray } from "../../types.js";
import { readOnce, type Reading, type ReadingOptions, type Windows, windowsOf } from "./reading.js";

export interface Firing {
  /** Share of tokens at which each is above 0, [layers, neurons of a layer]. */
  shares: NdArray<Float64Array>;
  /** Counted: those of the texts. LAPE compares as many of each language. */
  tokens: number;
}

export async function firingOf(model: LanguageModel, options: ReadingOptions): Promise<Firing> {
  const windows = await windowsOf("firingOf", model, options);
  const most = Math.min(options.batch ?? 16, windows.ids.length);
  return readOnce(model, windows, firingReading(model, windows, most), options);
}

export function firingReading({ config }: LanguageModel, windows: Windows, most: number): Reading<Firing> {
  const { ids, before, time } = windows;
  const counts = new Float64Array(config.layers * config.ffn);
  let tokens = 0;
  return {
    label: "count firing",
    batch: most,
    inputs: { counted: { shape: [1, most * time], dtype: "float32" } },
    step: (params, { tokens, counted }) => {
      const given = activated(config, params);
      forward(config, given.params, tokens!);
      const fires = given.seen.map((x) =>
        tf.matMul(counted!, tf.cast(tf.greater(lastOf(x, most, time), 0), "float32")),
      );
      return { outputs: { fires: tf.concat(fires, 0) } };
    },
    feed(from, count) {
      const counted = new Float32Array(most * time);
      for (let i = 0; i < count; i++) {
        const first = i * time + before.length;
        counted.fill(1, first, first + ids[from + i]!.length);
      }
      return { counted };
    },
    take({ fires }, from, count) {
      fires!.forEach((fired, i) => (counts[i]! += fired));
      for (let i = from; i < from + count; i++) tokens += ids[i]!.length;
    },
    result: () => ({
      shares: { shape: [config.layers, config.ffn], data: counts.map((fired) => fired / tokens) },
      tokens,
    }),
  };
}

/** Parameters with which a forward leaves in `seen`, layer by layer, what the activation function is given, [rows, ffn]. */
function activated(config: ModelConfig, params: Params): { params: Params; seen: tf.Tensor[] } {
  const places = placesOf(config);
  const seen: tf.Tensor[] = [];
  const known = modulesOf(params);
  const modules = Array.from({ length: config.layers }, (_, layer): [string, Module] => {
    const slot = `layers.${layer}.${isGated(config) ? "gate" : "up"}`;
    const { name, part } = places[`${slot}.weight`]!;
    const bias = places[`${slot}.bias`];
    const there = known[name];
    const of: Module["of"] = (at) => {
      const y = there?.of(at) ?? at.y;
      const own = part ? tf.split(y, part.sizes, 1)[part.index]! : y;
      seen[layer] = bias ? tf.add(own, params[bias.name]!) : own;
      return y;
    };
    return [name, { reads: there?.reads ?? [], of }];
  });
  return { params: withModules(params, { ...known, ...Object.fromEntries(modules) }), seen };
}
