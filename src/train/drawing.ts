/** How a run's batches are drawn from its text, as often as somebody asks: the run itself, and who must know before it what it will read. */
import { type Shard, shuffled, type Stream } from "../corpus/index.js";
import type { Json } from "../registry.js";
import { rng } from "../rng.js";
import type { Composed } from "./composed.js";
import type { TrainOptions } from "./options.js";
import { type BatchesOptions, batchesOf, type Blended } from "./run/batches.js";
import { startOf } from "./run/identity.js";
import { placed } from "./run/placed.js";

export type Drawing = (given: Pick<BatchesOptions, "feeds" | "state">) => Blended;

export function drawingOf(options: TrainOptions, composed: Composed): Drawing {
  const { model, shards, mixture, steps, buffer } = options;
  const { objective, orders, seed, batch, accumulate, context } = composed;
  const { tokenizer } = model;
  return (given) =>
    batchesOf({
      ...startOf({ ...options, ...composed }),
      ...{ mixture, batch, accumulate, context },
      stream: (domain, from) => {
        const shard = shards[domain]?.train;
        if (!shard) throw new Error(`train: invalid mixture: ${domain} has a share but no text to train on`);
        const own = rng(seed)
          .fork(domain)
          .int(2 ** 31);
        const order = orders[domain] ?? shuffled();
        const open = (shard: Shard): Stream =>
          order.open({ shard, context, seed: own, steps, tokenizer, state: from as Json });
        return placed(shard, open);
      },
      replay: buffer && { buffer, seed },
      reads: objective.reads,
      textOf(domain) {
        const shard = shards[domain]?.train;
        if (!shard) throw new Error(`train: invalid buffer: it has windows of ${domain}, of which there is no text`);
        return shard;
      },
      feeds: given.feeds,
      state: given.state,
    });
}
