/** Decisions from fitted laws, each with its interval: a table of contents. */
export { answersIn, type Solved } from "./answers.js";
export { bestMixture, type BestMixtureOptions, type MixtureAnswer } from "./best-mixture.js";
export { biMixMixture, type BiMixMixtureOptions } from "./bimix-mixture.js";
export { computeOptimal, type ComputeOptimal, type ComputeOptimalOptions } from "./compute-optimal.js";
export { criticalRatio, type CriticalRatio, type CriticalRatioOptions, type RatioCandidate } from "./critical-ratio.js";
export { criticalShare, leastShare, type CriticalShare, type CriticalShareOptions } from "./critical-share.js";
export { criticalTokens, type CriticalTokens, type CriticalTokensOptions } from "./critical-tokens.js";
export { leastReplay, type LeastReplay, type LeastReplayOptions } from "./least-replay.js";
export { limitedDomain, type LimitedDomain, type LimitedDomainOptions } from "./limited-domain.js";
export { nextExperiments, type NextExperiments, type NextExperimentsOptions } from "./next-experiments.js";
export { questions, type Asked, type FitsOf, type Question } from "./questions.js";
export { regMixMixture, type RegMixMixtureOptions } from "./regmix-mixture.js";
export { resourceAllocation, type ResourceAllocationOptions } from "./resource-allocation.js";
export { tradeOff, type TradeOff, type TradeOffOptions } from "./trade-off.js";
