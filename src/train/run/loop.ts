/**
 * The loop: draw a batch, update, evaluate where it is due, save where it is due, stop when asked. It owns the engine's
 * state and programs and nothing else; where text comes from, what an update is made of, what a recipe is and where a run is
 * kept are not its business. Given the same model, batches and engine, it makes the same bytes, resumed or not.
 */
import { breathe } from "../../breathe.js";
import type { Engine, State } from "../../engine/index.js";
import type { Evaluation, LanguageModel, Measurement, OnProgress, StateArrays, StepRow, Weights } from "../../types.js";
import { averagesOf } from "./averages.js";
import type { Batch, Batches } from "./batches.js";
import { beginningOf, copies } from "./beginning.js";
import { type Checkpoint, isDropped } from "./checkpoint.js";
import { diverged } from "./diverged.js";
import type { RunningEvaluator } from "../evaluators/types.js";
import type { Schedule } from "../schedules/index.js";
import type { Signal } from "../signals/types.js";
import type { Update } from "../step/accumulate.js";
import type { RunningObjective } from "../step/objective.js";
import type { Writer } from "../step/objective.js";
import type { Feeds, Leaves, Optimiser, RunningPart } from "../step/types.js";
import { type Updater, updaterOf } from "./updater.js";

export interface LoopOptions {
  model: LanguageModel;
  /**
   * Nobody else has the model: its arrays become the engine's instead of being copied, and the model given is left without
   * weights. Defaults to false.
   */
  consume?: boolean;
  engine: Engine;
  batches: Batches;
  evaluators: readonly RunningEvaluator[];
  /** What is run for an update, made of the four that follow. */
  update: Update;
  objective?: Pick<RunningObjective, "row">;
  optimiser: Optimiser;
  leaves: Leaves;
  parts: readonly RunningPart[];
  schedule: Schedule;
  /** State that no update changes and no checkpoint holds. The arrays are read only. */
  fixed?: Weights;
  /** What `batches` wants to be told besides losses. */
  signals?: Signal;
  /** Makes batches of what was drawn, by the weights before the update. */
  writer?: Writer;
  /** Updates in all. */
  steps: number;
  /** Steps after which to evaluate, 0 among them for the start. */
  evaluateAt: readonly number[];
  /** Where to go on from: its weights and slots are taken over, `batches` must already stand there. */
  from?: Checkpoint;
  /** Slots to begin with; defaults to zero and what the parts say. */
  slots?: StateArrays;
  /** Called where a run begins, before its first update: fills slots. */
  prepare?: (state: State) => Promise<void>;
  /** Updates that those have seen; the optimiser counts on from there. Defaults to 0. */
  updates?: number;
  /**
   * Called with what an exact resume needs after every `checkpointEvery` updates, at the end and when stopped. The arrays are
   * the engine's, right until this returns; so are those of `onSnapshot`.
   */
  onCheckpoint?: (checkpoint: Checkpoint) => void;
  checkpointEvery: number;
  /** Leaves the slots out of the checkpoint of the last update, which says so; defaults to false. */
  dropOptimiser?: boolean;
  /** Steps after which the model is handed to `onSnapshot`. */
  snapshotAt?: readonly number[];
  onSnapshot?: (step: number, weights: Weights, beside: Weights | undefined) => void;
  label: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
  onStep?: (row: StepRow) => void;
  onEvaluation?: (row: Evaluation) => void;
  onMeasurement?: (row: Measurement) => void;
}

export interface LoopResult {
  model: LanguageModel;
  /** Weights of the averages that parts keep. */
  averages: Record<string, Weights>;
  step: number;
  stopped: boolean;
  /** What was trained beside the model, where leaves are. */
  beside?: Weights;
}

