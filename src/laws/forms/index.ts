/** The forms of the literature, and what each is used for beyond being fitted: a table of contents. */

// Against the share of one domain, or of many.
export { dataMixing } from "./data-mixing.js";
export { cmrRatio } from "./cmr-ratio.js";
export { mixingDomains, type MixingDomainsOptions } from "./mixing-domains.js";
export { bestMixture, type BestMixture, type BestMixtureOptions } from "./mixing-best.js";
export {
  nestedPrediction,
  tiedPower,
  type Curve,
  type NestedOptions,
  type TiedPower,
  type TiedPowerOptions,
} from "./mixing-nested.js";
export { mixingRecipe, type MixingRecipe, type MixingRecipeOptions } from "./mixing-recipe.js";
export { biMix, biMixOptimum, type BiMixOptimumOptions } from "./bimix.js";
export {
  dirichlet,
  regMix,
  regMixOptimum,
  spearman,
  type RegMix,
  type RegMixFeatures,
  type RegMixOptimumOptions,
  type RegMixOptions,
} from "./regmix.js";

// Continual pre-training, with size and tokens.
export { dCpt, dCpt8, dCptCross } from "./d-cpt.js";
export {
  dCptAllocation,
  dCptLimitedShare,
  dCptRequirements,
  dCptTradeOff,
  type DCptRequirements,
  type DCptRequirementsOptions,
  type LimitedShare,
} from "./d-cpt-uses.js";
export { cmrCritical, cmrDomainTokens, cmrGeneralTokens } from "./cmr-tokens.js";
export {
  cmrCriticalRatio,
  cmrCriticalTokens,
  cmrRatioBetween,
  type CmrCandidate,
  type CmrRatioOptions,
  type CmrTokensOptions,
} from "./cmr-critical.js";
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
export { injection, injectionFineTuning, leastInjection, type LeastInjectionOptions } from "./injection.js";
export { forgettingLine, forgettingSteps } from "./fine-tuning.js";
export { retained, retention, retentionEnd } from "./retention.js";

// Anything against one quantity.
export { power, powerLaw, type PowerOptions } from "./power.js";
