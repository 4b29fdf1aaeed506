/**
 * What each layer would predict (`train.logitLens`), over training: where in the model a prediction comes about, and of which
 * language it is there. After training on a language middle layers may still decode to the old one.
 *
 * By default it reads 8 × 64 tokens of each domain, and makes as many rows of logits for each layer.
 */
import * as z from "zod";
import { made } from "../../../registry.js";
import { lensReading } from "../../inside/logit-lens.js";
import type { Evaluator, EvaluatorOptions } from "../types.js";
import { probing, type ProbingOptions, probingOptions } from "./probing.js";

export interface LensEvaluatorOptions extends ProbingOptions {
  /** Held-out documents of each domain; defaults to 8. */
  documents?: number;
  /** Default to all, from 0. */
  layers?: number[];
  /** Ids by name, of which the share of the prediction is asked for. Default to those that the held-out text of one domain has and of no other. */
  groups?: Record<string, number[]>;
}

export const lensOptions = z.strictObject({
  ...probingOptions,
  layers: z.array(z.int().min(0)).min(1).optional(),
  groups: z.record(z.string().min(1), z.array(z.int().min(0))).optional(),
});

/** Rows by domain of the text, each with `.layer-0`, …: `lens-kl` to the model's own prediction, `lens-loss` (nats both), `lens-rank`, `lens-agrees`, and `lens-mass-<group>`. */
export function lens(options: LensEvaluatorOptions = {}): Evaluator {
  const { layers, groups: given, documents = 8, tokens } = options;
  return made({
    name: "lens",
    options: { layers, groups: given, documents, tokens },
    begin(at) {
      const probe = probing({ caller: "lens", at, documents, tokens });
      const groups = given ?? ownIds(at);
      return {
        async evaluate(state) {
          const found = await probe.read(state, (windows, batch) =>
            lensReading("lens", at.model, windows, { batch, layers, groups }),
          );
          const domains = (await probe.windows()).map(({ domain }) => domain!);
          return found.flatMap((rows, d) =>
            rows.flatMap(({ layer, kl, loss, rank, agrees, mass }) => {
              const shares = Object.entries(mass).map(([name, share]) => [`mass-${name}`, share] as const);
              return [...Object.entries({ kl, loss, rank, agrees }), ...shares].map(([name, value]) => ({
                metric: `lens-${name}.layer-${layer}`,
                domain: domains[d]!,
                value,
              }));
            }),
          );
        },
        dispose: () => probe.dispose(),
      };
    },
  });
}

/** Ids that occur in one domain's held-out text alone; of domains that share all there are none. */
function ownIds({ shards, model }: EvaluatorOptions): Record<string, number[]> {
  const seen = Object.entries(shards).flatMap(([domain, { heldOut }]) =>
    heldOut ? [{ domain, ids: new Set(heldOut.read(0, heldOut.length)) }] : [],
  );
  if (seen.length < 2) return {};
  return Object.fromEntries(
    seen.map(({ domain, ids }) => {
      const others = seen.filter((one) => one.domain !== domain);
      const own = [...ids].filter((id) => id < model.config.vocabSize && !others.some((one) => one.ids.has(id)));
      return [domain, own.sort((a, b) => a - b)];
    }),
  );
}
