/**
 * The forms of the literature, and what each says beyond its loss: a table of contents. Decisions are not here but asked by
 * `laws.solve`, with intervals; `laws.derive` puts one on anything else that is computed from constants.
 */

// Against the share of one domain, or of many.
export { dataMixing } from "./data-mixing.js";
export { cmrRatio } from "./cmr-ratio.js";
export { mixingDomains, type MixingDomainsOptions } from "./mixing-domains.js";
export {
  nestedPrediction,
  tiedPower,
  type Curve,
  type NestedOptions,
  type TiedPower,
  type TiedPowerOptions,
} from "./mixing-nested.js";
export { mixingRecipe, type MixingRecipe, type MixingRecipeOptions } from "./mixing-recipe.js";
export { biMix } from "./bimix.js";
export { dirichlet, regMix, spearman, type RegMix, type RegMixFeatures, type RegMixOptions } from "./regmix.js";

// Continual pre-training, with size and tokens.
export { dCpt, dCpt8, dCptCross } from "./d-cpt.js";
export { dCptRequirements, type DCptRequirements, type DCptRequirementsOptions } from "./d-cpt-uses.js";
export { cmrCritical, cmrDomainTokens, cmrGeneralTokens } from "./cmr-tokens.js";
export {
  annealingAreas,
  cptDynamics,
  turningStep,
  type AnnealingAreas,
  type AnnealingOptions,
  type TurningOptions,
} from "./cpt-dynamics.js";

// Repeated data, many languages, vocabularies.
export { c4Constants, dataConstrained, parametersFor, saturating, type ScalingConstants } from "./data-constrained.js";
export {
  effectiveTokens,
  languagesGrowth,
  multilinguality,
  type EffectiveTokensOptions,
  type Source,
} from "./multilingual.js";
export { optimalVocabulary, tokensPerCharacter, vocabularyLaw } from "./vocabulary.js";

// Forgetting.
export { injection, injectionFineTuning } from "./injection.js";
export { forgettingLine, forgettingSteps } from "./fine-tuning.js";
export { retained, retention, retentionEnd } from "./retention.js";

// Anything against one quantity.
export { power, powerLaw, type PowerOptions } from "./power.js";
