/**
 * The least share of pre-training data in the mix that keeps forgetting within a budget, from a fitted law of injection
 * (Bethune et al. 2025, 2502.06042): p = [(A D^β/τ)^{1/α}/N − 1]/B. For small fine-tuning sets read many times. For a law of
 * the old language's loss against its share, in one pass over much data, ask `criticalShare`.
 */
import { deriveAll, type Derived, type Doubted } from "../derive.js";
import { leastInjection } from "../forms/injection.js";
import { amongRuns, columnOf, farBeyond, lawOf, type Solved } from "./answers.js";

export interface LeastReplayOptions extends Doubted {
  parameters: number;
  /** Different fine-tuning tokens. */
  tokens: number;
  /** How much the pre-training loss may rise, in the unit of the fit; more than 0. */
  tolerance: number;
}

export interface LeastReplay extends Solved {
  /** 0 when none is needed. */
  share: Derived;
  /** Rise of the pre-training loss without any replay. */
  without: Derived;
}

export function leastReplay(options: LeastReplayOptions): LeastReplay {
  const { fit, bootstrap, parameters, tokens, tolerance } = options;
  lawOf("least-replay", options, ["injection"]);
  const { derived } = deriveAll({
    what: {
      share: { name: "least share of replay", unit: "token share", within: [0, 1] },
      without: { name: "rise without replay", unit: "loss" },
    },
    from: [{ fit, bootstrap }],
    of: (values) => ({
      share: leastInjection({ values: values!, parameters, tokens, tolerance }),
      without: fit.law.predict(values!, [0, parameters, tokens, 0]),
    }),
  });
  const notes: string[] = [];
  const share = amongRuns(derived.share, columnOf(options, "share"), notes);
  if (share.value === null) notes.push("Not even a mix of nothing else keeps the loss within the tolerance.");
  if (share.value === 0) notes.push("Without any replay the loss is expected to stay within the tolerance.");
  farBeyond({ ...share, value: parameters }, columnOf(options, "parameters"), "asked size", notes);
  farBeyond({ ...share, value: tokens }, columnOf(options, "tokens"), "asked number of tokens", notes);
  return { share, without: derived.without, notes };
}
