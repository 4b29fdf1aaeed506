/**
 * The ratio law of the critical mixture ratio paper (Gu et al. 2024, 2407.17467): a power of the share, fitted away from
 * share 0. Where s < 0 the loss grows without end as the share goes to 0; where s > 0 it ends at β.
 */
import { projectedStarts, ratioSpaced } from "../project.js";
import type { Law } from "../types.js";

export const cmrRatio: Law = {
  name: "cmr-ratio",
  summary: "loss of a domain against its own token share at a fixed budget: L(R) = alpha R^s + beta",
  reference: "Gu et al. 2024, CMR Scaling Law, arXiv:2407.17467",
  inputs: [
    {
      name: "share",
      unit: "token share",
      summary: "share of the domain whose loss this is",
      min: 0,
      max: 1,
      openMin: true,
    },
  ],
  parameters: [
    {
      name: "alpha",
      unit: "loss",
      summary: "change of the loss from share 0 (or from far) to 1",
      range: [-Infinity, Infinity],
      typical: 1,
    },
    { name: "s", unit: "1", summary: "power of the share", range: [-8, 8], typical: 0.2 },
    { name: "beta", unit: "loss", summary: "loss where the power term is 0", range: [-Infinity, Infinity], typical: 1 },
  ],
  predict: (p, x) => p[0]! * x[0]! ** p[1]! + p[2]!,
  gradient(p, x, into) {
    const power = x[0]! ** p[1]!;
    into[0] = power;
    into[1] = p[0]! * power * Math.log(x[0]!);
    into[2] = 1;
    return p[0]! * power + p[2]!;
  },
  starts(data) {
    const powers = ratioSpaced(0.01, 7, 28);
    return projectedStarts(data, (x, s) => x[0]! ** s, [...powers, ...powers.map((s) => -s)]).map(
      ({ offset, factor, theta }) => [factor, theta, offset],
    );
  },
};
