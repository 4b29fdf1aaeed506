/**
 * Approach 3 of Chinchilla (Hoffmann et al. 2022, 2203.15556): loss against size and tokens, with the starts of their grid.
 * Besiroglu et al. 2024 (2404.10102) refitted the published points; their constants are the optimum of "scaled-log-huber",
 * the paper's stated method is "log-huber" with a bend of 1e-3, and both are within each other's intervals.
 */
import type { Law } from "../types.js";
import { parametersInput, positive, signed, tokensInput } from "./ranges.js";

export const chinchilla: Law = {
  name: "chinchilla",
  summary: "loss against size and tokens: L = E + A/N^alpha + B/D^beta",
  reference: "Hoffmann et al. 2022, Training Compute-Optimal Large Language Models, arXiv:2203.15556",
  inputs: [parametersInput, tokensInput],
  parameters: [
    positive("E", "loss", "floor: loss of an infinite model on infinite data", 1.7),
    positive("A", "loss", "factor of the size term", 400),
    positive("B", "loss", "factor of the token term", 1000),
    // Free in sign, as in the paper: a start at 0 is in its grid, and a data set that says "0" or less should show it.
    signed("alpha", "1", "power of the size", 0.34),
    signed("beta", "1", "power of the tokens", 0.3),
  ],
  predict: ([E, A, B, alpha, beta], [n, d]) => E! + A! * n! ** -alpha! + B! * d! ** -beta!,
  gradient([E, A, B, alpha, beta], [n, d], into) {
    const [size, tokens] = [n! ** -alpha!, d! ** -beta!];
    into[0] = 1;
    into[1] = size;
    into[2] = tokens;
    into[3] = -A! * size * Math.log(n!);
    into[4] = -B! * tokens * Math.log(d!);
    return E! + A! * size + B! * tokens;
  },
  terms: [
    { factor: "E" },
    { factor: "A", exponents: { alpha: ([n]) => -Math.log(n!) } },
    { factor: "B", exponents: { beta: ([, d]) => -Math.log(d!) } },
  ],
  starts() {
    const powers = [0, 0.5, 1, 1.5, 2];
    const logs = [0, 5, 10, 15, 20, 25];
    const floors = [-1, -0.5, 0, 0.5, 1];
    return powers.flatMap((alpha) =>
      powers.flatMap((beta) =>
        floors.flatMap((e) =>
          logs.flatMap((a) => logs.map((b) => [Math.exp(e), Math.exp(a), Math.exp(b), alpha, beta])),
        ),
      ),
    );
  },
};
