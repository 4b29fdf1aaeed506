/**
 * The second use of the D-CPT law (Que et al. 2024, 2406.01375): the best share of the domain when only so many of its tokens
 * exist and each is read once, so that a smaller share means a longer run. With intervals; the algebra is in
 * forms/d-cpt-uses.ts.
 */
import { deriveAll, type Derived, type Doubted } from "../derive.js";
import { constantsOf, dCptLimitedShare } from "../forms/d-cpt-uses.js";
import { named } from "../fit.js";
import { amongRuns, columnOf, farBeyond, lawOf, type Solved } from "./answers.js";

export interface LimitedShareOptions extends Doubted {
  parameters: number;
  /** Tokens of the domain that exist. */
  domainTokens: number;
  /** Least share that is looked at; defaults to 1e-4. */
  least?: number;
}

export interface LimitedShare extends Solved {
  share: Derived;
  /** Domain loss there. */
  loss: Derived;
  /** Length of the run: the domain's tokens divided by the share. */
  tokens: Derived;
}

export function limitedShare(options: LimitedShareOptions): LimitedShare {
  const { fit, bootstrap, parameters, domainTokens, least } = options;
  lawOf("limited-share", options, ["d-cpt", "d-cpt-8"]);
  const at = (values: readonly number[]): ReturnType<typeof dCptLimitedShare> =>
    dCptLimitedShare({
      values: constantsOf("limited-share", named(fit.law, values)),
      parameters,
      domainTokens,
      least,
    });
  const { derived } = deriveAll({
    what: {
      share: { name: "best share", unit: "token share" },
      loss: { name: "domain loss there", unit: "loss" },
      tokens: { name: "length of the run", unit: "tokens" },
    },
    from: [{ fit, bootstrap }],
    of(values) {
      const { share, loss } = at(values!);
      return { share, loss, tokens: domainTokens / share };
    },
  });
  const { atEnd, sound } = at(fit.values);
  const notes: string[] = [];
  if (atEnd) notes.push("The best share is an end of the range, not a valley within it.");
  if (!sound)
    notes.push("There the law says that more of the domain means more loss, which it should not: do not use it.");
  const share = amongRuns(derived.share, columnOf(options, "share"), notes);
  farBeyond(derived.tokens, columnOf(options, "tokens"), "length of the run", notes);
  farBeyond({ ...share, value: parameters }, columnOf(options, "parameters"), "asked size", notes);
  return { ...derived, share: sound ? share : { ...share, determined: false }, notes };
}
