/**
 * From how many tokens on a run at one share gains more than it forgets (Gu et al. 2024, 2407.17467): the first T at which
 * L_dom + λ L_gen stops rising, from the token laws of the two losses at that share.
 */
import { deriveAll, type Derived, type Doubted } from "../derive.js";
import { cmrCriticalTokens } from "../forms/cmr-critical.js";
import { columnOf, farBeyond, lawOf, type Solved } from "./answers.js";

export interface CriticalTokensOptions {
  /** A fit of "cmr-domain-tokens" to the domain's loss. */
  domain: Doubted;
  /** A fit of "cmr-general-tokens" to the general loss of the same runs. */
  general: Doubted;
  /** Weight of the general loss; the paper gives it no value. */
  lambda: number;
  /** Tokens of the whole run, in the unit of the fits. */
  maximum: number;
}

export interface CriticalTokens extends Solved {
  /** 0 when the sum falls from the start; no value when it does not fall within the run. */
  tokens: Derived;
}

export function criticalTokens(options: CriticalTokensOptions): CriticalTokens {
  const { domain, general, lambda, maximum } = options;
  lawOf("critical-tokens", domain, ["cmr-domain-tokens"]);
  lawOf("critical-tokens", general, ["cmr-general-tokens"]);
  const { derived } = deriveAll({
    what: { tokens: { name: "critical number of tokens", unit: "tokens" } },
    from: [domain, general],
    of: (own, others) => ({ tokens: cmrCriticalTokens({ domain: own!, general: others!, lambda, maximum }) }),
  });
  const notes: string[] = [];
  if (derived.tokens.value === null)
    notes.push(`The weighted sum of the losses still rises at ${maximum} tokens: this share is not feasible.`);
  if (derived.tokens.value === 0) notes.push("The weighted sum of the losses falls from the start.");
  farBeyond({ ...derived.tokens, value: maximum }, columnOf(domain, "tokens"), "length of the run", notes);
  return { tokens: derived.tokens, notes };
}