export async function loop(options: LoopOptions): Promise<LoopResult> {
  const { model, engine, batches, evaluators, optimiser, leaves, parts, schedule, signals, writer, signal } = options;
  const { steps, label, updates = 0 } = options;
  const tokensPerStep = batches.batch * batches.context * (batches.accumulate ?? 1);
  const { weights, slots, ...begun } = beginningOf(options);
  const [names, slotNames] = [Object.keys(weights), Object.keys(slots)];
  const [due, kept] = [new Set(options.evaluateAt), new Set(options.snapshotAt)];
  const meter = speedometer();
  let { step } = begun;
  let saved = step;
  let idle = 0;
  let state: State | undefined;
  let updater: Updater | undefined;
  try {
    state = engine.upload({ ...weights, ...slots, ...options.update.sums, ...options.fixed }, { adopt: true });
    const current = async (): Promise<Weights> => {
      const own = await state!.read(names);
      return leaves.merged?.(own) ?? own;
    };
    const besideNow = async (): Promise<Weights | undefined> =>
      leaves.beside ? copies(await state!.read(Object.keys(leaves.added ?? {}))) : undefined;
    const evaluate = async (): Promise<Record<string, number>> => {
      const losses: Record<string, number> = {};
      for (const evaluator of evaluators)
        for (const row of await evaluator.evaluate(state!, { step, last: step === steps })) {
          const at = { step, tokens: step * tokensPerStep };
          if ("metric" in row) options.onMeasurement?.({ ...at, ...row });
          else {
            options.onEvaluation?.({ ...at, ...row });
            losses[row.domain] = row.loss;
          }
        }
      return losses;
    };
    const save = async (): Promise<void> => {
      if (!options.onCheckpoint || saved === step) return;
      const dropped = options.dropOptimiser && step === steps;
      options.onCheckpoint({
        step,
        weights: await state!.read(names),
        slots: dropped ? {} : await state!.readKept(slotNames),
        state: { batches: batches.state, ...(dropped && { dropped }) },
      });
      saved = step;
    };
    const snapshot = async (): Promise<void> => {
      if (kept.has(step)) options.onSnapshot?.(step, await current(), await besideNow());
    };
    if (step === 0 && !signal?.aborted) {
      await options.prepare?.(state);
      const evaluations = due.has(0) ? await evaluate() : undefined;
      if (evaluations) batches.observe?.({ step, losses: {}, drawn: {}, evaluations });
      await snapshot();
    }
    while (step < steps && !signal?.aborted) {
      updater ??= await updaterOf(engine, options.update);
      const learningRate = schedule.learningRate(step + 1, steps);
      const batch = batches.next(step);
      const scalars: Feeds = optimiser.scalars(updates + step + 1, learningRate);
      for (const part of parts) {
        const fresh = part.before?.(step);
        if (fresh) state.write(fresh);
        Object.assign(scalars, part.scalars?.(step + 1), part.feeds?.(step + 1));
      }
      const told = await signals?.before({ state, batch, step });
      const began = performance.now();
      const feeds = (await writer?.write({ state, ...batch, step })) ?? batch.feeds;
      const outputs = await updater.run(state, feeds, scalars);
      const { loss, gradientNorm, bySequence, countBySequence, ...others } = outputs;
      step++;
      if (countBySequence?.every((count) => count === 0)) idle++;
      await updater.between(state, step);
      const losses = bySequence ? byDomain(batch, bySequence, countBySequence) : {};
      const row: StepRow = {
        step,
        tokens: step * tokensPerStep,
        loss: loss![0]!,
        learningRate,
        gradientNorm: gradientNorm![0]!,
        tokensPerSecond: meter(tokensPerStep, performance.now() - began),
        ...batch.row,
      };
      for (const [domain, value] of Object.entries(losses)) row[`loss_${domain}`] = value;
      for (const [name, value] of Object.entries(others)) if (!name.endsWith("BySequence")) row[name] = value[0]!;
      Object.assign(row, options.objective?.row?.(outputs));
      if (!Number.isFinite(row.loss) || !Number.isFinite(row.gradientNorm)) throw diverged(row);
      options.onStep?.(row);
      options.onProgress?.({ label, done: step, total: steps, note: note(row) });
      const evaluations = due.has(step) ? await evaluate() : undefined;
      batches.observe?.({ step, losses, drawn: drawnOf(batch), ...(evaluations && { evaluations }), ...told });
      await snapshot();
      if (step % options.checkpointEvery === 0 || step === steps || kept.has(step)) await save();
      // Lets timers, messages and interrupts through between two updates.
      await breathe();
    }
    await save();
    if (idle > 0)
      options.onProgress?.({ label: idled(idle, step - begun.step), done: step, total: steps, notice: true });
    const beside = await besideNow();
    // Slots that were dropped are not averages.
    const averaged = options.from && isDropped(options.from) ? [] : parts;
    const averages = await averagesOf(state, { names, leaves, parts: averaged });
    const trained = { ...model, weights: await current() };
    return { model: trained, averages, step, stopped: step < steps, ...(beside && { beside }) };
  } finally {
    state?.dispose();
    await updater?.dispose();
    for (const each of [...evaluators, signals, writer]) await each?.dispose();
  }
}

/** Mean loss of each domain's sequences, of the domains that were drawn and of which something counted. */
function byDomain({ domains }: Batch, bySequence: Float32Array, counts?: Float32Array): Record<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const [i, domain] of domains.entries()) {
    const { sum, count } = sums.get(domain) ?? { sum: 0, count: 0 };
    const own = counts?.[i] ?? 1;
    sums.set(domain, { sum: sum + own * bySequence[i]!, count: count + own });
  }
  const counted = [...sums].filter(([, { count }]) => count > 0);
  return Object.fromEntries(counted.map(([domain, { sum, count }]) => [domain, sum / count]));
}

/** Share of the sequences that are each domain's. */
function drawnOf({ domains }: Batch): Record<string, number> {
  const drawn: Record<string, number> = {};
  for (const domain of domains) drawn[domain] = (drawn[domain] ?? 0) + 1 / domains.length;
  return drawn;
}

/** Tokens per second over the last updates, forgetting half of the past every ten. */
function speedometer(): (tokens: number, milliseconds: number) => number {
  let [seen, spent] = [0, 0];
  const fade = 0.5 ** 0.1;
  return (tokens, milliseconds) => {
    seen = seen * fade + tokens;
    spent = spent * fade + milliseconds;
    return Math.round((1000 * seen) / Math.max(spent, 1e-6));
  };
}

const idled = (idle: number, updates: number): string =>
  `note: ${idle} of ${updates} updates learned nothing: no token of their windows counts (is what counts cut off? Give a longer context, or an order that splits)`;

function note({ loss, tokensPerSecond }: StepRow): string {
  const speed = tokensPerSecond >= 10000 ? `${(tokensPerSecond / 1000).toFixed(0)}k` : `${tokensPerSecond}`;
  return `loss ${loss.toFixed(3)}, ${speed} tokens/s`;
}
