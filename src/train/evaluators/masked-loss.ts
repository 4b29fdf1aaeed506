/**
 * How well an encoder predicts hidden tokens of held-out text. Its numbers are of the tokens that are hidden, always the same
 * ones, and of what else is hidden in their window: no likelihood of the text, so there are no bits per byte, and they do not
 * compare across tokenizers or rates.
 */
import { evalWindows } from "../../corpus/index.js";
import type { Program } from "../../engine/index.js";
import { made } from "../../registry.js";
import { rng } from "../../rng.js";
import {
  checkMasking,
  hiddenInputs,
  hiddenLosses,
  hide,
  type MaskingOptions,
  maskingSaid,
} from "../step/objectives/masking.js";
import { domainFeeds, domainInputs } from "../step/domains.js";
import { evaluationStep } from "../step/step.js";
import type { Evaluator } from "./types.js";

/** Rows: metric `masked-loss`, the mean in nats of a hidden token, of every domain that has a held-out part. */
export function maskedLoss(options: MaskingOptions = {}): Evaluator {
  const said = maskingSaid("masked-loss", options);
  return made({
    name: "masked-loss",
    options: { ...said },
    begin({ engine, model, leaves, shards, batch, context }) {
      const { config, tokenizer } = model;
      checkMasking("masked-loss", model, said);
      const { signature } = evaluationStep({ config, batch, context, leaves });
      const inputs = { ...hiddenInputs({ batch, context, rate: said.rate }), ...domainInputs(leaves, batch) };
      const domains = Object.entries(shards).flatMap(([domain, { heldOut: shard }]) =>
        shard ? [{ domain, windows: evalWindows({ shard, context }) }] : [],
      );
      let program: Program | undefined;

      return {
        async evaluate(state) {
          program ??= await engine.compile(
            (params, fed) => ({
              outputs: { nats: hiddenLosses(config, leaves.weights?.(params, fed) ?? params, fed) },
            }),
            { state: signature.state, inputs },
          );
          const rows = [];
          for (const { domain, windows } of domains) {
            const draws = rng(1).fork(domain);
            const own = domainFeeds(leaves, Array<string>(batch).fill(domain));
            let [sum, count] = [0, 0];
            for (let first = 0; first < windows.length; first += batch) {
              const some = windows.slice(first, first + batch);
              const empty = Array.from({ length: batch - some.length }, () => new Int32Array(context));
              const feeds = hide({
                caller: "masked-loss",
                windows: [...some.map(({ tokens }) => tokens), ...empty],
                context,
                // What fills the last window up is read, and never hidden.
                present: [...some.map(({ targets }) => targets), ...empty.map(() => 0)],
                tokenizer,
                rngs: Array.from({ length: batch }, (_, row) => draws.fork(`${first + row}`)),
                ...said,
              });
              const { nats } = await program.run(state, { ...feeds, ...own });
              for (const [i, weight] of feeds.counted!.entries())
                if (weight > 0) [sum, count] = [sum + nats![i]!, count + 1];
            }
            if (count > 0) rows.push({ metric: "masked-loss", domain, value: sum / count });
          }
          return rows;
        },
        async dispose() {
          await program?.dispose();
          program = undefined;
        },
      };
    },
  });
}
