/**
 * How much of a model's next-token probability goes to some tokens, over the positions of given sequences: what new rows
 * take before any training, and how often one of them would be the greedy choice. Not a loss.
 */
import type { Engine, StepFunction } from "../engine/index.js";
import type { LanguageModel } from "../types.js";
import { parameterShapes } from "../architecture/index.js";
import { forward, logits as logitsOf } from "./forward.js";

export interface MassOptions {
  model: LanguageModel;
  engine: Engine;
  /** Token ids, a sequence each; of each the first window is read. */
  sequences: readonly (readonly number[])[];
  /** The tokens asked about. */
  ids: ArrayLike<number>;
  signal?: AbortSignal;
}

export interface Mass {
  /** Mean probability of `ids` together. */
  mass: number;
  /** Share of positions whose most probable token is one of `ids`. */
  first: number;
  positions: number;
}

export async function massOn({ model, engine, sequences, ids, signal }: MassOptions): Promise<Mass> {
  const { config, weights, tokenizer } = model;
  if (config.encoder) throw new Error("massOn: invalid model: an encoder (it does not predict the next token)");
  const asked = new Uint8Array(config.vocabSize);
  for (let i = 0; i < ids.length; i++) {
    if (!(ids[i]! >= 0 && ids[i]! < config.vocabSize))
      throw new RangeError(`massOn: invalid ids: ${ids[i]} (the model has ${config.vocabSize} rows)`);
    asked[ids[i]!] = 1;
  }
  const read = sequences.filter(({ length }) => length > 0);
  if (read.length === 0) throw new Error("massOn: invalid sequences: none (give token ids)");
  const window = config.context;
  const step: StepFunction = (params, { tokens }) => ({
    outputs: { logits: logitsOf(config, params, forward(config, params, tokens!)) },
  });
  const state = Object.fromEntries(
    Object.entries(parameterShapes(config)).map(([name, shape]) => [name, { shape, dtype: "float32" as const }]),
  );
  const program = await engine.compile(step, { state, inputs: { tokens: { shape: [1, window], dtype: "int32" } } });
  const uploaded = engine.upload(weights);
  let [mass, first, positions] = [0, 0, 0];
  try {
    for (const sequence of read) {
      signal?.throwIfAborted();
      const tokens = new Int32Array(window).fill(tokenizer.endOfText);
      const length = Math.min(window, sequence.length);
      for (let i = 0; i < length; i++) tokens[i] = sequence[i]!;
      const { logits } = await program.run(uploaded, { tokens });
      for (let at = 0; at < length; at++) {
        const row = logits!.subarray(at * config.vocabSize, (at + 1) * config.vocabSize);
        const [share, best] = shareOf(row, asked);
        mass += share;
        first += asked[best]!;
      }
      positions += length;
    }
  } finally {
    uploaded.dispose();
    await program.dispose();
  }
  return { mass: mass / positions, first: first / positions, positions };
}

/** Probability of the asked tokens, and the most probable token. */
function shareOf(logits: Float32Array, asked: Uint8Array): [share: number, best: number] {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  let [all, some] = [0, 0];
  for (let id = 0; id < logits.length; id++) {
    const power = Math.exp(logits[id]! - logits[best]!);
    all += power;
    if (asked[id] === 1) some += power;
  }
  return [some / all, best];
}
