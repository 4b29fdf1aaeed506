/** Two micro models, one of each family, and their training step fed with seeded tokens. */
import type { Engine, State } from "../../src/engine/index.js";
import { configOf } from "../../src/model/config.js";
import { init } from "../../src/model/init.js";
import { rng } from "../../src/rng.js";
import { adamw, allOf, causal, slotsAtStart, trainStep } from "../../src/train/index.js";
import type { ModelConfig, Weights } from "../../src/types.js";

const micro = { vocabSize: 48, width: 16, layers: 2, heads: 4, ffn: 24, context: 8 };
export const families: Record<"llama" | "gpt", ModelConfig> = {
  llama: configOf({ ...micro, kvHeads: 2 }),
  gpt: configOf({ ...micro, kvHeads: 4, norm: "layer", positions: "learned", activation: "gelu", tied: false }),
};

export interface Trained {
  losses: number[];
  norms: number[];
  state: Weights;
}

/** A run that can be gone on with, so that memory may be looked at between its steps. */
export interface Training {
  state: State;
  step(): Promise<{ loss: number; norm: number }>;
  dispose(): Promise<void>;
}

export async function training(
  engine: Engine,
  config: ModelConfig,
  batch = 3,
  weights = init({ config, rng: rng(1) }),
): Promise<Training> {
  const optimiser = adamw();
  const { fn, signature } = trainStep({ config, batch, context: config.context, objective: causal(), optimiser });
  const program = await engine.compile(fn, signature);
  const state = engine.upload({ ...weights, ...slotsAtStart({ leaves: allOf(config), optimiser }) });
  const draw = rng(2);
  let done = 0;
  return {
    state,
    async step() {
      const tokens = Int32Array.from({ length: batch * (config.context + 1) }, () => draw.int(config.vocabSize));
      const { loss, gradientNorm } = await program.run(state, { tokens, ...optimiser.scalars(++done, 1e-2) });
      return { loss: loss![0]!, norm: gradientNorm![0]! };
    },
    async dispose() {
      state.dispose();
      await program.dispose();
    },
  };
}

export async function train(engine: Engine, config: ModelConfig, steps: number): Promise<Trained> {
  const run = await training(engine, config);
  const out: Trained = { losses: [], norms: [], state: {} };
  for (let i = 0; i < steps; i++) {
    const { loss, norm } = await run.step();
    out.losses.push(loss);
    out.norms.push(norm);
  }
  out.state = await run.state.download();
  await run.dispose();
  return out;
}
