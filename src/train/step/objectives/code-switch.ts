/**
 * Restoring code-switched text: words of a dictionary are replaced by their translations, and after a separator the text as it was is
 * the next token; only that is learned. Both languages are so used where one of them was, as in training on
 * code-switched text (Yoo et al. 2024), with a label that is never noise.
 */
import * as z from "zod";
import { byWord, switchWords, type Translations } from "../../../corpus/index.js";
import type { Tokenizer } from "../../../types.js";
import type { Objective, RunningObjective } from "../objective.js";
import type { Drawn, Window } from "../windows.js";
import { asked } from "./denoised.js";
import { checkMarks, type MarkToken, markToken, marksOf } from "./marks.js";
import { wholeCharacters } from "./three-parts.js";
import { windowed } from "./windowed.js";

export interface CodeSwitchOptions {
  /** Words and their translations, as `corpus.dictionary` gives them; of a word that has several, any alike. */
  pairs: readonly (readonly [word: string, translation: string])[];
  /** Share of the words with a translation that are replaced; defaults to 0.5. */
  rate?: number;
  /** Token between the two texts; defaults to the tokenizer's `<sep>` or `[SEP]`. */
  separator?: MarkToken;
  /** Whether the code-switched text is read from both sides; defaults to false. */
  bothSided?: boolean;
}
/** Shape of the same in a recipe. */
export const codeSwitchOptions = z.strictObject({
  pairs: z.array(z.tuple([z.string().min(1), z.string().min(1)])).min(1),
  rate: z.number().gt(0).max(1).optional(),
  separator: markToken.optional(),
  bothSided: z.boolean().optional(),
});

export function codeSwitch(options: CodeSwitchOptions): Objective & RunningObjective {
  const { pairs, rate = 0.5, separator, bothSided = false } = options;
  const caller = "codeSwitch";
  if (!(rate > 0 && rate <= 1)) throw new Error(`${caller}: invalid rate: ${rate} (above 0, at most 1)`);
  if (pairs.length === 0) throw new Error(`${caller}: invalid pairs: none (give words and their translations)`);
  const translations = byWord(pairs);
  const markOf = (tokenizer: Tokenizer): number => {
    const given = separator === undefined ? undefined : [separator];
    return marksOf({ caller, option: "separator", tokenizer, given, usual: [["<sep>"], ["[SEP]"]] })[0]!;
  };
  return windowed({
    name: "code-switch",
    options: {
      pairs: pairs.map(([word, translation]) => [word, translation]),
      rate,
      ...(separator !== undefined && { separator }),
      bothSided,
    },
    check({ config, tokenizer }) {
      checkMarks(caller, [markOf(tokenizer)], config);
      if (tokenizer.encodeNow("a") === undefined)
        throw new Error(`${caller}: invalid tokenizer: only Hugging Face's library encodes for it (take another kind)`);
    },
    windows: {
      reads: ["documents"],
      sees: bothSided ? ["prefix"] : [],
      of: (drawn) => restored(drawn, { translations, rate, mark: markOf(drawn.tokenizer), bothSided }),
    },
  });
}

interface Restoring {
  translations: Translations;
  rate: number;
  mark: number;
  bothSided: boolean;
}

function restored(drawn: Drawn, { translations, rate, mark, bothSided }: Restoring): Window {
  const { context, tokenizer, rng } = drawn;
  const text = longestRun(
    drawn.tokens.filter((_, i) => drawn.documents![i]! >= 0),
    tokenizer.endOfText,
  );
  const end = tokenizer.endOfText;
  for (let most = text.length; most > 0;) {
    const { first, last } = wholeCharacters(text.subarray(0, most), tokenizer);
    const own = text.subarray(first, last);
    const { text: switched } = switchWords(tokenizer.decode(own), { translations, rate, rng: rng.fork("words") });
    const inputs = [...(tokenizer.encodeNow(switched) ?? []), mark];
    const over = inputs.length + own.length + 1 - (context + 1);
    if (over <= 0) return asked({ context, end, bothSided }, inputs, [...own]);
    most -= Math.max(1, Math.floor(over / 2));
  }
  return asked({ context, end, bothSided }, [mark], []);
}

/** The first of the longest stretches without an end of a document. */
function longestRun(tokens: Int32Array, end: number): Int32Array {
  let best = tokens.subarray(0, 0);
  for (let from = 0, to; from < tokens.length; from = to + 1) {
    to = tokens.indexOf(end, from);
    if (to < 0) to = tokens.length;
    if (to - from > best.length) best = tokens.subarray(from, to);
  }
  return best;
}
