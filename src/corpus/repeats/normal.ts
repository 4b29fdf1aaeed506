/**
 * Text made alike before it is compared, so that copies that differ in case, punctuation, numbers or accents are found: the
 * five changes of datatrove 0.10 (`utils/text.py`, simplify_text), in its order and with its characters, and its two for English.
 */
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

/** And every control character but the line end. */
const punctuation =
  /[!/—”:％１〈&(、━\\【#%「」，】；+^\]~“《„';’{|∶´[=\-`*．（–？！：$～«〉,><》)?）。…@_."}►»\0-\x09\x0b-\x1f\x7f-\x9f]/g;

/** Python's white space, which has the information separators and not the byte order mark. */
const space = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const inside = new RegExp(`(?! )${space}+|${space}{2,}`, "g");
const outside = new RegExp(`^${space}+|${space}+$`, "g");

const ascii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

/** Each from the text that the one before it left. */
const changes: Record<NormalForm, (text: string) => string> = {
  lowercase: (text) => text.toLowerCase(),
  numbers: (text) => text.replace(ascii(text) ? asciiNumber : number, "0"),
  weekdays: (text) => text.replace(/monday|tuesday|wednesday|thursday|friday|saturday|sunday/g, "WEEKDAY"),
  months: (text) =>
    text.replace(/january|february|march|april|may|june|july|august|september|october|november|december/g, "MONTH"),
  punctuation: (text) => text.replace(punctuation, " "),
  spaces: (text) => text.replace(outside, "").replace(inside, " "),
  diacritics: (text) => (ascii(text) ? text : text.normalize("NFD").replace(/\p{Mn}/gu, "")),
};

/** The change that makes these of a text; `forms` in any order. */
export function normalizer(forms: readonly NormalForm[] = usualForms): (text: string) => string {
  const asked = normalForms.filter((form) => forms.includes(form)).map((form) => changes[form]);
  return (text) => asked.reduce((changed, change) => change(changed), text).replace(outside, "");
}
