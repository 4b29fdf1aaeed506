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
import { rng } from "../rng.js";
import type { ModelConfig, Weights } from "../types.js";
import { type AdamW, firstMoment, secondMoment } from "./optimiser.js";
import type { Schedule } from "./schedules.js";
import type { Selection } from "./trainable.js";

export interface ActiveForgettingOptions {
  /** Updates between two resets; the paper's is 1000. */
  every: number;
  /** Of the normal distribution that rows are drawn from; defaults to 0.02. */
  deviation?: number;
}

export interface ActiveForgetting {
  /** The weights that count their updates on their own. */
  own: string[];
  /** What to write before update `step + 1`, where `step` updates are done; undefined where there is no reset. */
  reset(step: number): Weights | undefined;
  /** What the host feeds at update `step`, counted from 1, besides the body's scalars. */
  scalars(step: number): Record<string, Float32Array>;
}

const table = "model.embed_tokens.weight";

export function checkActiveForgetting(options: ActiveForgettingOptions): Required<ActiveForgettingOptions> {
  const { every, deviation = 0.02 } = options;
  if (!(Number.isInteger(every) && every >= 1))
    throw new Error(`train: invalid activeForgetting.every: ${every} (a whole number from 1)`);
  if (!(deviation > 0 && deviation < Infinity))
    throw new Error(`train: invalid activeForgetting.deviation: ${deviation} (a positive number)`);
  return { every, deviation };
}

export function activeForgetting(
  options: ActiveForgettingOptions & {
    config: ModelConfig;
    optimiser: AdamW;
    schedule: Schedule;
    seed: number;
    trained?: Selection;
  },
): ActiveForgetting {
  const { config, optimiser, schedule, seed, trained } = options;
  const { every, deviation } = checkActiveForgetting(options);
  if (trained && (!trained.names.includes(table) || trained.rows[table]))
    throw new Error("train: invalid activeForgetting: the embedding is frozen, or in part (train all of its rows)");
  const shape = [config.vocabSize, config.width];
  const draws = rng(seed).fork("active forgetting");
  return {
    own: [table],
    reset(step) {
      if (step === 0 || step % every !== 0) return undefined;
      const draw = draws.fork(String(step));
      const data = Float32Array.from({ length: shape[0]! * shape[1]! }, () => draw.normal() * deviation);
      const zeros = (): Weights[string] => ({ shape, data: new Float32Array(data.length) });
      return { [table]: { shape, data }, [firstMoment(table)]: zeros(), [secondMoment(table)]: zeros() };
    },
    scalars(step) {
      const since = ((step - 1) % every) + 1;
      const scalars = optimiser.scalars(since, schedule.learningRate(since, every));
      return Object.fromEntries(Object.entries(scalars).map(([name, value]) => [`${name}.${table}`, value]));
    },
  };
}
