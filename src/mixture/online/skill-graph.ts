/**
 * The graph of Skill-it from measured losses. How to measure: from one base, train on each domain alone for as many updates,
 * and evaluate on all. There is an edge from one domain to another where training on it alone lowered the other's loss by at
 * least `threshold` of what as many updates on that other itself did. A simplification of the paper's, which also trains on pairs.
 */
import type { SkillGraph } from "./skill-it.js";

export interface SkillGraphOptions {
  /** Held-out losses of the base by domain. */
  base: Readonly<Record<string, number>>;
  /** After training on one domain alone, `{ trained: { evaluated: loss } }`, for every domain of the base. */
  after: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Defaults to 0.1. */
  threshold?: number;
  /** Weight of an edge; defaults to 0.5, as in the paper's code. */
  edge?: number;
}

export function skillGraph({ base, after, threshold = 0.1, edge = 0.5 }: SkillGraphOptions): SkillGraph {
  const domains = Object.keys(base);
  const fall = (trained: string, evaluated: string): number => {
    const loss = after[trained]?.[evaluated];
    if (loss === undefined)
      throw new Error(`skillGraph: invalid after: no loss of ${evaluated} after training on ${trained}`);
    return base[evaluated]! - loss;
  };
  const helps = (from: string, to: string): boolean => fall(from, to) > 0 && fall(from, to) >= threshold * fall(to, to);
  return Object.fromEntries(
    domains.map((from) => [
      from,
      Object.fromEntries(domains.flatMap((to) => (to !== from && helps(from, to) ? [[to, edge]] : []))),
    ]),
  );
}
