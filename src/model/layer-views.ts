/** What differs from layer to layer: which tokens a query sees, and how positions turn. Layers that agree share one tensor. */
import type * as tf from "@tensorflow/tfjs";
import { frequencies, headWidthOf, type KnownScaling } from "../architecture/index.js";
import { bothSided, causal, causalAfter, rotary, type Sight, withinDocuments } from "../engine/index.js";
import type { LayerKind, ModelConfig } from "../types.js";

/** Radians a token of each pair of numbers of a head, and what cos and sin are multiplied by. */
export type Turns = ReturnType<typeof frequencies>;

/** What sequences are read with, where they are more than tokens one after another. */
export interface Sees {
  /** Of which document each token is, [batch, time] int32: a token sees its own document alone. */
  documents?: tf.Tensor | undefined;
  /** How many tokens are seen by those before them too, [batch] int32; they stay within their documents and a layer's window. */
  prefix?: tf.Tensor | undefined;
  /** Where each token stands, [batch, time] int32 below `time`; defaults to 0, 1, … */
  positions?: tf.Tensor | undefined;
}

export interface LayerView {
  /** Of the window's tokens. */
  sights: readonly Sight[];
  /** Positions by sequence, where they are given: what `turn` is handed. */
  at?: tf.Tensor | undefined;
  /** Queries or keys [batch, time, heads, headWidth], turned by their positions. */
  turn(x: tf.Tensor, at?: tf.Tensor): tf.Tensor;
  /** Keys and values of these tokens [batch, kvHeads, time, headWidth] → those that are attended to. */
  remember?(keys: tf.Tensor, values: tf.Tensor): [keys: tf.Tensor, values: tf.Tensor];
  /** Is handed queries and keys as they are multiplied, [batch, heads or kvHeads, time, headWidth]. */
  onAttend?(queries: tf.Tensor, keys: tf.Tensor): void;
  /** Of the scores, where it is said. */
  scale?: number | undefined;
}

export function layersOf(config: ModelConfig, time: number, sees: Sees = {}): LayerView[] {
  const { documents, prefix, positions } = sees;
  const known = new Map<number, readonly Sight[]>();
  const everything = (window: number): Sight[] => {
    if (config.encoder) return bothSided(time);
    return prefix ? causalAfter(prefix, time, { window }) : causal(time, { window });
  };
  const sightsOf = (window = Infinity): readonly Sight[] => {
    const least = Math.min(window, time);
    if (!known.has(least))
      known.set(least, documents ? withinDocuments(everything(least), documents) : everything(least));
    return known.get(least)!;
  };
  return kindsOf(config).map((kind) => {
    const turns = turnsOf(config, kind, time);
    return {
      sights: sightsOf(kind.window),
      ...(positions && turns && { at: positions }),
      turn: (x, at) => (turns ? rotary(x, turns, at) : x),
      scale: kind.scoreScale,
    };
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
