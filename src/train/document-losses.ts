/**
 * The loss of a small model on whole documents, as the numbers that a pipeline's steps `score` and `weight` read by:
 * `{ name: "score", by: { name: "given", values }, best: 0.5 }` (of windows, for an order, it is `windowLosses`). Each document is
 * scored from an end of text on, its last token's end of text included, in stretches of the model's context that know nothing of
 * the ones before.
 */
import { choose, type Engine } from "../engine/index.js";
import type { LanguageModel, OnProgress } from "../types.js";
import { allOf, evaluationStep } from "./step/step.js";

export interface DocumentLossesOptions {
  /** In the order in which they come to the step. */
  documents: readonly string[];
  /** Stretches at once; defaults to 16. */
  batch?: number;
  /** Defaults to `engine.choose()`. */
  engine?: Engine;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** Nats per UTF-8 byte of each document. */
export async function documentLosses(model: LanguageModel, options: DocumentLossesOptions): Promise<number[]> {
  const { documents, batch = 16, signal, onProgress } = options;
  if (!(Number.isInteger(batch) && batch >= 1)) throw new Error(`documentLosses: invalid batch: ${batch} (from 1)`);
  const empty = documents.indexOf("");
  if (empty >= 0) throw new Error(`documentLosses: invalid documents: number ${empty} has no text`);
  const { config, tokenizer } = model;
  const { context } = config;
  const engine = options.engine ?? (await choose());
  const { fn, signature } = evaluationStep({ config, batch, context, leaves: allOf(config) });
  const program = await engine.compile(fn, signature);
  const state = engine.upload(model.weights);
  try {
    const sums = documents.map(() => 0);
    let waiting: Stretch[] = [];
    const score = async (stretches: readonly Stretch[]): Promise<void> => {
      signal?.throwIfAborted();
      const tokens = new Int32Array(batch * (context + 1)).fill(tokenizer.endOfText);
      stretches.forEach(({ ids }, i) => tokens.set(ids, i * (context + 1)));
      const { perToken } = await program.run(state, { tokens });
      for (const [i, { document, ids }] of stretches.entries())
        for (let target = 0; target < ids.length - 1; target++) sums[document]! += perToken![i * context + target]!;
    };
    for (const [document, text] of documents.entries()) {
      const [encoded] = await tokenizer.encodeBatch([text]);
      const ids = [tokenizer.endOfText, ...encoded!, tokenizer.endOfText];
      for (let from = 0; from < ids.length - 1; from += context)
        waiting.push({ document, ids: ids.slice(from, from + context + 1) });
      for (; waiting.length >= batch; waiting = waiting.slice(batch)) await score(waiting.slice(0, batch));
      onProgress?.({ label: "score documents", done: document + 1, total: documents.length });
    }
    if (waiting.length > 0) await score(waiting);
    return sums.map((sum, i) => sum / Buffer.byteLength(documents[i]!));
  } finally {
    state.dispose();
    await program.dispose();
  }
}

interface Stretch {
  document: number;
  /** Up to context + 1. */
  ids: readonly number[];
}
