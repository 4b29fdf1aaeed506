/**
 * What a fitted law can be asked, one row each. Adding a question: a file here, a row, a test; the command line lists it and
 * takes its options from the row. Asked by `laws.solve`.
 */
import { bestMixture, type BestMixtureOptions } from "./mixture.js";
import { biMixMixture, type BiMixMixtureOptions } from "./bimix-mixture.js";
import { computeOptimal, type ComputeOptimalOptions } from "./compute-optimal.js";
import { criticalRatio, type CriticalRatioOptions } from "./critical-ratio.js";
import { criticalShare, type CriticalShareOptions } from "./critical-share.js";
import { criticalTokens, type CriticalTokensOptions } from "./critical-tokens.js";
import { leastReplay, type LeastReplayOptions } from "./least-replay.js";
import { limitedShare, type LimitedShareOptions } from "./limited-share.js";
import { nextRuns, type NextRunsOptions } from "./next-runs.js";
import { regMixMixture, type RegMixMixtureOptions } from "./regmix-mixture.js";
import { allocation, type AllocationOptions } from "./allocation.js";
import { tradeOff, type TradeOffOptions } from "./trade-off.js";
import type { Asked, Question } from "./types.js";

const asked = (unit: string, summary: string, usual?: number | string): Asked => ({ unit, summary, default: usual });
const parameters = asked("parameters", "model size");
const tolerance = asked("loss", "how much more loss is acceptable", 0);
const flops = asked("FLOP", "compute, 6ND");
const lambda = asked("1", "weight of the general loss against the domain's", 1);
const maximum = asked("tokens", "length of the whole run");
const general = asked("loss", "general loss before continual training");

const dCpt = "Que et al. 2024, D-CPT Law, arXiv:2406.01375";
const cmr = "Gu et al. 2024, CMR Scaling Law, arXiv:2407.17467";

export const questions = {
  "critical-share": {
    name: "critical-share",
    summary: "the least share that keeps the loss within a tolerance of the baseline",
    reference: "Ye et al. 2024, Data Mixing Laws, arXiv:2403.16952",
    fits: "one",
    laws: [],
    asks: { baseline: asked("loss", "loss before continual training"), tolerance },
    solve: (options: CriticalShareOptions) => criticalShare(options),
  },
  "compute-optimal": {
    name: "compute-optimal",
    summary: "the size and tokens with the least loss for a budget of compute",
    reference: "Hoffmann et al. 2022, Training Compute-Optimal Large Language Models, arXiv:2203.15556",
    fits: "one",
    laws: [],
    asks: { flops, share: asked("token share", "share at which a law that has one is asked", 1) },
    solve({ share, ...options }: ComputeOptimalOptions & { share?: number }) {
      const shared = options.fit.law.inputs.some(({ name }) => name === "share") && share !== undefined;
      return computeOptimal({ ...options, ...(shared && { at: { share } }) });
    },
  },
  "trade-off": {
    name: "trade-off",
    summary: "the largest share of the domain that keeps the general loss within a part of the baseline",
    reference: dCpt,
    fits: "general",
    laws: ["d-cpt", "d-cpt-8"],
    asks: {
      parameters,
      tokens: asked("tokens", "length of the run"),
      baseline: general,
      relativeTolerance: asked("1", "how much more is acceptable, as a part of the baseline", 0.03),
    },
    solve: (options: TradeOffOptions) => tradeOff(options),
  },
  "limited-share": {
    name: "limited-share",
    summary: "the best share of a domain of which only so many tokens exist",
    reference: dCpt,
    fits: "one",
    laws: ["d-cpt", "d-cpt-8"],
    asks: { parameters, domainTokens: asked("tokens", "tokens of the domain that exist") },
    solve: (options: LimitedShareOptions) => limitedShare(options),
  },
  allocation: {
    name: "allocation",
    summary: "the size and tokens with the least loss for a budget of compute at a fixed share",
    reference: dCpt,
    fits: "one",
    laws: ["d-cpt", "d-cpt-8"],
    asks: { flops, share: asked("token share", "share of the corpus whose loss this is", 1) },
    solve: (options: AllocationOptions) => allocation(options),
  },
  "critical-tokens": {
    name: "critical-tokens",
    summary: "from how many tokens on a run at one share gains more than it forgets",
    reference: cmr,
    fits: "tokens",
    laws: ["cmr-domain-tokens"],
    asks: { lambda, maximum },
    solve: (options: CriticalTokensOptions) => criticalTokens(options),
  },
  "critical-ratio": {
    name: "critical-ratio",
    summary: "the largest share of the domain that keeps the general loss and gains more than it forgets in time",
    reference: cmr,
    fits: "shares",
    laws: ["cmr-domain-tokens"],
    asks: { lambda, maximum, baseline: general, tolerance: { ...tolerance, default: 0.05 } },
    solve: (options: CriticalRatioOptions) => criticalRatio(options),
  },
  mixture: {
    name: "mixture",
    summary: "the shares of several domains with the least mean of several losses",
    reference: "Ye et al. 2024, Data Mixing Laws, arXiv:2403.16952",
    fits: "losses",
    laws: ["mixing-domains"],
    asks: {},
    solve: (options: BestMixtureOptions) => bestMixture(options),
  },
  "bimix-mixture": {
    name: "bimix-mixture",
    summary: "the same, with each domain's loss a BiMix law of its own share",
    reference: "Ge et al. 2024, BiMix, arXiv:2405.14908",
    fits: "domains",
    laws: ["bimix"],
    asks: { steps: asked("steps", "length of the run") },
    solve: (options: BiMixMixtureOptions) => biMixMixture(options),
  },
  "regmix-mixture": {
    name: "regmix-mixture",
    summary: "the same by RegMix, a regression on many small runs, for one loss",
    reference: "Liu et al. 2024, RegMix, arXiv:2407.01492",
    fits: "rows",
    laws: [],
    asks: {},
    solve: (options: RegMixMixtureOptions) => regMixMixture(options),
  },
  "least-replay": {
    name: "least-replay",
    summary: "the least share of replay that keeps forgetting within a budget",
    reference: "Bethune et al. 2025, Scaling Laws for Forgetting with Data Injection, arXiv:2502.06042",
    fits: "one",
    laws: ["injection"],
    asks: {
      parameters,
      tokens: asked("tokens", "different fine-tuning tokens"),
      tolerance: { ...tolerance, default: undefined },
    },
    solve: (options: LeastReplayOptions) => leastReplay(options),
  },
  "next-runs": {
    name: "next-runs",
    summary: "which runs, of the settings so far, would make a constant (or all) surer",
    reference: "Fedorov 1972, Theory of Optimal Experiments",
    fits: "one",
    laws: [],
    asks: { target: asked("name", "constant that should become surer", "all"), count: asked("runs", "how many", 3) },
    solve: (options: NextRunsOptions) => nextRuns(options),
  },
} satisfies Record<string, Question>;
