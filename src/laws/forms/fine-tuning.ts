/**
 * Forgetting when fine-tuning with low-rank adapters (Kalajdzievski 2024, 2401.05605): linear in the fine-tuning loss, and a
 * shifted power law of the adapter's parameters and the steps. That it is so is in the abstract; the second formula is from
 * memory and was not checked against the paper, and no constants of it are known here. Its outer factor is redundant with
 * a and b (scale a^α and b^β alike), so it is fixed at 1.
 *
 * Forgetting here is the cross-entropy against the base model's own predictions, not against the labels.
 */
import type { Law } from "../types.js";
import { exponent, parametersInput, positive, signed, tokensInput } from "./ranges.js";
import { grid, leastSquares } from "./squares.js";

const reference = "Kalajdzievski 2024, Scaling Laws for Forgetting When Fine-Tuning, arXiv:2401.05605";

export const forgettingLine: Law = {
  name: "forgetting-line",
  summary: "forgetting against the fine-tuning loss, inversely linear: L_f = s - c L_ft",
  reference,
  inputs: [{ name: "fineTuningLoss", unit: "loss", summary: "loss on the new task", min: 0, max: Infinity }],
  parameters: [
    signed("c", "1", "forgetting per unit of fine-tuning loss gained", 1),
    signed("s", "loss", "forgetting at fine-tuning loss 0", 3),
  ],
  predict: ([c, s], [loss]) => s! - c! * loss!,
  gradient([c, s], [loss], into) {
    into[0] = -loss!;
    into[1] = 1;
    return s! - c! * loss!;
  },
  starts(data) {
    const line = leastSquares({ columns: data.x.map(([loss]) => [-loss!, 1]), y: data.y });
    return [...(line ? [line] : []), [1, data.y[0]! + data.x[0]![0]!]];
  },
};

export const forgettingSteps: Law = {
  name: "forgetting-steps",
  summary: "forgetting against adapter size and steps (from memory): L_f = s - ((a/P)^alpha + (b/n)^beta)^rho",
  reference,
  inputs: [
    { ...parametersInput, summary: "parameters that are tuned" },
    { ...tokensInput, name: "steps", unit: "steps", summary: "update steps" },
  ],
  parameters: [
    positive("a", "parameters", "scale of the tuned parameters", 1e5),
    positive("b", "steps", "scale of the steps", 10),
    exponent("alpha", "power of the tuned parameters", 0.3),
    exponent("beta", "power of the steps", 0.5),
    exponent("rho", "power of the sum", 1),
    signed("s", "loss", "forgetting in the end", 2),
  ],
  predict: ([a, b, alpha, beta, rho, s], [P, n]) => s! - ((a! / P!) ** alpha! + (b! / n!) ** beta!) ** rho!,
  gradient([a, b, alpha, beta, rho, s], [P, n], into) {
    const [size, step] = [(a! / P!) ** alpha!, (b! / n!) ** beta!];
    const sum = size + step;
    const inner = rho! * sum ** (rho! - 1);
    into[0] = (-inner * size * alpha!) / a!;
    into[1] = (-inner * step * beta!) / b!;
    into[2] = -inner * size * Math.log(a! / P!);
    into[3] = -inner * step * Math.log(b! / n!);
    into[4] = -(sum ** rho!) * Math.log(sum);
    into[5] = 1;
    return s! - sum ** rho!;
  },
  /** Once s, ρ, α and β are held, (s − L)^{1/ρ} is linear in a^α and b^β. */
  starts(data) {
    const most = Math.max(...data.y);
    const range = most - Math.min(...data.y) || 1;
    return grid([0.02, 0.2, 1], [0.5, 1, 2], [0.1, 0.3, 0.7], [0.2, 0.5, 1]).flatMap(([above, rho, alpha, beta]) => {
      const s = most + above! * range;
      const factors = leastSquares({
        columns: data.x.map(([P, n]) => [P! ** -alpha!, n! ** -beta!]),
        y: data.y.map((y) => (s - y) ** (1 / rho!)),
        free: [false, false],
      });
      if (!factors) return [];
      const [P, n] = data.x[0]! as [number, number];
      const scale = (factor: number, power: number, at: number): number => Math.max(factor ** (1 / power), 1e-6 * at);
      return [[scale(factors[0]!, alpha!, P), scale(factors[1]!, beta!, n), alpha!, beta!, rho!, s]];
    });
  },
};
