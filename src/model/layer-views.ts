/** What differs from layer to layer: which tokens a query sees, and how positions turn. Layers that agree share one tensor. */
import type * as tf from "@tensorflow/tfjs";
import { frequencies, headWidthOf, type KnownScaling } from "../architecture/index.js";
import { bothSided, causal, rotary, type Sight } from "../engine/index.js";
import type { LayerKind, ModelConfig } from "../types.js";

/** Radians a token of each pair of numbers of a head, and what cos and sin are multiplied by. */
export type Turns = ReturnType<typeof frequencies>;

export interface LayerView {
  /** Of the window's tokens. */
  sights: readonly Sight[];
  /** Queries or keys [batch, time, heads, headWidth], turned by their positions. */
  turn(x: tf.Tensor): tf.Tensor;
  /** Keys and values of these tokens [batch, kvHeads, time, headWidth] → those that are attended to. */
  remember?(keys: tf.Tensor, values: tf.Tensor): [keys: tf.Tensor, values: tf.Tensor];
  /** Is handed queries and keys as they are multiplied, [batch, heads or kvHeads, time, headWidth]. */
  onAttend?(queries: tf.Tensor, keys: tf.Tensor): void;
  /** Of the scores, where it is said. */
  scale?: number | undefined;
}

export function layersOf(config: ModelConfig, time: number): LayerView[] {
  const known = new Map<number, readonly Sight[]>();
  const sightsOf = (window = Infinity): readonly Sight[] => {
    const least = Math.min(window, time);
    if (!known.has(least)) known.set(least, config.encoder ? bothSided(time) : causal(time, { window: least }));
    return known.get(least)!;
  };
  return kindsOf(config).map((kind) => {
    const turns = turnsOf(config, kind, time);
    return { sights: sightsOf(kind.window), turn: (x) => (turns ? rotary(x, turns) : x), scale: kind.scoreScale };
  });
}

/** What differs from layer to layer, for each. */
export function kindsOf(config: ModelConfig): LayerKind[] {
  const { layers, window, scoreScale, layerKinds } = config;
  const plain: LayerKind = {
    ...(window !== undefined && { window }),
    ...(scoreScale !== undefined && { scoreScale }),
  };
  return Array.from({ length: layers }, (_, i) => ({ ...plain, ...layerKinds?.[i] }));
}

/** How fast positions turn in windows of `time` tokens, where they do. */
export function turnsOf(config: ModelConfig, kind: LayerKind, time: number): Turns | undefined {
  if (config.positions !== "rotary" || kind.unturned) return undefined;
  return frequencies({
    theta: kind.ropeTheta ?? config.ropeTheta,
    width: Math.trunc(headWidthOf(config) * (config.ropeFraction ?? 1)),
    scaling: kind.ropeScaling === null ? undefined : (config.ropeScaling as KnownScaling | undefined),
    context: config.context,
    window: time,
  });
}
