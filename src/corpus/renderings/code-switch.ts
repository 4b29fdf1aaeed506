/**
 * A document of one language in which words stand in the other's, by a dictionary (Yoo et al. 2024, https://arxiv.org/abs/2411.02460; Li
 * et al. 2024, https://arxiv.org/abs/2407.16222, who replace one in twenty). A word of the other language may be of more tokens
 * than the one it replaces: `tokenShare` says what share of the tokens was replaced.
 */
import { made } from "../../registry.js";
import { dictionary } from "../words/dictionary.js";
import { byWord, switchWords } from "../words/switch-words.js";
import { checkDirection, directed, type Direction, type Rendering } from "./types.js";

export interface CodeSwitchOptions {
  /** Share of the words with a translation that are replaced; defaults to 0.5. */
  rate?: number;
  /** Words of the first language and their translations into the second. Defaults to the file's. */
  pairs?: readonly (readonly [word: string, translation: string])[];
  /** A dictionary's file, as `corpus.dictionary` reads it. Defaults to FreeDict's for the two languages. */
  path?: string;
  /** "forward": the first language's documents with words of the second. Defaults to that. */
  direction?: Direction;
}

export function codeSwitch(options: CodeSwitchOptions = {}): Rendering {
  const { rate = 0.5, pairs, path, direction = "forward" } = options;
  checkDirection("codeSwitch", direction);
  if (!(rate > 0 && rate <= 1)) throw new Error(`codeSwitch: invalid rate: ${rate} (above 0, at most 1)`);
  if (pairs && path !== undefined) throw new Error("codeSwitch: invalid options: give either pairs or path");
  return made({
    name: "code-switch",
    options: { rate, direction, ...(pairs && { pairs: pairs.map(([a, b]) => [a, b]) }), ...(path && { path }) },
    async open({ languages: [from, to], cacheDir, signal }) {
      const known = pairs ?? (await dictionary(path === undefined ? { from, to, cacheDir, signal } : { path }));
      const words = { [from]: byWord(known), [to]: byWord(known.map(([a, b]) => [b, a] as const)) };
      return (pair, { rng, count }) => {
        const [{ language, text }] = directed(pair, direction, rng);
        const found = switchWords(text, { translations: words[language]!, rate, rng: rng.fork("words") });
        count("words", found.words);
        count("in the dictionary", found.known);
        count("replaced", found.replaced.length);
        return [{ text: found.text, original: text, replaced: found.replaced }];
      };
    },
  });
}
