/**
 * How the hidden states move, layer by layer: how alike they are to what they were before training, whether they all point one way,
 * and of aligned texts whether they mean the same in two languages (alike as a whole, and each translation found). On a few
 * texts only, so numbers compare over steps and layers, and with chance, which the mean of `retrieval` is 1 / texts by.
 *
 * By default it reads 16 × 64 tokens of each domain, and keeps a copy of the weights up to the first evaluation.
 */
import * as z from "zod";
import { cka, meanCosine, retrieval } from "../../../measure/index.js";
import { made } from "../../../registry.js";
import type { Weights } from "../../../types.js";
import { statesReading, type TextStates } from "../../inside/states.js";
import { allOf } from "../../step/step.js";
import type { Evaluator } from "../types.js";
import { probing, type ProbingOptions, probingOptions } from "./probing.js";

export interface StatesEvaluatorOptions extends ProbingOptions {
  /** Instead of held-out documents, texts by language, as many of each: the i-th of each says the same. From 4. */
  texts?: Record<string, string[]>;
  /** Default to all, from 0, the embeddings. */
  layers?: number[];
}

export const statesOptions = z.strictObject({
  ...probingOptions,
  texts: z.record(z.string().min(1), z.array(z.string().min(1)).min(4)).optional(),
  layers: z.array(z.int().min(0)).min(1).optional(),
});

/**
 * Rows, each with `.layer-0`, `.layer-1`, …: `cka` (debiased, to the base), `cosine` and `centred-cosine` of each domain; with `texts`
 * also `cka` and `retrieval` of two, as in `en:ko`.
 */
export function states(options: StatesEvaluatorOptions = {}): Evaluator {
  const { texts, layers, documents = 16, tokens } = options;
  const counts = Object.values(texts ?? {}).map(({ length }) => length);
  if (!(Math.min(documents, ...counts) >= 4))
    throw new Error(`states: invalid texts: ${Math.min(documents, ...counts)} (from 4, which its measure needs)`);
  if (new Set(counts).size > 1)
    throw new Error(`states: invalid texts: ${counts.join(", ")} of them (as many of each: the i-th says the same)`);
  return made({
    name: "states",
    options: { texts, layers, documents: texts ? undefined : documents, tokens },
    begin(at) {
      const { model, engine } = at;
      const { config } = model;
      const probe = probing({ caller: "states", at, documents, tokens, texts });
      // A recipe's model has its weights now only.
      let start: Weights | undefined = copied(model.weights);
      let base: TextStates[] | undefined;
      const read = (...[state, leaves]: [Parameters<typeof probe.read>[0], Parameters<typeof probe.read>[2]?]) =>
        probe.read(state, (windows, batch) => statesReading("states", model, windows, { batch, layers }), leaves);

      async function baseStates(): Promise<TextStates[]> {
        const state = engine.upload(start!);
        try {
          return await read(state, at.leaves.weights ? allOf(config) : at.leaves);
        } finally {
          state.dispose();
          start = undefined;
        }
      }

      return {
        async evaluate(state) {
          base ??= await baseStates();
          const now = await read(state);
          const domains = (await probe.windows()).map(({ domain }) => domain!);
          const rows: { metric: string; domain: string; value: number }[] = [];
          const add = (metric: string, domain: string, layer: number, value: number | null): void => {
            if (value !== null) rows.push({ metric: `${metric}.layer-${layer}`, domain, value });
          };
          for (const [d, domain] of domains.entries())
            for (const [l, { layer, states: a }] of now[d]!.layers.entries()) {
              if (a.shape[0]! >= 4) add("cka", domain, layer, await cka({ a, b: base[d]!.layers[l]!.states }));
              add("cosine", domain, layer, meanCosine({ table: a }));
              add("centred-cosine", domain, layer, meanCosine({ table: a, centre: true }));
              if (!texts) continue;
              for (const [e, other] of domains.entries()) {
                if (e <= d) continue;
                const b = now[e]!.layers[l]!.states;
                add("cka", `${domain}:${other}`, layer, await cka({ a, b }));
                add("retrieval", `${domain}:${other}`, layer, (await retrieval({ a, b })).mean);
              }
            }
          return rows;
        },
        dispose: () => probe.dispose(),
      };
    },
  });
}

const copied = (weights: Weights): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
