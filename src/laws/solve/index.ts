/** Decisions from fitted laws, each with its interval: a table of contents. Questions are asked by `solve`, one way for all. */
export { solve, type Answer, type QuestionName, type SolveOptions } from "./solve.js";
export { questions } from "./questions.js";
export { answersIn, type Solved } from "./answers.js";
export type { Asked, FitsOf, Question } from "./types.js";

// What each is asked with, and what it answers.
export type { AllocationOptions } from "./allocation.js";
export type { BiMixMixtureOptions } from "./bimix-mixture.js";
export type { ComputeOptimal, ComputeOptimalOptions } from "./compute-optimal.js";
export type { CriticalRatio, CriticalRatioOptions, RatioCandidate } from "./critical-ratio.js";
export type { CriticalShare, CriticalShareOptions } from "./critical-share.js";
export type { CriticalTokens, CriticalTokensOptions } from "./critical-tokens.js";
export type { LeastReplay, LeastReplayOptions } from "./least-replay.js";
export type { LimitedShare, LimitedShareOptions } from "./limited-share.js";
export type { BestMixtureOptions, MixtureAnswer } from "./mixture.js";
export type { NextRuns, NextRunsOptions } from "./next-runs.js";
export type { RegMixMixtureOptions } from "./regmix-mixture.js";
export type { TradeOff, TradeOffOptions } from "./trade-off.js";
