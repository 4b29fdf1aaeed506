/**
 * How much worse the model is than the base on what it is about to learn from: the loss above the base's, not below 0 for any
 * token, averaged over each domain's tokens of the update's own batch (Xie et al. 2023, DoReMi, arXiv 2305.10429). The base is
 * the model that the run begins with. It costs two forward passes per update, about two thirds of an update, and the base's
 * weights a second time in the engine's memory.
 */
import type { Program } from "../../engine/index.js";
import { evaluationStep } from "../step/step.js";
import type { Signal, SignalOptions } from "./types.js";

export function excess({ engine, model, leaves, batch: size, context }: SignalOptions): Signal {
  const { fn, signature } = evaluationStep({ config: model.config, batch: size, context, leaves });
  // Now: later the model may be what the run has made of it.
  const base = engine.upload({ ...model.weights, ...leaves.added });
  let program: Program | undefined;
  return {
    async before({ state, batch }) {
      program ??= await engine.compile(fn, signature);
      const own: Float32Array[] = [];
      const before: Float32Array[] = [];
      for (const feeds of batch.feeds) {
        const fed = Object.fromEntries(Object.keys(signature.inputs).map((name) => [name, feeds[name]!]));
        own.push((await program.run(state, fed)).perToken!);
        before.push((await program.run(base, fed)).perToken!);
      }
      return { excess: excessByDomain({ domains: batch.domains, own: joined(own), before: joined(before) }) };
    },
    async dispose() {
      base.dispose();
      await program?.dispose();
    },
  };
}

const joined = (parts: readonly Float32Array[]): Float32Array =>
  parts.length === 1 ? parts[0]! : Float32Array.from(parts.flatMap((part) => [...part]));

/** Losses of equally long sequences, end to end, and the domain of each. */
export function excessByDomain(options: {
  domains: readonly string[];
  own: Float32Array;
  before: Float32Array;
}): Record<string, number> {
  const { domains, own, before } = options;
  const context = own.length / domains.length;
  const sums: Record<string, number> = {};
  const tokens: Record<string, number> = {};
  for (const [row, domain] of domains.entries()) {
    let sum = sums[domain] ?? 0;
    for (let i = row * context; i < (row + 1) * context; i++) sum += Math.max(0, own[i]! - before[i]!);
    sums[domain] = sum;
    tokens[domain] = (tokens[domain] ?? 0) + context;
  }
  return Object.fromEntries(Object.entries(sums).map(([domain, sum]) => [domain, sum / tokens[domain]!]));
}
