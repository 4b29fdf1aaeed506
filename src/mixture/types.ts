/**
 * What a mixture is: for every step, the share of tokens that each domain gets. Plain data and a pure function;
 * it neither draws text nor knows how much of it there is (`blender` turns shares into a sequence of draws).
 */
export interface Mixture {
  /** Row of the registry that made it, e.g. "fixed". */
  readonly name: string;
  readonly domains: readonly string[];
  /** Token shares in the order of `domains` at `step` of `total`: each at least 0, together 1. */
  shares(step: number, total: number): number[];
}
