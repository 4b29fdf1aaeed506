/**
 * The likeliest texts after prompts, token by token, of some prompts at once, until one of the strings that end them or the end of a
 * text. Keys and values of what was read are kept beside a copy of the weights, which is there while it writes.
 */
import type { Engine, Program, Specs, State } from "../../engine/index.js";
import { cachedReader, type CachedReader } from "../../model/index.js";
import type { LanguageModel } from "../../types.js";
import { domainFeeds, domainInputs } from "../step/domains.js";
import { stateOf } from "../step/step.js";
import type { Leaves } from "../step/types.js";
import type { ScoreOptions } from "./likelihoods.js";

export interface Prompt {
  /** What stands before; of what is too long the beginning is cut off. */
  ids: number[];
  /** Tokens that are added, at most. */
  most: number;
  /** Strings at whose first occurrence the text ends, without them. */
  until: readonly string[];
  domain?: string | undefined;
}

export interface ContinuationsOptions {
  engine: Engine;
  model: Pick<LanguageModel, "config" | "tokenizer">;
  leaves: Leaves;
  /** Prompts at once. */
  batch: number;
  /** Tokens that the model sees at once, those that it writes included. */
  context: number;
}

export interface Continuations {
  continue(state: State, prompts: readonly Prompt[], options?: ScoreOptions): Promise<string[]>;
  dispose(): Promise<void>;
}

interface Compiled {
  reader: CachedReader;
  whole: Program;
  one: Program;
}

export function continuations(options: ContinuationsOptions): Continuations {
  const { engine, model, leaves, batch, context } = options;
  const { config, tokenizer } = model;
  const weights = stateOf(config, leaves);
  const byWindow = new Map<number, Compiled>();

  async function compiled(window: number): Promise<Compiled> {
    const known = byWindow.get(window);
    if (known) return known;
    const reader = cachedReader({
      config,
      window,
      batch,
      params: (state, fed) => leaves.weights?.(state, fed) ?? state,
    });
    const state: Specs = { ...weights, ...reader.kept };
    const [whole, one] = await Promise.all(
      [reader.whole, reader.one].map(({ fn, inputs }) =>
        engine.compile(fn, { state, inputs: { ...inputs, ...domainInputs(leaves, batch) } }),
      ),
    );
    const made = { reader, whole: whole!, one: one! };
    byWindow.set(window, made);
    return made;
  }

  async function write(held: State, { reader, whole, one }: Compiled, some: readonly Prompt[]): Promise<string[]> {
    const prompts = Array.from({ length: batch }, (_, i) => some[i] ?? some[0]!);
    const window = reader.window;
    const own = domainFeeds(
      leaves,
      prompts.map(({ domain = "" }) => domain),
    );
    const read = prompts.map(({ ids, most }) => ids.slice(-(context - most)));
    const fed = new Int32Array(batch * window);
    read.forEach((ids, row) => fed.set(ids, row * window));
    const at = read.map(({ length }) => length - 1);
    const written = prompts.map((): number[] => []);
    const done = prompts.map(({ most }, row) => row >= some.length || most === 0);
    let { logits } = await whole.run(held, { ids: fed, last: Int32Array.from(at), ...own });
    for (;;) {
      for (const [row, { until, most }] of prompts.entries()) {
        if (done[row]) continue;
        const id = likeliest(logits!.subarray(row * config.vocabSize, row * config.vocabSize + tokenizer.size));
        if (id !== tokenizer.endOfText) written[row]!.push(id);
        const text = until.length > 0 ? tokenizer.decode(written[row]!) : "";
        done[row] =
          id === tokenizer.endOfText || written[row]!.length === most || until.some((end) => text.includes(end));
      }
      if (done.every(Boolean)) break;
      // Who has ended goes on at its last place, which nobody reads.
      done.forEach((ended, row) => (at[row]! += ended ? 0 : 1));
      const ids = written.map((own, row) => own.at(-1) ?? read[row]!.at(-1)!);
      ({ logits } = await one.run(held, { ...reader.feeds(ids, at), ...own }));
    }
    return some.map(({ until }, row) => {
      const text = tokenizer.decode(written[row]!);
      return until.reduce((rest, end) => (end === "" ? rest : rest.split(end)[0]!), text);
    });
  }

  return {
    async continue(state, prompts, { signal, onDone } = {}) {
      if (prompts.length === 0) return [];
      const longest = Math.max(...prompts.map(({ ids, most }) => Math.min(context, ids.length + most)));
      const window = Math.min(context, 2 ** Math.ceil(Math.log2(longest)));
      const made = await compiled(window);
      const held = engine.upload({ ...(await state.read(Object.keys(weights))), ...made.reader.empty });
      const texts: string[] = [];
      try {
        for (let from = 0; from < prompts.length; from += batch) {
          signal?.throwIfAborted();
          texts.push(...(await write(held, made, prompts.slice(from, from + batch))));
          onDone?.(texts.length);
        }
      } finally {
        held.dispose();
      }
      return texts;
    },
    async dispose() {
      for (const { whole, one } of byWindow.values()) await Promise.all([whole.dispose(), one.dispose()]);
      byWindow.clear();
    },
  };
}

/** Of equal ones the first. */
function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}
