/**
 * The loop: draw a batch, update, evaluate where it is due, save where it is due, stop when asked. It owns the engine's
 * state and programs and nothing else; where text comes from, what a recipe is and where a run is kept are not its
 * business. Given the same model, batches and engine, it makes the same bytes, resumed or not.
 */
import type { Engine, Program, State } from "../engine/index.js";
import type { Evaluation, LanguageModel, OnProgress, StepRow, Weights } from "../types.js";
import type { ActiveForgetting } from "./active-forgetting.js";
import type { Batches } from "./batches.js";
import { type Checkpoint, checkShapes } from "./checkpoint.js";
import type { Evaluator } from "./evaluate.js";
import type { AdamW } from "./optimiser.js";
import type { Schedule } from "./schedules.js";
import { trainStep } from "./step.js";
import type { Selection } from "./trainable.js";

export interface LoopOptions {
  model: LanguageModel;
  engine: Engine;
  batches: Batches;
  evaluator: Evaluator;
  optimiser: AdamW;
  schedule: Schedule;
  /** Defaults to every weight; the others are never written. */
  trained?: Selection;
  /** Defaults to none. */
  forgetting?: ActiveForgetting;
  /** Updates in all. */
  steps: number;
  /** Steps after which to evaluate, 0 among them for the start. */
  evaluateAt: readonly number[];
  /** Where to go on from: weights and slots are taken from here, `batches` must already stand there. */
  from?: Checkpoint;
  /** Called with what an exact resume needs after every `checkpointEvery` updates, at the end and when stopped. */
  onCheckpoint?: (checkpoint: Checkpoint) => void;
  checkpointEvery: number;
  label: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
  onStep?: (row: StepRow) => void;
  onEvaluation?: (row: Evaluation) => void;
}

export interface LoopResult {
  model: LanguageModel;
  step: number;
  stopped: boolean;
}

export async function loop(options: LoopOptions): Promise<LoopResult> {
  const { model, engine, batches, evaluator, optimiser, schedule, steps, from, signal, trained, forgetting } = options;
  const { batch, context } = batches;
  const { own } = forgetting ?? {};
  const weights = from?.weights ?? model.weights;
  const names = Object.keys(model.weights);
  const moving = trained ? pick(weights, trained.names) : weights;
  const slots = optimiser.moments(moving, own);
  if (from) checkShapes(from, { weights: model.weights, slots });
  const { fn, signature } = trainStep({ config: model.config, batch, context, optimiser, trained, own });
  const due = new Set(options.evaluateAt);
  const meter = speedometer();
  let step = from?.step ?? 0;
  let saved = step;
  let state: State | undefined;
  let program: Program | undefined;
  try {
    state = engine.upload({ ...weights, ...(from?.slots ?? optimiser.init(moving, own)) });
    const evaluate = async (): Promise<void> => {
      for (const row of await evaluator.evaluate(state!)) {
        options.onEvaluation?.({ step, tokens: step * batch * context, ...row });
      }
    };
    const save = async (): Promise<void> => {
      if (!options.onCheckpoint || saved === step) return;
      options.onCheckpoint({
        step,
        weights: await state!.download(names),
        slots: await state!.download(Object.keys(slots)),
        state: { batches: batches.state },
      });
      saved = step;
    };
    if (step === 0 && due.has(0) && !signal?.aborted) await evaluate();
    while (step < steps && !signal?.aborted) {
      program ??= await engine.compile(fn, signature);
      const learningRate = schedule.learningRate(step + 1, steps);
      const tokens = batches.next(step);
      const fresh = forgetting?.reset(step);
      if (fresh) state.write(fresh);
      const scalars = { ...optimiser.scalars(step + 1, learningRate), ...forgetting?.scalars(step + 1) };
      const began = performance.now();
      const { loss, gradientNorm } = await program.run(state, { tokens, ...scalars });
      step++;
      const row: StepRow = {
        step,
        tokens: step * batch * context,
        loss: loss![0]!,
        learningRate,
        gradientNorm: gradientNorm![0]!,
        tokensPerSecond: meter(batch * context, performance.now() - began),
      };
      if (!Number.isFinite(row.loss) || !Number.isFinite(row.gradientNorm)) throw diverged(row);
      options.onStep?.(row);
      options.onProgress?.({ label: options.label, done: step, total: steps, note: note(row) });
      if (due.has(step)) await evaluate();
      if (step % options.checkpointEvery === 0 || step === steps) await save();
      await breathe();
    }
    await save();
    return { model: { ...model, weights: await state.download(names) }, step, stopped: step < steps };
  } finally {
    state?.dispose();
    await program?.dispose();
    await evaluator.dispose();
  }
}

const pick = (weights: Weights, names: string[]): Weights =>
  Object.fromEntries(names.map((name) => [name, weights[name]!]));

/** Lets timers, messages and interrupts through between two updates. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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

function note({ loss, tokensPerSecond }: StepRow): string {
  const speed = tokensPerSecond >= 10000 ? `${(tokensPerSecond / 1000).toFixed(0)}k` : `${tokensPerSecond}`;
  return `loss ${loss.toFixed(3)}, ${speed} tokens/s`;
}

/** What a recipe brings on itself, and does again wherever it is run: the loss or the gradient stopped being a number. */
export class Diverged extends Error {}

function diverged({ step, loss, gradientNorm }: StepRow): Diverged {
  const what = Number.isFinite(loss) ? `gradient norm is ${gradientNorm}` : `loss is ${loss}`;
  return new Diverged(`train: diverged at step ${step}: ${what} (lower the schedule's peak or lengthen its warmup)`);
}
