/** Training steps to be held against PyTorch's: what they are run on, and how. */
import type { Engine } from "../../src/engine/index.js";
import { parameterShapes } from "../../src/architecture/index.js";
import {
  adamw,
  allOf,
  causal,
  type RunningObjective,
  type Optimiser,
  slotsAtStart,
  trainStep,
} from "../../src/train/index.js";
import type { ModelConfig, Weights } from "../../src/types.js";

type Feeds = Record<string, Int32Array | Float32Array>;

export interface Job {
  config: ModelConfig;
  weights: Weights;
  batch: number;
  batches: Int32Array[];
  rates: number[];
  /** Defaults to the next token. */
  objective?: RunningObjective;
  /** What is fed instead of the batches. */
  feeds?: Feeds[];
}
export interface Outcome {
  losses: number[];
  norms: number[];
  weights: Weights;
}

export async function run(engine: Engine, job: Job, optimiser: Optimiser = adamw()): Promise<Outcome> {
  const { config, weights, batch, batches, rates, objective = causal() } = job;
  const feeds = job.feeds ?? batches.map((tokens) => ({ tokens }));
  const { fn, signature } = trainStep({ config, batch, context: config.context, objective, optimiser });
  const program = await engine.compile(fn, signature);
  const state = engine.upload({ ...weights, ...slotsAtStart({ leaves: allOf(config), optimiser }) });
  const losses: number[] = [];
  const norms: number[] = [];
  for (const [i, fed] of feeds.entries()) {
    const { loss, gradientNorm } = await program.run(state, { ...fed, ...optimiser.scalars(i + 1, rates[i]!) });
    losses.push(loss![0]!);
    norms.push(gradientNorm![0]!);
  }
  const out = { losses, norms, weights: await state.download(Object.keys(weights)) };
  state.dispose();
  await program.dispose();
  return out;
}

/** The formulas of step_torch.py. */
export function goldenJob(config: ModelConfig, batch: number, rates: number[]): Job {
  const weights: Weights = {};
  for (const [k, [name, shape]] of Object.entries(parameterShapes(config)).entries()) {
    const value = (i: number): number => {
      const wave = Math.sin(0.7 * (k + 1) + 1.3 * i + 0.01 * i * i);
      return shape.length > 1 ? 0.2 * wave : name.endsWith(".bias") ? 0.1 * wave : 1 + 0.1 * wave;
    };
    weights[name] = {
      shape,
      data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
    };
  }
  const span = config.context + 1;
  const batches = rates.map((_, step) =>
    Int32Array.from({ length: batch * span }, (_, n) => {
      const row = Math.floor(n / span);
      return (7 * step + 5 * row + (1 + (row % 3)) * (n % span)) % config.vocabSize;
    }),
  );
  return { config, weights, batch, batches, rates };
}
