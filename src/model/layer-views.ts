/** What differs from layer to layer: which tokens a query sees, and how positions turn. Layers that agree share one tensor. */
import type * as tf from "@tensorflow/tfjs";
import { frequencies, headWidthOf, type KnownScaling } from "../architecture/index.js";
import { bothSidedMask, causalMask, rotary } from "../engine/index.js";
import type { LayerKind, ModelConfig } from "../types.js";

export interface LayerView {
  /** [time, time], added to the scores. */
  mask: tf.Tensor;
  /** Queries or keys [batch, time, heads, headWidth], turned by their positions. */
  turn(x: tf.Tensor): tf.Tensor;
}

export function layersOf(config: ModelConfig, time: number): LayerView[] {
  const masks = new Map<number, tf.Tensor>();
  const maskOf = (window = Infinity): tf.Tensor => {
    const least = Math.min(window, time);
    if (!masks.has(least)) masks.set(least, config.encoder ? bothSidedMask(time) : causalMask(time, least));
    return masks.get(least)!;
  };
  const plain: LayerKind = config.window === undefined ? {} : { window: config.window };
  return Array.from({ length: config.layers }, (_, i) => {
    const kind = config.layerKinds?.[i] ?? plain;
    return { mask: maskOf(kind.window), turn: turnOf(config, kind, time) };
  });
}

function turnOf(config: ModelConfig, kind: LayerKind, time: number): LayerView["turn"] {
  if (config.positions !== "rotary" || kind.unturned) return (x) => x;
  const turns = frequencies({
    theta: kind.ropeTheta ?? config.ropeTheta,
    width: Math.trunc(headWidthOf(config) * (config.ropeFraction ?? 1)),
    scaling: kind.ropeScaling === null ? undefined : (config.ropeScaling as KnownScaling | undefined),
    context: config.context,
    window: time,
  });
  return (x) => rotary(x, turns);
}
