/** The number that proves a hand-off: the loss of the first update's windows under the model as it is handed over. */
import type { Engine } from "../../engine/index.js";
import type { LanguageModel } from "../../types.js";
import { evaluationStep } from "../step/step.js";
import type { Feeds } from "../step/types.js";

export interface FirstLossOptions {
  model: LanguageModel;
  engine: Engine;
  batch: number;
  context: number;
  feeds: readonly Feeds[];
}

/** Mean nats per token. */
export async function firstLoss({ model, engine, batch, context, feeds }: FirstLossOptions): Promise<number> {
  const { fn, signature } = evaluationStep({ config: model.config, batch, context });
  const program = await engine.compile(fn, signature);
  const state = engine.upload(model.weights);
  try {
    let [sum, count] = [0, 0];
    for (const { tokens } of feeds) {
      const { perToken } = await program.run(state, { tokens: tokens! });
      for (const loss of perToken!) sum += loss;
      count += perToken!.length;
    }
    return sum / count;
  } finally {
    state.dispose();
    await program.dispose();
  }
}
