/**
 * The ratio law of the critical mixture ratio paper (Gu et al. 2024, 2407.17467): a power of the share, fitted away from
 * share 0. Where s < 0 the loss grows without end as the share goes to 0; where s > 0 it ends at β.
 */
import type { Law } from "../types.js";
import { powerLaw } from "./power.js";
import { shareInput } from "./ranges.js";

export const cmrRatio: Law = powerLaw({
  name: "cmr-ratio",
  summary: "loss of a domain against its own token share at a fixed budget: L(R) = alpha R^s + beta",
  reference: "Gu et al. 2024, CMR Scaling Law, arXiv:2407.17467",
  input: { ...shareInput, openMin: true },
  about: { alpha: "change of the loss from share 0 (or from far) to 1", beta: "loss where the power term is 0" },
});
