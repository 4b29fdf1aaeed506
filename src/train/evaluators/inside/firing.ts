/**
 * How often the neurons of each layer fire on each domain's text, and how many fire for one domain alone (`measure.lape`), over
 * training. LAPE is counted on 100,000 tokens of a language; a few hundred rank neurons roughly, which is enough to see layers
 * part and not to name neurons.
 *
 * By default it reads 16 × 64 tokens of each domain.
 */
import * as z from "zod";
import { lape } from "../../../measure/index.js";
import { made } from "../../../registry.js";
import { firingReading } from "../../inside/firing.js";
import type { Evaluator } from "../types.js";
import { probing, type ProbingOptions, probingOptions } from "./probing.js";

export interface FiringEvaluatorOptions extends ProbingOptions {
  /** Of `measure.lape`: part of all shares below the bar, and of neurons that are taken. Default to 0.95 and 0.01. */
  bar?: number;
  keep?: number;
}

export const firingOptions = z.strictObject({
  ...probingOptions,
  bar: z.number().gt(0).max(1).optional(),
  keep: z.number().gt(0).max(1).optional(),
});

/** Rows, each with `.layer-1`, … for the blocks: `firing` by domain, the mean share of tokens; of two domains or more `firing-specific` by domain, neurons for it, and `firing-entropy`, the mean of those that fire. */
export function firing(options: FiringEvaluatorOptions = {}): Evaluator {
  const { documents = 16, tokens, bar, keep } = options;
  return made({
    name: "firing",
    options: { documents, tokens, bar, keep },
    begin(at) {
      const { layers, ffn } = at.model.config;
      const probe = probing({ caller: "firing", at, documents, tokens });
      const blocks = Array.from({ length: layers }, (_, block) => block);
      return {
        async evaluate(state) {
          const found = await probe.read(state, (windows, batch) => firingReading(at.model, windows, batch));
          const domains = (await probe.windows()).map(({ domain }) => domain!);
          const inBlock = (values: Float64Array, block: number): Float64Array =>
            values.subarray(block * ffn, (block + 1) * ffn);
          const rows: { metric: string; domain?: string; value: number }[] = found.flatMap(({ shares }, d) =>
            blocks.map((block) => ({
              metric: `firing.layer-${block + 1}`,
              domain: domains[d]!,
              value: inBlock(shares.data, block).reduce((sum, share) => sum + share, 0) / ffn,
            })),
          );
          if (domains.length < 2) return rows;
          const shares = Object.fromEntries(domains.map((domain, d) => [domain, found[d]!.shares.data]));
          const { neurons, entropy } = lape({ shares, ...(bar && { bar }), ...(keep && { keep }) });
          for (const block of blocks) {
            const layer = `layer-${block + 1}`;
            const own = neurons.filter(({ neuron }) => Math.floor(neuron / ffn) === block);
            for (const domain of domains) {
              const value = own.filter(({ languages }) => languages.includes(domain)).length;
              rows.push({ metric: `firing-specific.${layer}`, domain, value });
            }
            const live = inBlock(entropy, block).filter((_, i) =>
              found.some(({ shares: { data } }) => data[block * ffn + i]! > 0),
            );
            if (live.length > 0)
              rows.push({
                metric: `firing-entropy.${layer}`,
                value: live.reduce((sum, value) => sum + value, 0) / live.length,
              });
          }
          return rows;
        },
        dispose: () => probe.dispose(),
      };
    },
  });
}
