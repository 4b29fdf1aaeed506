/**
 * Active forgetting (Chen et al. 2023, https://arxiv.org/abs/2307.01163): every `every` updates the token embeddings are
 * drawn anew, so that the body learns to do without any particular table and takes a new language's more easily. The
 * table's moments begin at zero again and so does its count of updates: its own bias correction, and its own learning
 * rate, which goes through the whole schedule once in every `every` updates. The body is not touched; a tied head is the
 * table and is drawn with it, an untied one belongs to the body.
 *
 * A reset comes before the update that follows it, so an evaluation at a multiple of `every` still sees the learned table,
 * and the run never ends on one that was just drawn. The loss is a saw: what counts is the best checkpoint, not the last.
 */
import { tablesOf } from "../../../architecture/index.js";
import { zerosOf } from "../../../engine/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { StateArrays } from "../../../types.js";
import type { Part } from "../types.js";

export interface ActiveForgettingOptions {
  /** Updates between two resets; the paper's is 1000. */
  every: number;
  /** Of the normal distribution that rows are drawn from; defaults to 0.02. */
  deviation?: number;
}

export function activeForgetting({ every, deviation = 0.02 }: ActiveForgettingOptions): Part {
  if (!(Number.isInteger(every) && every >= 1))
    throw new Error(`activeForgetting: invalid every: ${every} (a whole number from 1)`);
  if (!(deviation > 0 && deviation < Infinity))
    throw new Error(`activeForgetting: invalid deviation: ${deviation} (a positive number)`);
  return made({
    name: "active-forgetting",
    options: { every, deviation },
    begin({ config, leaves, optimiser, schedule, seed }) {
      const { embedding: table } = tablesOf(config);
      if (!leaves.leaves[table] || leaves.rows[table])
        throw new Error("activeForgetting: the embedding is frozen, or trained in part (train all of its rows)");
      const { shape } = leaves.leaves[table];
      const draws = rng(seed).fork("active forgetting");
      const slots = Object.entries(optimiser.slots({ [table]: leaves.leaves[table] }, [table]));
      return {
        own: [table],
        before(step) {
          if (step === 0 || step % every !== 0) return undefined;
          const draw = draws.fork(String(step));
          const data = Float32Array.from({ length: shape[0]! * shape[1]! }, () => draw.normal() * deviation);
          const fresh: StateArrays = { [table]: { shape, data } };
          for (const [name, slot] of slots) fresh[name] = zerosOf(slot);
          return fresh;
        },
        scalars(step) {
          const since = ((step - 1) % every) + 1;
          const scalars = optimiser.scalars(since, schedule.learningRate(since, every));
          return Object.fromEntries(Object.entries(scalars).map(([name, value]) => [`${name}.${table}`, value]));
        },
      };
    },
  });
}
