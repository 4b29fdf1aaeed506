/**
 * From many starts to one optimum. Starts are ranked by the objective; the best go down least squares on a sample of the
 * rows; those that meet there share the rest of the way, which is on all rows and to rounding. A few dozen also go straight
 * down the objective itself. A single start is never trusted: how many came to the best is part of the answer.
 */
import type { Columns } from "./columns.js";
import { type Misfit, misfit } from "./misfit.js";
import { newton } from "./newton.js";
import type { Objective } from "./objective.js";
import { rank, type RankOptions } from "./rank.js";
import { rowColumns } from "./row-columns.js";
import { settle, type Settled } from "./settle.js";
import { termColumns } from "./term-columns.js";
import type { Data, Law } from "./types.js";

/** A law, rows and an objective, ready to be minimised. */
export interface Problem {
  columns: Columns;
  target: Misfit;
  objective: Objective;
  delta: number;
  /** From the law's constants to the optimiser's free numbers. */
  toFree(values: readonly number[]): Float64Array;
  toNatural(free: Float64Array): number[];
}

export function problemOf(law: Law, data: Pick<Data, "x" | "y">, objective: Objective, delta: number): Problem {
  const columns = law.terms
    ? termColumns(law, law.terms, data.x, objective.log)
    : rowColumns(law, data.x, objective.log);
  return {
    columns,
    objective,
    delta,
    target: misfit({ columns, losses: Float64Array.from(data.y), bend: Infinity }),
    toFree: (values) => columns.toTheta(values).map((v, k) => columns.links[k]!.toFree(v)),
    toNatural: (free) => columns.toNatural(free.map((u, k) => columns.links[k]!.toNatural(u))),
  };
}

export interface SearchOptions extends RankOptions {
  /** How many of the ranked starts are followed. */
  polish: number;
}

export interface Found extends Settled {
  /** The constants in natural units. */
  values: number[];
  /** On how many rows the starts were compared, where that was not all. */
  sampled?: number;
  ranked: number;
  polished: number;
  /** How many of the polished starts came to the best objective. */
  reached: number;
}

/** Rows that the ranking and the coarse way down see at most; and the fewest that a coarse way down is worth. */
const [middle, coarse] = [4096, 40];
/** How many different ends of the coarse way are followed further; the others count as not having come to the best. */
const ends = 24;
/** How many of the best starts do not go over least squares. */
const straight = 40;

/** Undefined when no start has a value on these rows. */
export function search(options: SearchOptions): Found | undefined {
  const { law, data, objective, delta, starts, polish } = options;
  const whole = problemOf(law, data, objective, delta);
  const compared = sample(data, middle);
  const few = compared === data ? whole : problemOf(law, compared, objective, delta);
  const ranked = rank({ law, data: compared, objective, delta, starts });
  const best = ranked.slice(0, polish).map(few.toFree);
  if (best.length === 0) return undefined;
  const rough = problemOf(law, sample(data, Math.max(coarse, 8 * law.parameters.length)), objective, 0);
  const groups = meet(
    best.map((start) => newton({ target: rough.target, start, matrix: "gauss", tolerance: 1e-6, maxIterations: 60 })),
  );
  // The best start also goes straight to the objective: outliers can bend the way over least squares.
  const followed = [...groups.slice(0, ends), { x: best[0]!, count: 0 }];
  const settled = followed.map(({ x, count }) => ({ ...settle({ ...few, start: x }), count, direct: 0 }));
  // The way over least squares can lead them all into one valley of several, so some starts take the narrow bend at once.
  if (objective.penalty === "huber") {
    few.target.bend = delta;
    const direct = explore(best.slice(0, straight), (start) => newton({ target: few.target, start, matrix: "exact" }));
    settled.push(...direct.map((end) => ({ ...end, count: 0, direct: 1 })));
  }
  settled.sort((a, b) => a.value - b.value);
  const least = settled[0]!.value;
  const same = settled.filter(({ value }) => level(value, least));
  const arrived = (way: "count" | "direct"): number => same.reduce((sum, each) => sum + each[way], 0);
  const reached = Math.max(arrived("count"), arrived("direct"));
  const top = few === whole ? settled[0]! : settle({ ...whole, start: settled[0]!.x });
  const values = whole.toNatural(top.x);
  const sampled = few === whole ? undefined : few.target.rows;
  return { ...top, values, sampled, ranked: ranked.length, polished: best.length, reached };
}

/**
 * The ends of the starts, one after another, until as many different ones have been seen as there are likely to be: w of
 * them in n tries make w (n − 1) / (n − w − 2) in all (Boender & Rinnooy Kan 1987).
 */
function explore<Start, End extends { value: number }>(starts: readonly Start[], follow: (start: Start) => End): End[] {
  const found: End[] = [];
  const different: number[] = [];
  for (const start of starts) {
    const end = follow(start);
    found.push(end);
    if (!different.some((value) => level(value, end.value))) different.push(end.value);
    const [n, w] = [found.length, different.length];
    if (n > w + 2 && (w * (n - 1)) / (n - w - 2) < w + 0.5) break;
  }
  return found;
}

/** Whether two values of the objective are the same but for how far their ways were followed. */
const level = (a: number, b: number, part = 1e-6, least = 1e-15): boolean =>
  Math.abs(a - b) <= part * Math.min(Math.abs(a), Math.abs(b)) + least;

interface Group {
  x: Float64Array;
  count: number;
  value: number;
}

/**
 * Ends at the same place are one, best first. Where a term has died out its constants are anywhere: of such ends, equal in
 * value to many digits, only the first place goes on, and the others do not count as having come to where it leads. An end
 * that has no value is dropped.
 */
function meet(found: readonly { x: Float64Array; value: number }[]): Group[] {
  const groups: Group[] = [];
  for (const { x, value } of [...found].sort((a, b) => a.value - b.value)) {
    if (!(value < Infinity)) continue;
    const place = groups.find((group) => level(value, group.value, 1e-3, 1e-25) && near(group.x, x));
    if (place) place.count++;
    else if (groups.some((group) => level(value, group.value, 1e-9, 1e-25))) continue;
    else groups.push({ x, count: 1, value });
  }
  return groups;
}

const near = (a: Float64Array, b: Float64Array): boolean =>
  a.every((v, k) => Math.abs(v - b[k]!) <= 0.02 * (1 + Math.abs(v)));

/** About `count` rows, spread evenly and out of step with any period of the rows: those whose multiple of the golden ratio has a small fraction. */
export function sample<T extends Pick<Data, "x" | "y">>(data: T, count: number): Pick<Data, "x" | "y"> {
  const share = count / data.y.length;
  if (share >= 1) return data;
  const kept = (_: unknown, i: number): boolean => (i * 0.6180339887498949) % 1 < share;
  return { x: data.x.filter(kept), y: data.y.filter(kept) };
}
