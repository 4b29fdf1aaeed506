/**
 * Whether a text that the model wrote is the one that is wanted, after the filters that a task names (lm-evaluation-harness's
 * `exact_match` with `ignore_case`, `ignore_punctuation` and `ignore_numbers`; of its filters those below).
 */
import type { Estimate } from "../../measure/index.js";
import { meanOf } from "../../measure/index.js";
import type { GenerationTask, TextFilter } from "./types.js";

/** By pipeline of filters, what each item wrote and whether it is right. */
export interface Matched {
  name: string;
  texts: string[];
  right: number[];
  score: Estimate;
}

export function matched(task: GenerationTask, written: readonly string[]): Matched[] {
  return task.filters.map(({ name, steps }) => {
    const texts = written.map((text) => steps.reduce((rest, step) => filtered(rest, step), text));
    const right = texts.map((text, i) => {
      const { target } = task.items[i]!;
      const wanted = typeof target === "string" ? [target] : target;
      return wanted.some((each) => alike(each, task) === alike(text, task)) ? 1 : 0;
    });
    return { name, texts, right, score: meanOf(right) };
  });
}

function alike(text: string, { ignore }: GenerationTask): string {
  let rest = ignore.case ? text.toLowerCase() : text;
  if (ignore.punctuation) rest = rest.replace(/[!-/:-@[-`{-~]/g, "");
  return ignore.numbers ? rest.replace(/[0-9]/g, "") : rest;
}

const plain = {
  remove_whitespace: (text: string) => text.trim(),
  lowercase: (text: string) => text.toLowerCase(),
  uppercase: (text: string) => text.toUpperCase(),
  take_first: (text: string) => text,
};

function filtered(text: string, step: TextFilter): string {
  if (step.function !== "regex") return plain[step.function](text);
  const { regex_pattern, group_select = 0, fallback = "[invalid]" } = step;
  const found = [...text.matchAll(new RegExp(regex_pattern, "g"))].at(group_select);
  if (!found) return fallback;
  const [whole, ...groups] = found as (string | undefined)[];
  // As Python's findall: the whole where there are no groups, else the first that has something.
  const said = groups.length === 0 ? whole : groups.length === 1 ? (groups[0] ?? "") : groups.find(Boolean);
  return said === undefined ? fallback : said.trim();
}
