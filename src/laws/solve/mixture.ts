/**
 * The shares of several domains with the least weighted mean of several losses, each loss a fitted data mixing law over the
 * same shares (Ye et al. 2024, 2403.16952). The problem is convex, so the answer is the answer; how sure it is, every refit's
 * own answer says.
 */
import { deriveAll, type Derived, type Doubted, type Quantity } from "../derive.js";
import { bestMixture as best } from "../forms/mixing-best.js";
import { amongRuns, columnOf, type Solved } from "./answers.js";

export interface BestMixtureOptions {
  /** One fit of `forms.mixingDomains` per loss, all over the same domains; weights default to 1. */
  losses: readonly (Doubted & { weight?: number })[];
}

export interface MixtureAnswer extends Solved {
  /** By domain. */
  shares: Record<string, Derived>;
  /** The weighted mean of the predicted losses there. */
  loss: Derived;
  /** The best mixture of every refit. */
  resamples: Record<string, number>[];
}

export function bestMixture(options: BestMixtureOptions): MixtureAnswer {
  const { losses } = options;
  if (losses.length === 0) throw new Error("mixture: invalid losses: none (one fit for each loss)");
  for (const { fit } of losses)
    if (!fit.law.name.startsWith("mixing-domains"))
      throw new Error(`mixture: invalid law: ${fit.law.name} (fit forms.mixingDomains)`);
  const domains = losses[0]!.fit.law.inputs.map(({ name }) => name);
  const at = (values: readonly (readonly number[])[], more: { steps?: number; start?: Record<string, number> }) =>
    best({ losses: losses.map(({ fit, weight }, i) => ({ law: fit.law, values: values[i]!, weight })), ...more });
  const start = at(
    losses.map(({ fit }) => fit.values),
    {},
  ).shares;
  return mixtureAnswer({
    domains,
    from: losses,
    of(...values) {
      const { shares, loss } = at(values, { steps: 1000, start });
      return { ...shares, [lossKey]: loss };
    },
    runs: (name) => columnOf(losses[0]!, name),
  });
}

/** What `of` calls the loss beside the shares. */
export const lossKey = "mean loss";

/** The shares and the loss of a mixture as numbers with intervals, and a sentence where a share was hardly run. */
export function mixtureAnswer(options: {
  domains: readonly string[];
  from: readonly Doubted[];
  /** Shares by domain, and the loss under `lossKey`. */
  of: (...values: (readonly number[])[]) => Record<string, number> | null;
  /** Shares of a domain that were run. */
  runs: (domain: string) => readonly number[];
}): MixtureAnswer {
  const { domains, from, of, runs } = options;
  const what: Record<string, Quantity> = {
    ...Object.fromEntries(domains.map((name) => [name, { name: `best share of ${name}`, unit: "token share" }])),
    [lossKey]: { name: "mean loss there", unit: "loss" },
  };
  const { derived, draws } = deriveAll({ what, from, of });
  const notes: string[] = [];
  return {
    shares: Object.fromEntries(domains.map((name) => [name, amongRuns(derived[name]!, runs(name), notes)])),
    loss: derived[lossKey]!,
    resamples: draws.flatMap((draw) => (draw ? [Object.fromEntries(domains.map((name) => [name, draw[name]!]))] : [])),
    notes,
  };
}
