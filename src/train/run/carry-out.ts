/**
 * A run whose parts are all decided: opens the place where it is kept, puts the loop between the batches and that place, and
 * leaves a record whatever happens. It knows neither text nor recipes.
 */
import { choose, type Engine, type Precision, type State } from "../../engine/index.js";
import { type Memory, parameterCount } from "../../model/index.js";
import type { LogName } from "../../runs/index.js";
import { rng } from "../../rng.js";
import type { Evaluation, LanguageModel, Measurement, OnProgress, StateArrays, StepRow, Weights } from "../../types.js";
import type { Batches } from "./batches.js";
import type { RunningEvaluator } from "../evaluators/types.js";
import { keep } from "./keep.js";
import type { Reading } from "./keeper.js";
import { loop } from "./loop.js";
import { type Modules, startedWith } from "./modules.js";
import type { Run } from "./run.js";
import type { Schedule } from "../schedules/index.js";
import type { Signal } from "../signals/types.js";
import { accumulated } from "../step/accumulate.js";
import { periodicSteps } from "../step/periodic.js";
import { fixedOf, trainStep } from "../step/step.js";
import type { RunningObjective } from "../step/objective.js";
import type { Leaves, Optimiser, Parameters, RunningPart } from "../step/types.js";

export interface CarryOutOptions {
  model: LanguageModel;
  /** Whether the run may use up the model, as nobody else has it; defaults to false. */
  consume?: boolean;
  name: string;
  seed: number;
  /** What decides the bytes, as JSON. */
  recipe: Record<string, unknown>;
  objective: RunningObjective;
  optimiser: Optimiser;
  leaves: Leaves;
  /** Whose leaves they are, where some are kept beside the model. */
  parameters?: Parameters;
  parts: readonly RunningPart[];
  schedule: Schedule;
  /** At the start, or where a saved state stood. */
  batches: (state?: object) => Batches & { weighted?: boolean; record?: Reading };
  evaluators: (engine: Engine) => RunningEvaluator[];
  /** Fills the slots of the parts before the first update; defaults to nothing. */
  prepare?: (engine: Engine, state: State) => Promise<void>;
  /** What must be there before the loop, wherever that begins. */
  ready?: (engine: Engine) => Promise<void> | undefined;
  /** What the batches are told besides losses; defaults to nothing. */
  signals?: (engine: Engine) => Signal | undefined;
  steps: number;
  /** What is kept for the backward pass; defaults to "keep". */
  memory?: Memory;
  precision?: Precision;
  evaluateAt: readonly number[];
  checkpointEvery: number;
  /** Leaves the slots out of the last checkpoint; defaults to false. */
  dropOptimiser?: boolean;
  /** Logs for other tools; defaults to none. */
  logs?: readonly LogName[];
  /** Slots to begin with, e.g. of the run that this is a branch of; defaults to zero and what the parts say. */
  slots?: StateArrays;
  /** Updates that those have seen; defaults to 0. */
  updates?: number;
  /** Steps whose models are kept in the folder. */
  snapshotAt?: readonly number[];
  /** Defaults to `engine.choose()`. */
  engine?: Engine;
  labels?: Record<string, string | number | boolean>;
  notes?: Record<string, unknown>;
  /** Defaults to memory. */
  dir?: string;
  resume?: boolean;
  /** For a folder of the cache: what is damaged there and cannot be gone on from is made anew; defaults to false. */
  remake?: boolean;
  /** Milliseconds to wait for another writer of `dir`. */
  patience?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
  onStep?: (row: StepRow) => void;
  onEvaluation?: (row: Evaluation) => void;
  onMeasurement?: (row: Measurement) => void;
}

export async function carryOut(options: CarryOutOptions): Promise<Run> {
  const { model, name, seed, recipe, labels, notes, objective, optimiser, leaves, parts, memory, precision } = options;
  const { config } = model;
  const engine = options.engine ?? (await choose());
  const { mode, device, reason, threads } = engine;
  const counted = parameterCount(config);
  const trained = Object.values(leaves.leaves).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const parameters = {
    total: counted.total,
    withoutEmbeddings: counted.withoutEmbeddings,
    ...(trained !== counted.total && { trained }),
  };
  const beginning = { name, recipe, seed, engine: { mode, device, reason, threads }, parameters, labels, notes };
  const modulesOf = (beside: Weights | undefined): Modules | undefined =>
    beside && options.parameters && startedWith(options.parameters, beside);
  const keeper = await keep({ ...options, beginning, spare: options.snapshotAt });
  try {
    if (keeper.finished) return keeper.finished;
    await options.ready?.(engine);
    const batches = options.batches((keeper.from?.state as { batches: object } | undefined)?.batches);
    const { batch, context, accumulate = 1, weighted } = batches;
    const composed = { config, batch, context, objective, optimiser, leaves, parts, weighted, memory, precision };
    const result = await loop({
      ...options,
      engine,
      batches,
      evaluators: options.evaluators(engine),
      prepare: (state) => options.prepare?.(engine, state) ?? Promise.resolve(),
      signals: options.signals?.(engine),
      writer: objective.writer?.({ engine, batch, context, rng: rng(seed).fork("written") }),
      update: {
        ...(accumulate > 1 ? accumulated(composed) : { each: trainStep(composed), sums: {} }),
        periodic: periodicSteps(composed),
      },
      fixed: fixedOf(composed),
      from: keeper.from,
      onCheckpoint: keeper.checkpoint,
      onSnapshot: (step, weights, beside) => keeper.snapshot?.(step, { ...model, weights }, modulesOf(beside)),
      label: name,
      onStep(row) {
        keeper.add(row);
        options.onStep?.(row);
      },
      onEvaluation(row) {
        keeper.add(row);
        options.onEvaluation?.(row);
      },
      onMeasurement(row) {
        keeper.add(row);
        options.onMeasurement?.(row);
      },
    });
    const { model: trained, averages, beside, stopped } = result;
    const modules = modulesOf(beside);
    const kept = Object.entries(averages).map(([name, weights]) => [name, { ...trained, weights }] as const);
    const models = {
      model: trained,
      ...(modules && { modules }),
      ...(kept.length > 0 && { averages: Object.fromEntries(kept) }),
    };
    return keeper.end(models, stopped, batches.record ?? {});
  } catch (error) {
    keeper.fail(error);
    throw error;
  } finally {
    keeper.release();
  }
}
