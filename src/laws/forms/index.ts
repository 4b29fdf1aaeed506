/** The forms of the literature, and what each is used for beyond being fitted: a table of contents. */
export { cmrRatio } from "./cmr-ratio.js";
export { dataMixing } from "./data-mixing.js";
export { dCpt, dCpt8, dCptCross } from "./d-cpt.js";
export {
  dCptAllocation,
  dCptLimitedShare,
  dCptRequirements,
  type DCptRequirements,
  type DCptRequirementsOptions,
  type LimitedShare,
} from "./d-cpt-uses.js";
export { power, powerLaw, type PowerOptions } from "./power.js";
