/** What decides a run's bytes: the key of the cache, and what a resumed run must not have changed. */
import type { Mixture } from "../mixture/index.js";
import type { LanguageModel } from "../types.js";
import { checkActiveForgetting } from "./active-forgetting.js";
import { hashOfModel } from "./hash.js";
import { adamw } from "./optimiser.js";
import type { Schedule } from "./schedules.js";
import type { Shards } from "./text.js";
import type { RunOptions } from "./train.js";
import { trainedOf } from "./trainable.js";

/** Raised whenever the same recipe would give other bytes than before: part of every run's identity. */
export const TRAINER = 2;

export type Identified = Required<Pick<RunOptions, "steps" | "batch" | "context" | "seed" | "evaluateAt">> &
  Pick<RunOptions, "optimiser" | "trainable" | "newRows" | "activeForgetting"> & {
    model: LanguageModel;
    shards: Shards;
    mixture: Mixture;
    schedule: Schedule;
  };

/** All that decides a run's bytes, as JSON: two runs with equal identities are the same run. */
export function identity(options: Identified): Record<string, unknown> {
  const { model, shards, mixture, schedule, steps, seed, batch, context, evaluateAt, activeForgetting } = options;
  const { betas, epsilon, weightDecay, clip } = adamw(options.optimiser);
  const trained = trainedOf({ ...options, config: model.config });
  const text = Object.fromEntries(
    Object.entries(shards).map(([domain, { train, heldOut }]) => [
      domain,
      { train: train?.hash, heldOut: heldOut?.hash },
    ]),
  );
  return {
    trainer: TRAINER,
    model: { ...model.config, hash: hashOfModel(model) },
    text,
    mixture: {
      name: mixture.name,
      domains: [...mixture.domains],
      start: sharesOf(mixture, 0, steps),
      end: sharesOf(mixture, steps - 1, steps),
    },
    schedule: { name: schedule.name, ...schedule.options },
    optimiser: { betas, epsilon, weightDecay, clip: clip === Infinity ? "none" : clip },
    // Absent from a run without them, whose identity is what it was before there were any.
    ...(trained && { trained }),
    ...(activeForgetting && { activeForgetting: checkActiveForgetting(activeForgetting) }),
    steps,
    batch,
    context,
    seed,
    evaluateAt,
  };
}

/** Token shares by domain under update `step` (from 0). */
export function sharesOf(mixture: Mixture, step: number, steps: number): Record<string, number> {
  const shares = mixture.shares(step, steps);
  return Object.fromEntries(mixture.domains.map((domain, i) => [domain, shares[i]!]));
}
