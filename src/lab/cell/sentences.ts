/**
 * How the notebooks put numbers into words, so that their cells only name what is compared. A sign is always there (with a
 * minus, not a hyphen), a share is in per cent, and what is within chance is said to be. Pure text; `report.ts` writes it.
 */
import { pairedDifference } from "../../measure/index.js";

/** "25 %" of 0.25; "none" of null. */
export function percent(share: number | null, digits = 0): string {
  return share === null ? "none" : `${(100 * share).toFixed(digits)} %`;
}

/** "+0.120" or "−0.120". */
export function signed(value: number, digits = 3): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
}

/** "a, b, c"; "none" of an empty list. */
export function listed(names: readonly string[]): string {
  return names.join(", ") || "none";
}

/** "0.12 to 0.31" of the least and the largest. */
export function range(values: readonly number[], spell: (value: number) => string): string {
  return `${spell(Math.min(...values))} to ${spell(Math.max(...values))}`;
}

export interface CompareOptions {
  /** One value per seed, and those of what it is compared with, of the same seeds in the same order. */
  values: readonly number[];
  against: readonly number[];
  /** Defaults to "bits per byte". */
  unit?: string;
  /** After the decimal point; defaults to 3. */
  digits?: number;
  /** The largest difference that counts as none, in the unit; defaults to 0. Settle it before the runs. */
  margin?: number;
}

export interface Comparison {
  /** Mean of `values` − `against`, and half the width of its 95 % interval; NaN where a seed has no value. */
  difference: number;
  half: number;
  /** Whether the difference is larger than chance. */
  clear: boolean;
  /** Whether it is above 0, or below; null where chance cannot be left out. */
  above: boolean | null;
  below: boolean | null;
  /**
   * Whether it is above −margin, below the margin, or between both; null where the interval holds the bound. That a
   * difference was not larger than chance shows none of them (Schuirmann 1987: equivalence wants the whole interval inside).
   */
  noLess: boolean | null;
  noMore: boolean | null;
  level: boolean | null;
  margin: number;
  /** "+0.120 ± 0.034 bits per byte". */
  words: string;
  /** "larger than chance" or "not larger than chance". */
  chance: string;
}

/** Two methods seed by seed, in numbers and in words: `measure.pairedDifference`, said. */
export function compare(options: CompareOptions): Comparison {
  const { values, against, unit = "bits per byte", digits = 3, margin = 0 } = options;
  if (!(margin >= 0)) throw new Error(`compare: invalid margin: ${margin} (0 or more)`);
  const whole = [...values, ...against].every(Number.isFinite);
  const { mean, half, clear } = whole ? pairedDifference({ values, against }) : { mean: NaN, half: NaN, clear: false };
  const [low, high] = [mean - half, mean + half];
  const inside = (least: number, most: number): boolean | null =>
    low >= least && high <= most ? true : high < least || low > most ? false : null;
  return {
    difference: mean,
    half,
    clear,
    above: clear ? mean > 0 : null,
    below: clear ? mean < 0 : null,
    noLess: inside(-margin, Infinity),
    noMore: inside(-Infinity, margin),
    level: inside(-margin, margin),
    margin,
    words: whole ? `${signed(mean, digits)} ± ${half.toFixed(digits)} ${unit}`.trimEnd() : "not every seed comes to it",
    chance: `${clear ? "" : "not "}larger than chance`,
  };
}

/** Of two halves of a claim: no where one does not hold, yes where both do, and else null, for what cannot be told. */
export function both(first: boolean | null, second: boolean | null): boolean | null {
  if (first === false || second === false) return false;
  return first === null || second === null ? null : true;
}

export interface MostOptions {
  /** What follows "Most": "was learned under". */
  most: string;
  /** What was tried and how much each had; two or more. */
  rows: readonly { name: string; value: number }[];
  /** The first against the second. */
  compared: (first: string, second: string) => Comparison;
  /** Defaults to "bits per byte". */
  unit?: string;
  digits?: number;
}

/** "Most was learned under replay: 0.120 bits per byte, and 0.100 under LoRA, a difference of … that is larger than chance." */
export function mostOf({ most, rows, compared, unit = "bits per byte", digits = 3 }: MostOptions): string {
  const [first, second] = rows.filter(({ value }) => Number.isFinite(value)).sort((a, b) => b.value - a.value);
  if (first === undefined || second === undefined) return `Most ${most} nothing that can be compared.`;
  const { words, chance } = compared(first.name, second.name);
  return (
    `Most ${most} ${first.name}: ${first.value.toFixed(digits)} ${unit}, and ${second.value.toFixed(digits)} with ` +
    `${second.name}, a difference of ${words} that is ${chance}.`
  );
}
