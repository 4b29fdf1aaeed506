/** What every question shares: which laws it takes, whether its answer lies among the runs, and its numbers as a flat list. */
import { digits } from "../../digits.js";
import type { Derived, Doubted } from "../derive.js";

/** What a question answers: numbers with intervals, perhaps grouped by name, and plain sentences about them. */
export interface Solved {
  notes: string[];
}

/** Refuses the fit of another law. */
export function lawOf(caller: string, { fit }: Doubted, known: readonly string[]): void {
  if (!known.includes(fit.law.name))
    throw new Error(`${caller}: invalid law: ${fit.law.name} (fit ${known.join(" or ")})`);
}

/** A number that must be above 0 (or at least 0) and finite. */
export function checked(caller: string, name: string, value: number, least: "above 0" | "0 or more" = "above 0"): void {
  if (!(value < Infinity && (least === "above 0" ? value > 0 : value >= 0)))
    throw new Error(`${caller}: invalid ${name}: ${value} (${least})`);
}

/** An answer outside what was run is an extrapolation, and not determined by the runs; says so in `notes`. */
export function amongRuns(answer: Derived, runs: readonly number[], notes: string[]): Derived {
  const [least, most] = endsOf(runs);
  const { value, name } = answer;
  if (value === null || (value >= least && value <= most)) return answer;
  const side =
    value < least
      ? `below the least that was run (${digits(least, 4)})`
      : `above the most that was run (${digits(most, 4)})`;
  notes.push(`The ${name} lies ${side}: an extrapolation.`);
  return { ...answer, determined: false };
}

/** Further than ten times the largest that was fitted is worth a sentence. */
export function farBeyond({ value }: Derived, runs: readonly number[], what: string, notes: string[]): void {
  const most = endsOf(runs)[1];
  if (value !== null && value > 10 * most)
    notes.push(`The ${what} is ${Math.round(value / most)} times the largest that was fitted: an extrapolation.`);
}

/** The column of an input in the fitted rows. */
export function columnOf({ fit }: Doubted, input: string): number[] {
  const j = fit.law.inputs.findIndex(({ name }) => name === input);
  return fit.data.x.map((x) => x[j]!);
}

/** Every number of an answer, by its key. */
export function answersIn(solved: Solved): [key: string, answer: Derived][] {
  const found = (key: string, value: unknown): [string, Derived][] => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    if ("determined" in value) return "unit" in value ? [[key, value as Derived]] : [];
    return Object.entries(value).flatMap(([inner, each]) => found(inner, each));
  };
  return Object.entries(solved).flatMap(([key, value]) => found(key, value));
}

function endsOf(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
}
