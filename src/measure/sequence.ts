/**
 * What happened to each domain in a study of many domains in order, of which all are scored before and after every stage, those
 * to come too: what it gained by the end, what it would have gained alone, what was lost since its own stage and how long that
 * was ago, what earlier stages gave it. And what the order itself changed, over several. As in `transfer`, more is better.
 */
import type { Alike } from "./order.js";
import { type StageScores, transfer, type TransferOptions } from "./stages.js";

export interface SequenceOptions extends Omit<TransferOptions, "joint"> {
  /** Before the first stage. */
  before: StageScores;
  /** Of each domain, its score after training on it alone from the start (DAPT); needed for regret. */
  alone?: StageScores;
  /** How alike two domains are; needed for `nearest`. */
  alike?: Alike;
}

/** Of one domain j, learned at stage t of T (Yıldız et al. 2024, https://arxiv.org/abs/2402.17400). */
export interface SequenceRow {
  domain: string;
  /** t, from 1. */
  position: number;
  /** b[j], the zero-shot score. */
  before: number;
  /** R[t][j] − b[j]: right after its own stage. */
  learned: number;
  /** R[T][j] − b[j]: at the end. */
  gain: number;
  /** alone[j] − R[T][j]: positive where training on it alone ended better; null without `alone`. */
  regret: number | null;
  /** T − t: stages since its own. */
  age: number;
  /** R[t][j] − R[T][j]: positive is forgotten; null of the last. */
  forgotten: number | null;
  /** R[t − 1][j] − b[j]: what earlier stages did for it; null of the first. */
  forward: number | null;
  /** How like it the most alike earlier domain is; null of the first, or without `alike`. */
  nearest: number | null;
}

export function sequence({ stages, scores, before, alone, alike }: SequenceOptions): SequenceRow[] {
  const { rows } = transfer({ stages, scores, before, ...(alone && { joint: alone }) });
  const T = stages.length;
  // R[i][j], both from 0.
  const R = (i: number, j: number): number => rows[i * T + j]!.score;
  return stages.map((domain, j) => {
    const start = numberOf(before, domain, "before");
    const likeness = alike && stages.slice(0, j).map((earlier) => numberOf(alike[domain], earlier, `alike.${domain}`));
    return {
      domain,
      position: j + 1,
      before: start,
      learned: R(j, j) - start,
      gain: R(T - 1, j) - start,
      regret: alone ? numberOf(alone, domain, "alone") - R(T - 1, j) : null,
      age: T - 1 - j,
      forgotten: j < T - 1 ? R(j, j) - R(T - 1, j) : null,
      forward: j > 0 ? R(j - 1, j) - start : null,
      nearest: likeness && j > 0 ? Math.max(...likeness) : null,
    };
  });
}

export interface OrderEffect {
  /** The mean score over domains at the end, of each order. */
  last: number[];
  mean: number;
  /** Between orders, with n − 1; null of one order. */
  variance: number | null;
  /** Means over orders: a domain's place in the order is mixed up with what domain it is, unless each is at each. */
  positions: { position: number; learned: number; gain: number; forgotten: number | null; forward: number | null }[];
}

/** Of the same domains, seeds and lengths in several orders; five say something: one similar, one dissimilar, three drawn. */
export function orderEffect({ orders }: { orders: readonly SequenceOptions[] }): OrderEffect {
  if (orders.length === 0) throw new Error("orderEffect: invalid orders: none");
  const named = orders.map(({ stages }) => [...stages].sort().join(", "));
  const odd = named.find((names) => names !== named[0]);
  if (odd !== undefined) throw new Error(`orderEffect: invalid orders: one of ${odd} (the first is of ${named[0]})`);
  const all = orders.map(sequence);
  const last = all.map((rows) => meanOf(rows.map(({ before, gain }) => before + gain))!);
  const mean = meanOf(last)!;
  const variance = last.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (last.length - 1);
  return {
    last,
    mean,
    variance: last.length > 1 ? variance : null,
    positions: all[0]!.map(({ position }, j) => {
      const of = (key: "learned" | "gain" | "forgotten" | "forward"): number | null =>
        meanOf(all.flatMap((rows) => rows[j]![key] ?? []));
      return {
        position,
        learned: of("learned")!,
        gain: of("gain")!,
        forgotten: of("forgotten"),
        forward: of("forward"),
      };
    }),
  };
}

/** What is left of a domain by how long ago it was learned: means over the domains, and orders, of each age from 1. */
export function forgottenByAge(rows: readonly SequenceRow[]): { age: number; forgotten: number; domains: number }[] {
  const ages = [...new Set(rows.map(({ age }) => age))].filter((age) => age > 0).sort((a, b) => a - b);
  return ages.map((age) => {
    const own = rows.flatMap((row) => (row.age === age ? (row.forgotten ?? []) : []));
    return { age, forgotten: meanOf(own)!, domains: own.length };
  });
}

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

function numberOf(of: Readonly<Record<string, number>> | undefined, name: string, what: string): number {
  const value = of?.[name];
  if (value === undefined || Number.isNaN(value))
    throw new Error(`sequence: invalid ${what}: ${value ?? "nothing"} of ${name} (a number is expected)`);
  return value;
}
