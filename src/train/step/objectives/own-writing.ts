/**
 * Windows that the model itself goes on with: of a window of text the beginning is kept, and the rest is what the weights as they
 * are now would write, drawn at a temperature. Keys and values of what was read are kept; the weights are copied for it. The
 * same for the same weights, windows and draws.
 */
import type { Engine, Program, Specs, State } from "../../../engine/index.js";
import { cachedReader } from "../../../model/index.js";
import type { Rng } from "../../../rng.js";
import type { ModelConfig } from "../../../types.js";
import { domainFeeds, domainInputs } from "../domains.js";
import { stateOf } from "../step.js";
import type { Leaves } from "../types.js";

export interface OwnWritingOptions {
  engine: Engine;
  config: ModelConfig;
  leaves: Leaves;
  batch: number;
  /** Tokens predicted per window. */
  context: number;
  /** Tokens of each window that are kept, 1 to `context`. */
  prompt: number;
  /** 0 takes the likeliest. */
  temperature: number;
  /** Ids below this are written. */
  ids: number;
}

export interface OwnWriting {
  /** `tokens`, [batch, context + 1], with all but the first `prompt` of each written anew. */
  write(
    state: State,
    at: { tokens: Int32Array; domains: readonly string[]; rng: Rng },
  ): Promise<Int32Array<ArrayBuffer>>;
  dispose(): Promise<void>;
}

export function ownWriting(options: OwnWritingOptions): OwnWriting {
  const { engine, config, leaves, batch, context, prompt, temperature } = options;
  const weights = stateOf(config, leaves);
  const reader = cachedReader({
    config,
    window: context,
    batch,
    params: (state, fed) => leaves.weights?.(state, fed) ?? state,
  });
  const state: Specs = { ...weights, ...reader.kept };
  let programs: Promise<Program[]> | undefined;
  const compiled = (): Promise<Program[]> =>
    (programs ??= Promise.all(
      [reader.whole, reader.one].map(({ fn, inputs }) =>
        engine.compile(fn, { state, inputs: { ...inputs, ...domainInputs(leaves, batch) } }),
      ),
    ));
  return {
    async write(from, { tokens, domains, rng }) {
      const [whole, one] = (await compiled()) as [Program, Program];
      const own = domainFeeds(leaves, domains);
      const written = Int32Array.from(tokens);
      const [size, span] = [config.vocabSize, context + 1];
      const held = engine.upload({ ...(await from.read(Object.keys(weights))), ...reader.empty });
      try {
        const fed = new Int32Array(batch * context);
        for (let row = 0; row < batch; row++) fed.set(tokens.subarray(row * span, row * span + prompt), row * context);
        const last = new Int32Array(batch).fill(prompt - 1);
        let { logits } = await whole.run(held, { ids: fed, last, ...own });
        for (let place = prompt; place <= context; place++) {
          const ids = Array.from({ length: batch }, (_, row) =>
            drawn(logits!.subarray(row * size, row * size + options.ids), { temperature, rng }),
          );
          ids.forEach((id, row) => (written[row * span + place] = id));
          if (place === context) break;
          ({ logits } = await one.run(held, { ...reader.feeds(ids, Array<number>(batch).fill(place)), ...own }));
        }
      } finally {
        held.dispose();
      }
      return written;
    },
    async dispose() {
      for (const program of (await programs) ?? []) await program.dispose();
      programs = undefined;
    },
  };
}

/** An id by its logit; of equal ones the first where the likeliest is taken. */
function drawn(logits: Float32Array, { temperature, rng }: { temperature: number; rng: Rng }): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  if (temperature === 0) return best;
  const chances = Float64Array.from(logits, (logit) => Math.exp((logit - logits[best]!) / temperature));
  let left = rng.uniform() * chances.reduce((sum, chance) => sum + chance, 0);
  for (let id = 0; id < chances.length; id++) if ((left -= chances[id]!) < 0) return id;
  return best;
}
