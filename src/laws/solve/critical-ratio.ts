/**
 * The critical mixture ratio (Gu et al. 2024, 2407.17467): the largest share of the domain at which a run keeps the general
 * loss within ε and gains more than it forgets before it ends. From the two token laws at each of several shares, by bisection
 * of that definition between the largest feasible share and the next.
 */
import { deriveAll, type Derived, type Doubted } from "../derive.js";
import { cmrCriticalTokens, cmrRatioBetween } from "../forms/cmr-critical.js";
import { cmrGeneralTokens } from "../forms/cmr-tokens.js";
import { checked, columnOf, farBeyond, lawOf, type Solved } from "./answers.js";

export interface CriticalRatioOptions {
  /** Shares of the domain that were run, each with its two fits. */
  candidates: readonly {
    share: number;
    /** "cmr-domain-tokens". */
    domain: Doubted;
    /** "cmr-general-tokens". */
    general: Doubted;
  }[];
  /** Weight of the general loss; the paper gives it no value. */
  lambda: number;
  /** Tokens of the whole run, in the unit of the fits. */
  maximum: number;
  /** General loss before continual training, in the unit of the fits (0 for laws of loss changes). */
  baseline: number;
  /** How much the general loss may rise; defaults to the paper's 0.05 nats. */
  tolerance?: number;
}

/** One share that was run. */
export interface RatioCandidate {
  share: number;
  /** General loss at the end of the run, above the baseline. */
  rise: number;
  /** Where the weighted sum of the losses begins to fall; null when not within the run. */
  tokens: number | null;
  feasible: boolean;
}

export interface CriticalRatio extends Solved {
  ratio: Derived;
  /** What was run, in order of share. */
  candidates: RatioCandidate[];
}

export function criticalRatio(options: CriticalRatioOptions): CriticalRatio {
  const { lambda, maximum, baseline, tolerance = 0.05 } = options;
  const candidates = [...options.candidates].sort((a, b) => a.share - b.share);
  const shares = candidates.map(({ share }) => share);
  if (!(
    new Set(shares).size === shares.length &&
    shares.length > 1 &&
    shares.every((share) => share > 0 && share <= 1)
  ))
    throw new Error(
      `critical-ratio: invalid candidates: shares ${shares.join(", ")} (two or more, different, above 0)`,
    );
  checked("critical-ratio", "tolerance", tolerance, "0 or more");
  checked("critical-ratio", "baseline", baseline, "0 or more");
  for (const { domain, general } of candidates) {
    lawOf("critical-ratio", domain, ["cmr-domain-tokens"]);
    lawOf("critical-ratio", general, ["cmr-general-tokens"]);
  }
  const asked = { lambda, maximum, baseline, tolerance };
  const { derived } = deriveAll({
    what: { ratio: { name: "critical mixture ratio", unit: "token share", within: [0, 1] } },
    from: candidates.flatMap(({ domain, general }) => [domain, general]),
    of: (...values) => ({
      ratio: cmrRatioBetween({
        ...asked,
        candidates: shares.map((share, i) => ({ share, domain: values[2 * i]!, general: values[2 * i + 1]! })),
      }),
    }),
  });
  const told = candidates.map(({ share, domain, general }): RatioCandidate => {
    const [own, others] = [domain.fit.values, general.fit.values];
    const rise = cmrGeneralTokens.predict(others, [maximum]) - baseline;
    const tokens = cmrCriticalTokens({ domain: own, general: others, lambda, maximum });
    return { share, rise, tokens, feasible: rise <= tolerance && tokens !== null };
  });
  const notes: string[] = [];
  const { ratio } = derived;
  const end = ratio.value === shares[shares.length - 1];
  if (ratio.value === null)
    notes.push(`No share that was run is feasible: the critical ratio lies below ${shares[0]}.`);
  if (end)
    notes.push(`Every share up to the largest that was run is feasible: the critical ratio is ${ratio.value} or more.`);
  farBeyond({ ...ratio, value: maximum }, columnOf(candidates[0]!.domain, "tokens"), "length of the run", notes);
  return { ratio: end ? { ...ratio, determined: false } : ratio, candidates: told, notes };
}
