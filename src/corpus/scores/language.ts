/**
 * How likely a text is in a language, by fastText's lid.176. FineWeb 2's filters and others' keep what is above 0.65; what is short or
 * mixed has little of any. A stretch of tokens is no document, and one of two languages has no single one.
 */
import { made } from "../../registry.js";
import { fastTextCode } from "../language/identifier.js";
import { type Lid176, lid176 } from "../language/lid176.js";
import type { TextScore } from "./types.js";

export interface LanguageScoreOptions {
  /** One of the 176, or a region of it ("pt-br"). */
  is: string;
}

export function languageScore({ is }: LanguageScoreOptions): TextScore {
  const code = fastTextCode(is);
  let identifier: Lid176 | undefined;
  return made({
    name: "language",
    options: { is },
    easy: "high",
    async ready() {
      identifier = await lid176();
      if (!identifier.languages.includes(code))
        throw new Error(`language: invalid is: ${is} (one of ${identifier.languages.join(", ")}, or a region of it)`);
    },
    ofText(text) {
      if (!identifier) throw new Error("language: it is not ready (await its ready() before the first text)");
      const guesses = identifier.guesses(text);
      return guesses.length === 0 ? NaN : (guesses.find(({ language }) => language === code)?.probability ?? 0);
    },
  });
}
