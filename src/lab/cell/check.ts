/**
 * `lab.check`: one thing that an exercise asks for. What is wrong is said in the cell and never thrown, so the checks after
 * it are made as well; `palimpsest teach check` reads the same verdicts. Runs nothing but what it is given.
 */
import { inspect, isDeepStrictEqual } from "node:util";
import { displaySender } from "./display.js";
import { escapeHtml } from "./table.js";

/** What has to come. With nothing named, `true` has to. */
export interface Wanted {
  /** This value; a number to `within`. */
  is?: unknown;
  /** How far a number may be from `is`; defaults to a millionth of it. */
  within?: number;
  /** A number above this one, or below; both may be given. */
  above?: number;
  below?: number;
  /** A sentence for who is wrong. */
  hint?: string;
}

export interface Verdict {
  asks: string;
  passed: boolean;
  /** In words: "12", "above 2 and below 3". */
  expected: string;
  /** The value that came, or what was thrown instead. */
  came: string;
  threw: boolean;
  hint?: string;
}

/** A `Verdict`, among the outputs of the cell. */
export const checkMime = "application/vnd.palimpsest.check+json";

/**
 * Asks whether `of` gives what is wanted and says so in the cell: `lab.check("costs add up", () => cost(ids), { is: 12 })`.
 * Awaited where `of` gives a promise.
 */
export function check(asks: string, of: () => Promise<unknown>, wanted?: Wanted): Promise<void>;
export function check(asks: string, of: () => unknown, wanted?: Wanted): void;
export function check(asks: string, of: () => unknown, wanted: Wanted = {}): void | Promise<void> {
  if (typeof asks !== "string" || typeof of !== "function")
    throw new Error('check: invalid arguments (a sentence and a function are needed: check("…", () => value))');
  const say = (verdict: Verdict): void =>
    displaySender()({ data: bundle(verdict), metadata: {}, transient: {} }, false);
  const weigh = (value: unknown): void => say(verdictOf(asks, value, wanted));
  const refuse = (error: unknown): void => say(thrown(asks, error, wanted));
  let value: unknown;
  try {
    value = of();
  } catch (error) {
    return refuse(error);
  }
  return value instanceof Promise ? value.then(weigh, refuse) : weigh(value);
}

/** A verdict in a sentence: what was asked, and where it failed what came in place of what. */
export function sentenceOf({ asks, passed, expected, came, threw, hint }: Verdict): string {
  if (passed) return asks;
  const what = threw ? came : `expected ${expected}, came ${came}`;
  return [`${asks}: ${what}`, ...(hint ? [hint] : [])].join(". ").replace(/([.?!])\. /g, "$1 ");
}

function verdictOf(asks: string, value: unknown, wanted: Wanted): Verdict {
  const { hint } = wanted;
  return { asks, passed: meets(value, wanted), expected: inWords(wanted), came: spell(value), threw: false, hint };
}

function thrown(asks: string, error: unknown, wanted: Wanted): Verdict {
  const came = error instanceof Error ? error.message.split("\n", 1)[0]! : spell(error);
  return { asks, passed: false, expected: inWords(wanted), came, threw: true, hint: wanted.hint };
}

function meets(value: unknown, { is, within, above, below }: Wanted): boolean {
  const bounded = above !== undefined || below !== undefined;
  if (bounded && !(typeof value === "number" && value > (above ?? -Infinity) && value < (below ?? Infinity)))
    return false;
  if (is === undefined) return bounded || value === true;
  if (typeof is === "number" && typeof value === "number")
    return Object.is(is, value) || Math.abs(value - is) <= (within ?? 1e-6 * Math.abs(is));
  return isDeepStrictEqual(value, is);
}

function inWords({ is, within, above, below }: Wanted): string {
  const parts = [
    is !== undefined && spell(is) + (within === undefined ? "" : ` ± ${spell(within)}`),
    above !== undefined && `above ${spell(above)}`,
    below !== undefined && `below ${spell(below)}`,
  ].filter(Boolean);
  return parts.join(" and ") || "true";
}

/** A value in at most some 120 characters; numbers to five digits, as tables have them. */
function spell(value: unknown): string {
  if (typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value))
    return String(Number(value.toPrecision(5)));
  const text = inspect(value, { depth: 2, maxArrayLength: 8, breakLength: Infinity, compact: true });
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

function bundle(verdict: Verdict): Record<string, unknown> {
  const mark = verdict.passed ? "✓" : "✗";
  const colour = verdict.passed ? "#2e9e5b" : "#d1433f";
  const text = sentenceOf(verdict);
  const style = `border-left:4px solid ${colour};padding:2px 10px;margin:2px 0`;
  const html = `<div style="${style}"><b style="color:${colour}">${mark}</b> ${escapeHtml(text)}</div>`;
  return { [checkMime]: verdict, "text/html": html, "text/plain": `${mark} ${text}` };
}
