/** The weights of tests/golden/architectures.py. */
import { parameterShapes } from "../../src/architecture/index.js";
import type { ModelConfig, Weights } from "../../src/types.js";

export function byFormula(config: ModelConfig): Weights {
  return Object.fromEntries(
    Object.entries(parameterShapes(config)).map(([name, shape]) => {
      const h = [...name].reduce((sum, letter, j) => sum + (j + 1) * letter.charCodeAt(0), 0) % 997;
      const raw = (i: number): number => (2 * (((i + 1) * (i + 1 + h) * 7919) % 65537)) / 65537 - 1;
      const start = name.endsWith("bias") || config.onePlusGain ? 0 : 1;
      const value = shape.length > 1 ? (i: number) => raw(i) / 2 : (i: number) => start + raw(i) / 10;
      return [
        name,
        { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)) },
      ];
    }),
  );
}
