/** Fresh weights: normal with deviation 0.02, and 0.02/√(2·layers) where a layer writes into the residual stream (GPT-2, §2.3). */
import type { Rng } from "../rng.js";
import type { ModelConfig, Weights } from "../types.js";
import { parameterShapes } from "./config.js";

export function init({ config, rng }: { config: ModelConfig; rng: Rng }): Weights {
  const weights: Weights = {};
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    if (shape.length === 1) {
      if (name.endsWith(".weight")) data.fill(1);
    } else {
      const draw = rng.fork(name);
      const writes = name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight");
      const deviation = writes ? 0.02 / Math.sqrt(2 * config.layers) : 0.02;
      for (let i = 0; i < data.length; i++) data[i] = draw.normal() * deviation;
    }
    weights[name] = { shape, data };
  }
  return weights;
}
