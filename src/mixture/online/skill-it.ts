/**
 * More of the skills whose losses are high and of those that help with them (Chen et al. 2023, Skill-it, arXiv 2307.14430):
 * share of i ∝ exp(eta · Σ_j graph[i][j] · L_j), L_j being the sum of the last `window` held-out losses of j. The shares
 * always begin again from uniform ones. `skillGraph` makes the graph of losses that were measured.
 */
import type { Mixture } from "../types.js";
import { checkPositive, checkWhole, heldOut, online, softmax } from "./rule.js";

export type SkillGraph = Record<string, Record<string, number>>;

export interface SkillItOptions {
  /** How much training on one helps with another, `{ from: { to: 0.5 } }`; all domains are keys, each helps itself by 1. */
  graph: SkillGraph;
  /** Defaults to 0.5. */
  eta?: number;
  /** Evaluations whose losses count; defaults to 3. */
  window?: number;
  /** Domains whose losses count: then their mean over the window and not its sum. Defaults to all. */
  targets?: string[];
  /** Updates from one change to the next; defaults to whenever the run evaluates. */
  every?: number;
}

export function skillIt(options: SkillItOptions): Mixture {
  const { graph, eta = 0.5, window = 3, targets, every } = options;
  const domains = Object.keys(graph);
  const name = "skill-it";
  checkPositive(name, { eta });
  checkWhole(name, { window, ...(every !== undefined && { every }) });
  for (const other of [...(targets ?? []), ...domains.flatMap((domain) => Object.keys(graph[domain]!))])
    if (!domains.includes(other))
      throw new Error(`${name}: invalid domain: ${other} (the graph has ${domains.join(", ")})`);
  const counted = targets ?? domains;
  const edges = domains.map((from) => counted.map((to) => (from === to ? 1 : (graph[from]![to] ?? 0))));
  return online({
    name,
    domains,
    options: { graph, eta, window, ...(targets && { targets }), ...(every !== undefined && { every }) },
    wants: every === undefined ? [] : [{ signal: "evaluations", every }],
    begin: () => ({ recent: [] as number[][] }),
    shares({ recent }) {
      const sums = counted.map((_, j) => recent.reduce((sum, losses) => sum + losses[j]!, 0));
      const scale = targets ? 1 / recent.length : 1;
      // Until something is known, every loss is 1.
      const losses = recent.length === 0 ? counted.map(() => 1) : sums.map((sum) => sum * scale);
      return skillItShares({ edges, losses, eta });
    },
    next({ recent }, { evaluations }) {
      if (!evaluations) return { recent };
      return { recent: [...recent, heldOut(name, counted, evaluations)].slice(-window) };
    },
  });
}

/** `edges[i][j]`: from i to j. */
export const skillItShares = (at: { edges: number[][]; losses: number[]; eta: number }): number[] =>
  softmax(at.edges.map((row) => at.eta * row.reduce((sum, edge, j) => sum + edge * at.losses[j]!, 0)));
