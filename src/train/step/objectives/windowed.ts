/**
 * An objective that is the next token of windows: Σ w · nats / Σ w over all of an update's batches, so that every prediction
 * that counts counts the same, however few its batch has. Where domains have loss weights, each sequence's nats are multiplied.
 */
import * as tf from "../../../tensors.js";
import type { Specs, Tensors } from "../../../engine/index.js";
import { losses, type Memory, type Params } from "../../../model/index.js";
import type { LanguageModel, ModelConfig } from "../../../types.js";
import { type FeedsOptions, type Objective, plain, type RunningObjective } from "../objective.js";
import type { Feeds } from "../types.js";
import type { Drawn, Window, Windows } from "../windows.js";

type Given = Pick<Objective, "name" | "options" | "evaluator"> & {
  windows: Windows;
  /** Throws one line where the model cannot learn by it, encoders aside. */
  check?: (model: LanguageModel) => void;
};

export function windowed({ name, options, windows, check, evaluator }: Given): Objective & RunningObjective {
  const { reads, sees = [] } = windows;
  return plain({
    name,
    options,
    windows,
    ...(reads && { reads }),
    ...(evaluator && { evaluator }),
    check(model) {
      checkDecoder(name, model);
      check?.(model);
    },
    inputs: ({ batch, context, weighted }) => windowInputs({ batch, context, weighted, sees }),
    feeds: (at) =>
      windowFeeds(
        drawnOf(at).map((drawn) => windows.of(drawn)),
        { ...at, sees },
      ),
    loss(at) {
      const { sums, counts } = windowLosses(at);
      return meanOf(sums, counts, at.inputs.weight);
    },
  });
}

export function checkDecoder(caller: string, { config }: LanguageModel): void {
  if (config.encoder)
    throw new Error(`${caller}: invalid model: an encoder (it sees the next token; it learns by masked)`);
}

type Sees = Windows["sees"] & object;

export const windowInputs = (at: { batch: number; context: number; weighted: boolean; sees: Sees }): Specs => {
  const { batch, context, weighted, sees } = at;
  return {
    tokens: { shape: [batch, context + 1], dtype: "int32" },
    weights: { shape: [batch, context], dtype: "float32" },
    ...(sees.includes("documents") && { documents: { shape: [batch, context], dtype: "int32" } }),
    ...(sees.includes("positions") && { positions: { shape: [batch, context], dtype: "int32" } }),
    ...(sees.includes("prefix") && { prefix: { shape: [batch], dtype: "int32" } }),
    ...(weighted && { weight: { shape: [batch], dtype: "float32" } }),
  };
};

/** Each window of a batch. */
export function drawnOf(at: FeedsOptions): Drawn[] {
  const { drawn, domains, context, rng, ...others } = at;
  const { tokens, weights, documents } = drawn as unknown as Pick<Drawn, "tokens" | "weights" | "documents">;
  return Array.from({ length: tokens.length / (context + 1) }, (_, row) => {
    const of = <T extends Int32Array | Float32Array>(array: T, size: number): T =>
      array.subarray(row * size, (row + 1) * size) as T;
    return {
      tokens: of(tokens, context + 1),
      ...(weights && { weights: of(weights, context) }),
      ...(documents && { documents: of(documents, context + 1) }),
      domain: domains[row] ?? "",
      context,
      rng: rng.fork(`${row}`),
      ...others,
    };
  });
}

/** What `windowInputs` wants. */
export function windowFeeds(
  windows: readonly Window[],
  { drawn, context, sees }: { drawn: Feeds; context: number; sees: Sees },
): Feeds {
  const batch = windows.length;
  const [tokens, weights] = [new Int32Array(batch * (context + 1)), new Float32Array(batch * context)];
  const documents = sees.includes("documents") && new Int32Array(batch * context);
  const positions = sees.includes("positions") && new Int32Array(batch * context);
  const running = Int32Array.from({ length: context }, (_, i) => i);
  windows.forEach((window, row) => {
    tokens.set(window.tokens, row * (context + 1));
    weights.set(window.weights, row * context);
    if (documents) documents.set(window.documents ?? [], row * context);
    if (positions) positions.set(window.positions ?? running, row * context);
  });
  return {
    tokens,
    weights,
    ...(documents && { documents }),
    ...(positions && { positions }),
    ...(sees.includes("prefix") && { prefix: Int32Array.from(windows, ({ prefix = 0 }) => prefix) }),
    ...(drawn.weight && { weight: drawn.weight }),
  };
}

/** Σ w · nats and Σ w of each sequence. */
export function windowLosses(at: { config: ModelConfig; weights: Params; inputs: Tensors; memory?: Memory }): {
  sums: tf.Tensor;
  counts: tf.Tensor;
} {
  const { config, memory } = at;
  const { tokens, weights, documents, positions, prefix } = at.inputs as Record<string, tf.Tensor>;
  const sees = (documents ?? positions ?? prefix) && { documents, positions, prefix };
  const nats = losses(config, at.weights, tokens!, { memory, ...(sees && { sees }) });
  return { sums: tf.sum(tf.mul(tf.reshape(nats, weights!.shape), weights!), 1), counts: tf.sum(weights!, 1) };
}

/** What an objective gives of them. */
export function meanOf(sums: tf.Tensor, counts: tf.Tensor, weight?: tf.Tensor): ReturnType<RunningObjective["loss"]> {
  const count = tf.sum(counts);
  const total = tf.sum(weight ? tf.mul(sums, weight) : sums);
  return {
    loss: tf.div(total, tf.maximum(count, 1e-12)),
    outputs: { bySequence: tf.div(sums, tf.maximum(counts, 1e-12)), countBySequence: counts },
    count,
  };
}
