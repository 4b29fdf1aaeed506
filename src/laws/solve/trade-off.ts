/**
 * The first use of the D-CPT law (Que et al. 2024, 2406.01375, §4.4): the largest share of the domain that keeps the general
 * loss within a part of what it was. The general loss is a fit of its own, whose share is that of the general corpus; with the
 * domain's fit too, the answer says which domain loss that share buys.
 */
import { deriveAll, type Derived, type Doubted } from "../derive.js";
import { dCpt } from "../forms/d-cpt.js";
import { constantsOf, dCptRequirements, dCptTradeOff } from "../forms/d-cpt-uses.js";
import { named } from "../fit.js";
import { amongRuns, checked, columnOf, farBeyond, lawOf, type Solved } from "./answers.js";

export interface TradeOffOptions {
  /** A fit of "d-cpt" or "d-cpt-8" to the general loss, against the share of the general corpus. */
  general: Doubted;
  /** The same of the domain's loss, against the domain's share; left out: no domain loss. */
  domain?: Doubted;
  parameters: number;
  /** Tokens of continual pre-training. */
  tokens: number;
  /** General loss before continual pre-training, in the unit of the fit. */
  baseline: number;
  /** How much more is acceptable, as a part of the baseline: 0.03 is 3 %. */
  relativeTolerance: number;
}

export interface TradeOff extends Solved {
  /** The largest share of the domain. */
  share: Derived;
  /** General loss there. */
  generalLoss: Derived;
  /** Domain loss there; null without the domain's fit. */
  domainLoss: Derived | null;
}

export function tradeOff(options: TradeOffOptions): TradeOff {
  const { general, domain, parameters, tokens, baseline, relativeTolerance } = options;
  const from = domain ? [general, domain] : [general];
  from.forEach((each) => lawOf("trade-off", each, ["d-cpt", "d-cpt-8"]));
  checked("trade-off", "parameters", parameters);
  checked("trade-off", "tokens", tokens);
  checked("trade-off", "baseline", baseline);
  checked("trade-off", "relativeTolerance", relativeTolerance, "0 or more");
  const nine = (k: number, values: readonly number[]): number[] =>
    constantsOf("trade-off", named(from[k]!.fit.law, values));
  const { derived } = deriveAll({
    what: {
      share: { name: "largest share of the domain", unit: "token share", within: [0, 1] },
      generalLoss: { name: "general loss there", unit: "loss" },
      domainLoss: { name: "domain loss there", unit: "loss" },
    },
    from,
    of(generalValues, domainValues) {
      const constants = nine(0, generalValues!);
      const share = dCptTradeOff({ general: constants, parameters, tokens, baseline, tolerance: relativeTolerance });
      if (share === null) return null;
      return {
        share,
        generalLoss: dCpt.predict(constants, [parameters, tokens, 1 - share]),
        domainLoss: domainValues ? dCpt.predict(nine(1, domainValues), [parameters, tokens, share]) : null,
      };
    },
  });
  const notes: string[] = [];
  const { falling, violations } = dCptRequirements({ fit: general.fit, tokens });
  if (!falling) notes.push(...violations.map((each) => `General loss: ${each}`));
  const runs = columnOf(general, "share").map((share) => 1 - share);
  const share = amongRuns(derived.share, runs, notes);
  if (share.value === null)
    notes.push("Even without the domain the general law predicts more than is acceptable, or it has turned.");
  farBeyond({ ...share, value: parameters }, columnOf(general, "parameters"), "asked size", notes);
  farBeyond({ ...share, value: tokens }, columnOf(general, "tokens"), "asked number of tokens", notes);
  return { share, generalLoss: derived.generalLoss, domainLoss: domain ? derived.domainLoss : null, notes };
}
