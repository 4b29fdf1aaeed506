/**
 * RegMix's mixture (Liu et al. 2024, 2407.01492) with an interval: the regression and the ranking of simulated mixtures are
 * repeated on runs drawn with replacement. Takes rows and not fits, since RegMix is a regression and no law; and as its best
 * mixture tends to the edge of what was sampled, it says when it has got there.
 */
import { digits } from "../../digits.js";
import type { Rng } from "../../rng.js";
import { derivedFrom } from "../derive.js";
import { dirichlet, regMix, type RegMixOptions } from "../forms/regmix.js";
import { amongRuns } from "./answers.js";
import type { MixtureAnswer } from "./mixture.js";

export interface RegMixMixtureOptions extends RegMixOptions {
  /** Names of the domains, in the order of the mixtures' shares. */
  domains: readonly string[];
  rng: Rng;
  /** Concentrations of the simulated mixtures; defaults to the mean mixture that was run, times the number of domains. */
  prior?: readonly number[];
  /** Mixtures simulated; defaults to 20,000 (the paper's is 100,000). */
  draws?: number;
  /** How many of the best are averaged; defaults to the paper's 128. */
  best?: number;
  /** Runs drawn again so often; 0 gives no interval; defaults to 100. */
  resamples?: number;
}

export function regMixMixture(options: RegMixMixtureOptions): MixtureAnswer {
  const { domains, mixtures, losses, rng, draws = 20_000, best = 128, resamples = 100, ...regression } = options;
  if (!(domains.length > 1 && mixtures.every((mixture) => mixture.length === domains.length)))
    throw new Error(`regmix-mixture: invalid domains: ${domains.join(", ")} (a name for each share of a mixture)`);
  if (!(Number.isInteger(draws) && Number.isInteger(best) && best > 0 && draws >= best))
    throw new Error(`regmix-mixture: invalid draws: ${draws} for the best ${best} (whole numbers, draws not fewer)`);
  if (!(Number.isInteger(resamples) && resamples >= 0))
    throw new Error(`regmix-mixture: invalid resamples: ${resamples} (a whole number)`);
  const normal = mixtures.map((mixture) => {
    const sum = mixture.reduce((a, b) => a + b, 0);
    return mixture.map((share) => share / sum);
  });
  const column = (j: number): number[] => normal.map((mixture) => mixture[j]!);
  const { prior = domains.map((_, j) => (column(j).reduce((a, b) => a + b, 0) / normal.length) * domains.length) } =
    options;
  const simulated = Array.from({ length: draws }, () => dirichlet(prior, rng));
  /** The mean of the simulated mixtures that a regression on these runs ranks best, and the loss it expects of it. */
  const answer = (runs: readonly number[]): number[] => {
    const model = regMix({ mixtures: runs.map((i) => normal[i]!), losses: runs.map((i) => losses[i]!), ...regression });
    const ranked = simulated.map((mixture) => ({ mixture, loss: model.predict(mixture) }));
    const top = ranked.sort((a, b) => a.loss - b.loss).slice(0, best);
    const mean = domains.map((_, j) => top.reduce((sum, { mixture }) => sum + mixture[j]!, 0) / best);
    return [...mean, model.predict(mean)];
  };
  const found = answer(normal.map((_, i) => i));
  const again = Array.from({ length: resamples }, () => answer(normal.map(() => rng.int(normal.length))));
  const told = (name: string, unit: string, k: number) =>
    derivedFrom({ name, unit, value: found[k]!, draws: again.map((draw) => draw[k]!) });
  const notes: string[] = [];
  const shares = domains.map((name, j) => amongRuns(told(`best share of ${name}`, "token share", j), column(j), notes));
  domains.forEach((name, j) => {
    const most = Math.max(...column(j));
    if (notes.length === 0 && found[j]! > 0.9 * most && domains.length > 2)
      notes.push(
        `The best share of ${name} lies at the edge of what was run (at most ${digits(most)}): the regression extrapolates.`,
      );
  });
  return {
    shares: Object.fromEntries(domains.map((name, j) => [name, shares[j]!])),
    loss: told("loss expected there", "loss", domains.length),
    resamples: again.map((draw) => Object.fromEntries(domains.map((name, j) => [name, draw[j]!]))),
    notes,
  };
}
