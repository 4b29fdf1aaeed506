/**
 * Text made alike before it is compared, so that copies that differ in case, punctuation, numbers or accents are found: the
 * five changes of datatrove 0.10 (`utils/text.py`, simplify_text), in its order and with its characters, and its two for English.
 */
import { space, strip } from "../steps/rules/characters.js";

export const normalForms = [
  "lowercase",
  "numbers",
  "weekdays",
  "months",
  "punctuation",
  "spaces",
  "diacritics",
] as const;

export type NormalForm = (typeof normalForms)[number];

/** What datatrove does where nothing is asked. */
export const usualForms: readonly NormalForm[] = ["lowercase", "numbers", "punctuation", "spaces", "diacritics"];

/** Digits of any script, with at most one separator among them. */
const number = /\p{Nd}+(?:[.,،٫⎖⎗⎘]\p{Nd}+)?/gu;
const asciiNumber = /\d+(?:[.,]\d+)?/g;

/** Also every control character but the tab and the line end. */
const punctuation =
  // eslint-disable-next-line no-control-regex -- those that datatrove takes
  /[!/—”:％１〈&(、━\\【#%「」，】；+^\]~“《„';’{|∶´[=\-`*．（–？！：$～«〉,><》)?）。…@_."}►»\0-\x08\x0b-\x1f\x7f-\x9f]/g;

const inside = new RegExp(`(?! )${space}+|${space}{2,}`, "gv");

const ascii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

/** Each from the text that the one before it left. */
const changes: Record<NormalForm, (text: string) => string> = {
  lowercase: (text) => text.toLowerCase(),
  numbers: (text) => text.replace(ascii(text) ? asciiNumber : number, "0"),
  weekdays: (text) => text.replace(/monday|tuesday|wednesday|thursday|friday|saturday|sunday/g, "WEEKDAY"),
  months: (text) =>
    text.replace(/january|february|march|april|may|june|july|august|september|october|november|december/g, "MONTH"),
  punctuation: (text) => text.replace(punctuation, " "),
  spaces: (text) => strip(text).replace(inside, " "),
  diacritics: (text) => (ascii(text) ? text : text.normalize("NFD").replace(/\p{Mn}/gu, "")),
};

/** The change that makes these of a text; `forms` in any order. */
export function normalizer(forms: readonly NormalForm[] = usualForms): (text: string) => string {
  const asked = normalForms.filter((form) => forms.includes(form)).map((form) => changes[form]);
  return (text) => strip(asked.reduce((changed, change) => change(changed), text));
}
