/** Fresh weights: normal with deviation 0.02, and 0.02/√(2·layers) where a layer writes into the residual stream (GPT-2, §2.3). */
import type { Rng } from "../rng.js";
import type { ModelConfig, Weights } from "../types.js";
import { parametersOf } from "../architecture/index.js";

export function init({ config, rng }: { config: ModelConfig; rng: Rng }): Weights {
  const weights: Weights = {};
  for (const { name, shape, role, slots } of parametersOf(config)) {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    if (shape.length === 1) {
      if (role === "norm" && slots[0]!.endsWith(".weight") && !config.onePlusGain) data.fill(1);
    } else {
      const draw = rng.fork(name);
      const writes = slots.some((slot) => /\.(o|down)\.weight$/.test(slot));
      const deviation = writes ? 0.02 / Math.sqrt(2 * config.layers) : 0.02;
      for (let i = 0; i < data.length; i++) data[i] = draw.normal() * deviation;
    }
    weights[name] = { shape, data };
  }
  return weights;
}
