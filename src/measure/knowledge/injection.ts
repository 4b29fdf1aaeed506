/**
 * How a fact that was told in training is taken in and lost again (Chang et al. 2024, https://arxiv.org/abs/2406.11813): from
 * log-likelihoods of probes of it over steps, how much the telling gained at most, and which share of that is left after t steps.
 */
import { type Estimate, meanOf } from "../standard-error.js";

export interface InjectionOptions {
  /** Steps at which the probes were scored, in order; one of them is `at`, before the telling shows. */
  steps: readonly number[];
  /** By probe, its log-likelihood at each of the steps (nats, a token or a target, of one kind throughout). */
  logLikelihoods: readonly (readonly number[])[];
  /** The last step before the weights knew of it. */
  at: number;
  /** The best is looked for within so many steps after `at`; defaults to 50. */
  within?: number;
}

export interface Injection {
  /** Mean over probes of the best after the telling less what was before, nats. */
  effectivity: Estimate;
  /** Whether that is more than two standard errors: of a smaller gain no share is taken. */
  clear: boolean;
  /** Step of the best, of the mean over probes. */
  best: number;
  /** Of what was gained the share that is left at each step from the best on; empty where the gain is not clear. */
  retainability: { step: number; after: number; value: number }[];
}

export function injection(options: InjectionOptions): Injection {
  const { steps, logLikelihoods, at, within = 50 } = options;
  const start = steps.indexOf(at);
  if (start < 0) throw new Error(`injection: invalid at: ${at} (one of the steps that were scored)`);
  const ragged = logLikelihoods.find(({ length }) => length !== steps.length);
  if (ragged || logLikelihoods.length === 0)
    throw new Error(
      `injection: invalid logLikelihoods: ${ragged?.length ?? 0} of a probe (one at each of ${steps.length} steps)`,
    );
  const mean = steps.map((_, i) => meanOf(logLikelihoods.map((own) => own[i]!)).value);
  const near = steps.flatMap((step, i) => (i > start && step <= at + within ? [i] : []));
  if (near.length === 0) throw new Error(`injection: invalid steps: none within ${within} after ${at}`);
  const top = near.reduce((most, i) => (mean[i]! > mean[most]! ? i : most));
  const gains = logLikelihoods.map((own) => own[top]! - own[start]!);
  const effectivity = meanOf(gains);
  // Of one probe there is no error to hold the gain against.
  const clear = effectivity.value > (gains.length > 1 ? 2 * effectivity.error : 0);
  const left = (i: number): number => (mean[i]! - mean[start]!) / effectivity.value;
  const retainability = clear
    ? steps.flatMap((step, i) => (i >= top ? [{ step, after: step - steps[top]!, value: left(i) }] : []))
    : [];
  return { effectivity, clear, best: steps[top]!, retainability };
}

export interface ForgettingFit {
  /** Share lost per tenfold of steps, below 0 where it is lost. */
  perDecade: number;
  /** Share left after one step, by the line. */
  intercept: number;
  /** Steps after which nothing is left; Infinity where nothing is lost. */
  gone: number;
}

/** Least squares of R = intercept + perDecade · log10(after), over points after the best. */
export function forgettingFit(points: readonly { after: number; value: number }[]): ForgettingFit {
  const used = points.filter(({ after }) => after > 0);
  const x = used.map(({ after }) => Math.log10(after));
  const [mx, my] = [meanOf(x).value, meanOf(used.map(({ value }) => value)).value];
  const spread = x.reduce((sum, each) => sum + (each - mx) ** 2, 0);
  if (!(spread > 0))
    throw new Error(`forgettingFit: invalid points: ${used.length} after the best (at two steps or more)`);
  const perDecade = used.reduce((sum, { value }, i) => sum + (x[i]! - mx) * (value - my), 0) / spread;
  const intercept = my - perDecade * mx;
  return { perDecade, intercept, gone: perDecade < 0 ? 10 ** (-intercept / perDecade) : Infinity };
}
