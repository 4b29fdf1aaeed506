/**
 * Few and fixed texts of each domain that are looked into at every evaluation: the beginnings of its first held-out documents,
 * or texts that are given. All have one program, compiled at the first evaluation.
 */
import * as z from "zod";
import type { Program, State } from "../../../engine/index.js";
import { compileReading, type Reading, runReading, type Windows, windowsOf } from "../../inside/reading.js";
import type { Leaves } from "../../step/types.js";
import type { EvaluatorOptions } from "../types.js";

export interface ProbingOptions {
  /** Held-out documents of each domain; defaults to 16. */
  documents?: number;
  /** Tokens of each that are read, from its start; defaults to 64, or as many as a window has. */
  tokens?: number;
}

export const probingOptions = {
  documents: z.int().min(1).optional(),
  tokens: z.int().min(1).optional(),
};

export interface Asked extends ProbingOptions {
  caller: string;
  at: EvaluatorOptions;
  /** Instead of held-out documents, by domain or language. */
  texts?: Readonly<Record<string, readonly string[]>> | undefined;
}

export interface Probing {
  /** By domain. */
  windows(): Promise<Windows[]>;
  /** Of the weights in `state`, or of what other leaves make of it: one reading of each domain, all of one kind. */
  read<Result>(
    state: State,
    readingOf: (windows: Windows, batch: number) => Reading<Result>,
    leaves?: Leaves,
  ): Promise<Result[]>;
  dispose(): Promise<void>;
}

export function probing({ caller, at, documents = 16, tokens = 64, texts }: Asked): Probing {
  const { engine, model, shards, context, leaves: own } = at;
  const { tokenizer } = model;
  const before = [tokenizer.endOfText];
  const room = Math.max(1, Math.min(tokens, context - 1));
  const programs = new Map<Leaves, Program>();
  let found: Windows[] | undefined;

  async function make(): Promise<Windows[]> {
    const made: Windows[] = [];
    if (texts)
      for (const [domain, given] of Object.entries(texts)) {
        const { ids, ...rest } = await windowsOf(caller, model, { texts: given });
        made.push({ ...rest, ids: ids.map((all) => Array.from(all).slice(0, room)), domain });
      }
    else
      for (const [domain, { heldOut }] of Object.entries(shards)) {
        if (!heldOut) continue;
        const { starts } = heldOut;
        const ids: Int32Array[] = [];
        for (let i = 0; i + 1 < starts.length && ids.length < documents; i++) {
          // Without the end of text.
          const length = Math.min(room, starts[i + 1]! - 1 - starts[i]!);
          if (length > 0) ids.push(heldOut.read(starts[i]!, length));
        }
        if (ids.length > 0) made.push({ ids, before, time: 0, cut: 0, domain });
      }
    const longest = made.flatMap(({ ids }) => ids).reduce((most, { length }) => Math.max(most, length), 0);
    return made.map((each) => ({ ...each, time: before.length + longest }));
  }

  return {
    windows: async () => (found ??= await make()),
    async read(state, readingOf, leaves = own) {
      const results = [];
      const all = (found ??= await make());
      const batch = Math.min(at.batch, Math.max(...all.map(({ ids }) => ids.length)));
      for (const windows of all) {
        const reading = readingOf(windows, batch);
        const program = programs.get(leaves) ?? (await compileReading(engine, model, windows, reading, leaves));
        programs.set(leaves, program);
        results.push(await runReading({ program, state, windows, reading, padding: tokenizer.endOfText, leaves }));
      }
      return results;
    },
    async dispose() {
      for (const program of programs.values()) await program.dispose();
      programs.clear();
    },
  };
}
