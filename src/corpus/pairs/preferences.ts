/**
 * Preferences as text: rows of a prompt, the answer that was chosen and the one that was rejected become two documents each, the
 * chosen one first, as the order `pairs` reads them. Marks say that the answers count and not the prompt. Prompt and answer are
 * joined as they are: a space or a line break between them is the rows' business. Rows of one prompt are on one side of the split.
 */
import type { Mark, Text } from "../../types.js";
import { placeOf } from "../split/split.js";

export interface PreferenceRow {
  prompt: string;
  chosen: string;
  rejected: string;
}

export interface PreferencesOptions {
  /** Of the text. */
  name: string;
  rows: readonly PreferenceRow[];
  /** Share of prompts held out, of two or more at least one where it is above 0; defaults to 0.05. */
  heldOut?: number;
  /** Decides which; defaults to 1. */
  seed?: number;
}

export function preferences({ name, rows, heldOut = 0.05, seed = 1 }: PreferencesOptions): Text {
  if (!(heldOut >= 0 && heldOut < 1))
    throw new Error(`preferences: invalid heldOut: ${heldOut} (a share of prompts, at least 0 and below 1)`);
  rows.forEach((row, i) => checkPreference(row, `row ${i + 1} of ${name}`));
  const places = new Map(rows.map(({ prompt }) => [prompt, placeOf(prompt, seed, "split")]));
  // Of few prompts the first one, so that something is measured.
  const first = heldOut > 0 && places.size > 1 ? Math.min(...places.values()) : -1;
  const isHeld = ({ prompt }: PreferenceRow): boolean => places.get(prompt)! < heldOut || places.get(prompt) === first;
  const sides = { train: rows.filter((row) => !isHeld(row)), heldOut: rows.filter(isHeld) };
  if (sides.train.length === 0) throw new Error(`preferences: invalid rows: ${rows.length} (none is left to train on)`);
  const marks: Required<Text>["marks"] = { train: [], heldOut: [] };
  const text: Text = { name, train: [], heldOut: [], marks, pairs: true };
  for (const side of ["train", "heldOut"] as const)
    for (const { prompt, chosen, rejected } of sides[side])
      for (const answer of [chosen, rejected]) {
        const document = prompt + answer;
        text[side].push(document);
        marks[side].push([{ from: prompt.length, to: document.length, weight: 1 } satisfies Mark]);
      }
  return text;
}

/** Throws one line unless all three are text, and the answers some. `where` names the row. */
function checkPreference(row: Partial<Record<keyof PreferenceRow, unknown>>, where: string): PreferenceRow {
  for (const field of ["prompt", "chosen", "rejected"] as const) {
    const value = row[field];
    const found = value === "" ? "empty" : value === undefined ? "none" : typeof value;
    if (typeof value !== "string" || (field !== "prompt" && value === ""))
      throw new Error(`preferences: invalid ${field} in ${where}: ${found} (it must be text)`);
    if (/\p{Surrogate}/u.test(value))
      throw new Error(`preferences: invalid ${field} in ${where}: half a surrogate pair (UTF-8 cannot hold it)`);
  }
  return row as PreferenceRow;
}

export interface AnsweredPrompt {
  prompt: string;
  answer: string;
}

/**
 * Rows for cross-lingual optimisation (`train.clo`): of prompts and answers in two languages, the same ones in the same order, each
 * prompt with the answer in its own language before the one in the other.
 */
export function crossLingualPairs(
  answered: Record<string, readonly AnsweredPrompt[]>,
): Record<string, PreferenceRow[]> {
  const languages = Object.keys(answered);
  const [one, other] = languages.map((language) => answered[language]!);
  if (languages.length !== 2 || one!.length !== other!.length)
    throw new Error(
      `crossLingualPairs: invalid languages: ${languages.map((name) => `${name} (${answered[name]!.length} rows)`).join(", ")} (two, with as many rows)`,
    );
  const rows = (own: readonly AnsweredPrompt[], others: readonly AnsweredPrompt[]): PreferenceRow[] =>
    own.map(({ prompt, answer }, i) => ({ prompt, chosen: answer, rejected: others[i]!.answer }));
  return { [languages[0]!]: rows(one!, other!), [languages[1]!]: rows(other!, one!) };
}
