/**
 * The data mixing law for two domains (Ye et al. 2024, 2403.16952): the loss of a domain falls exponentially with its own
 * token share, down to a floor. With more domains the exponent becomes a sum over shares; two domains need one.
 */
import { projectedStarts, ratioSpaced } from "../project.js";
import type { Law } from "../types.js";

export const dataMixing: Law = {
  name: "data-mixing",
  summary: "loss of a domain against its own token share at a fixed budget: L(r) = c + k exp(t r)",
  reference: "Ye et al. 2024, Data Mixing Laws, arXiv:2403.16952",
  inputs: [{ name: "share", unit: "token share", summary: "share of the domain whose loss this is", min: 0, max: 1 }],
  parameters: [
    { name: "c", unit: "loss", summary: "floor that no share gets below", range: [0, Infinity], typical: 1 },
    { name: "k", unit: "loss", summary: "height above the floor at share 0", range: [0, Infinity], typical: 1 },
    {
      name: "t",
      unit: "1/share",
      summary: "rate; negative: more share, less loss",
      range: [-Infinity, Infinity],
      typical: 4,
    },
  ],
  predict: (p, x) => p[0]! + p[1]! * Math.exp(p[2]! * x[0]!),
  gradient(p, x, into) {
    const e = Math.exp(p[2]! * x[0]!);
    into[0] = 1;
    into[1] = e;
    into[2] = p[1]! * x[0]! * e;
    return p[0]! + p[1]! * e;
  },
  terms: [{ factor: "c" }, { factor: "k", exponents: { t: ([share]) => share! } }],
  starts(data) {
    const rates = [...ratioSpaced(0.05, 200, 48).map((t) => -t), ...ratioSpaced(0.05, 20, 16)];
    const mean = data.y.reduce((a, b) => a + b, 0) / data.y.length;
    return projectedStarts(data, (x, t) => Math.exp(t * x[0]!), rates).map(({ offset, factor, theta }) => [
      Math.max(offset, 0.05 * mean),
      Math.max(factor, 1e-3 * mean),
      theta,
    ]);
  },
};
