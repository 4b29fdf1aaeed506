/**
 * Sentences of a span that stood before go, in an earlier document or in this one: C4's rule of three sentences in a row, Raffel et
 * al. 2020, https://arxiv.org/abs/1910.10683, as datatrove 0.10 has it (`pipeline/dedup/sentence_dedup.py`), with its least sizes.
 */
import { made } from "../../registry.js";
import { type Hash, hashOf } from "../repeats/hashes.js";
import { keySet } from "../repeats/key-set.js";
import { type NormalForm, normalizer, usualForms } from "../repeats/normal.js";
import { strip, stripStart } from "./rules/characters.js";
import { sentencesIn } from "./rules/sentences.js";
import { type LanguageOptions, ruleOf, splitterOf } from "./rules/words.js";
import { noPast, type Step } from "./types.js";

export interface SentenceRepeatsOptions extends LanguageOptions {
  /** Sentences in a row that count as a repeat; default 3. */
  n?: number;
  /** Of a document that loses some, what must be left, else it is dropped; defaults 50 and 3. */
  minWords?: number;
  minSentences?: number;
  /** What makes sentences alike before they are compared; default lowercase, numbers, punctuation, spaces, diacritics. */
  normal?: readonly NormalForm[];
}

export function sentenceRepeats({
  n = 3,
  minWords = 50,
  minSentences = 3,
  normal = usualForms,
  language = "en",
  words = ruleOf(language),
}: SentenceRepeatsOptions = {}): Step {
  let hash: Hash | undefined;
  return made({
    name: "sentence-repeats",
    options: { n, minWords, minSentences, normal, language, words },
    alone: false,
    ready: async () => void (hash ??= await hashOf("xxhash64")),
    open({ log } = noPast) {
      if (!hash) throw new Error("sentence-repeats: not ready (await ready() before open())");
      const [digest, change, key, seen] = [hash, normalizer(normal), new Int32Array(2), keySet(2, log)];
      const [sentences, split] = [sentencesIn({ language, words }), splitterOf({ language, words })];
      return {
        judge(document) {
          const parts = sentences(document.text);
          const alike = parts.map((part) => change(part));
          let dropUntil = 0;
          const left = parts.filter((_, i) => {
            const span = alike.slice(i, i + n).join(" ");
            if (i + n <= parts.length && strip(span) !== "") {
              digest(span, key);
              if (!seen.add(key)) dropUntil = i + n;
            }
            return i >= dropUntil;
          });
          if (left.length === parts.length) return document;
          const text = stripStart(left.join(""));
          if (split(text).length < minWords || sentences(text).length < minSentences)
            return { dropped: "too little left without repeats" };
          return { left: { ...document, text }, noted: { "sentences taken out": parts.length - left.length } };
        },
      };
    },
  });
}
