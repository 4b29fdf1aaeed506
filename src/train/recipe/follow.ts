/** A recipe carried out: prepared, and the run trained in its folder. */
import { choose, type Device, type Engine } from "../../engine/index.js";
import type { Evaluation, StepRow } from "../../types.js";
import { type PrepareOptions, prepared } from "./prepared.js";
import type { Run } from "../run/run.js";
import { trainInStages } from "./stages.js";
import { train } from "../train.js";

export interface FollowOptions extends PrepareOptions {
  /** The run's folder. */
  dir: string;
  /** Goes on with a run begun there; defaults to false. */
  resume?: boolean;
  /** Defaults to what the recipe asks for. */
  engine?: Engine;
  /** Engine threads where the recipe names none; defaults to the number of cores. */
  threads?: number;
  /** Milliseconds to wait for another writer of `dir`; defaults to 0. */
  patience?: number;
  onStep?: (row: StepRow) => void;
  onEvaluation?: (row: Evaluation) => void;
}

export async function runRecipe(options: FollowOptions): Promise<Run> {
  const { stopAt, ...whole } = options.recipe;
  return stopAt === undefined
    ? follow(options)
    : follow({ ...options, recipe: whole, ...stopping({ ...options, stopAt }) });
}

/** The signal that ends the run after that update, and who listens for it. */
function stopping({
  stopAt,
  signal,
  onStep,
}: FollowOptions & { stopAt: number }): Pick<FollowOptions, "signal" | "onStep"> {
  const stop = new AbortController();
  return {
    signal: AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]),
    onStep(row) {
      onStep?.(row);
      if (row.step >= stopAt) stop.abort();
    },
  };
}

async function follow(options: FollowOptions): Promise<Run> {
  const { recipe, dir, resume, patience, onStep, onEvaluation } = options;
  const { options: before, stages, close } = await prepared(options);
  try {
    const { device, threads = options.threads } = recipe.engine ?? {};
    const engine = options.engine ?? (await choose({ device: device as Device | undefined, threads }));
    const whole = { ...before, engine, dir, resume, patience, onStep, onEvaluation };
    return stages ? await trainInStages({ ...whole, stages }) : await train(whole);
  } finally {
    close();
  }
}
