/**
 * Clones of English: the same text in other letters, so that what means what is exact and no word is shared (English-Clone;
 * PreAlign, Li et al. 2024, https://arxiv.org/abs/2407.16222). The letters are Georgian ones, capitals too; digits, blanks and marks
 * stay; `languageIdentifier` calls it "ka". `cloneLanguage` makes clones that differ from English in more than letters, each
 * difference by a dial of its own, and reads them back.
 */
import * as z from "zod";
import { rng } from "../../rng.js";
import { wholes } from "./counts.js";

export const cloneOf = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0);
    return String.fromCharCode(code >= 97 ? 0x10d0 + code - 97 : 0x1c90 + code - 65);
  });

const unclone = (text: string): string =>
  text.replace(/[\u10d0-\u10e9\u1c90-\u1ca9]/g, (letter) => {
    const code = letter.charCodeAt(0);
    return String.fromCharCode(code < 0x1c00 ? 97 + code - 0x10d0 : 65 + code - 0x1c90);
  });

export interface CloneOptions {
  /** Share of words that stay English ones, by the word, whatever its capitals; defaults to 0. */
  overlap?: number;
  /** Whether the words between two marks come in reverse; defaults to "same". */
  order?: "same" | "reversed";
  /** Endings of a cloned word, in turn by its place in the text, 0 to 6; defaults to 0, none. */
  endings?: number;
  /** Words that one of that many letters or more is written as, 1 to 4; defaults to 1. */
  fertility?: number;
  /** Decides which words are shared; defaults to 1. */
  seed?: number;
}

/** The dials, as recipes write them. */
export const cloneFields = {
  overlap: z.number().min(0).max(1).optional(),
  order: z.enum(["same", "reversed"]).optional(),
  endings: z.int().min(0).max(6).optional(),
  fertility: z.int().min(1).max(4).optional(),
};

export interface CloneLanguage {
  readonly options: Required<CloneOptions>;
  /** Whether the text has no Georgian letters, with which its clone could not be read back. */
  clonable(text: string): boolean;
  of(text: string): string;
  /** The text whose clone this is. */
  back(clone: string): string;
  /** A word by itself, without an ending. */
  word(word: string): string;
  shares(word: string): boolean;
}

/** Letters that no cloned word has: endings, and what a word's further pieces begin with. */
const endingLetters = [..."ცძწჭხჯ"];
const further = "ჰ";
const wordPattern = /[\p{L}\p{M}\p{N}'’-]+/gu;
const clausePattern = /[\p{L}\p{M}\p{N}'’-]+(?: [\p{L}\p{M}\p{N}'’-]+)+/gu;

/** Its `of` throws where a text is not clonable. */
export function cloneLanguage(options: CloneOptions = {}): CloneLanguage {
  const { overlap = 0, order = "same", endings = 0, fertility = 1, seed = 1 } = options;
  const check = wholes("clone");
  if (!(overlap >= 0 && overlap <= 1)) throw new Error(`clone: invalid overlap: ${overlap} (a share from 0 to 1)`);
  if (order !== "same" && order !== "reversed")
    throw new Error(`clone: invalid order: ${String(order)} (same or reversed)`);
  check("endings", endings, 0, endingLetters.length);
  check("fertility", fertility, 1, 4);
  const draws = rng(seed);
  const shares = (word: string): boolean => draws.fork(word.toLowerCase()).uniform() < overlap;
  const turned = (text: string): string =>
    order === "same" ? text : text.replace(clausePattern, (clause) => clause.split(" ").reverse().join(" "));
  const spelt = (word: string, place?: number): string => {
    if (shares(word) || !/[a-z]/i.test(word)) return word;
    const ending = place !== undefined && endings > 0 ? endingLetters[place % endings]! : "";
    return pieces(cloneOf(word), fertility).join(` ${further}`) + ending;
  };
  const ended = new RegExp(
    `(?<=[\\u10d0-\\u10e9\\u1c90-\\u1ca9'’\\p{M}\\p{N}\\p{L}-])[${endingLetters.join("")}](?![\\p{L}\\p{M}\\p{N}'’-])`,
    "gu",
  );
  const georgian = /[\u10d0-\u10ff\u1c90-\u1cbf]/;
  return {
    options: { overlap, order, endings, fertility, seed },
    shares,
    clonable: (text) => !georgian.test(text),
    word: (word) => spelt(word),
    of(text) {
      const at = text.search(georgian);
      if (at >= 0) throw new Error(`clone: invalid text: it has ${text[at]!} at ${at}, a letter of clones`);
      let place = 0;
      return turned(text).replace(wordPattern, (word) => spelt(word, place++));
    },
    back: (clone) => turned(unclone(clone.replaceAll(` ${further}`, "").replace(ended, ""))),
  };
}

/** A word in `n` parts that are as long as can be alike; one a letter where it has fewer. */
function pieces(word: string, n: number): string[] {
  const letters = [...word];
  const parts = Math.min(n, letters.length);
  const cut = (i: number): number => Math.round((i * letters.length) / parts);
  return Array.from({ length: parts }, (_, i) => letters.slice(cut(i), cut(i + 1)).join(""));
}
