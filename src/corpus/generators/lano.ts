/**
 * Lano of Physics of Language Models 4.1 (Allen-Zhu 2025, https://ssrn.com/abstract=5240330), after the grammars of part 1
 * (https://arxiv.org/abs/2305.13673): sentences of a made-up grammar in levels, each symbol written as two or three of the level below, so that
 * what may stand where is told by what stands far away. `inLanguage` tells whether a sentence is one.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times, wholes } from "./counts.js";
import { symbol } from "./symbols.js";
import type { Generator, Question } from "./types.js";

export interface LanoOptions extends Counts {
  /** Levels above the words, 2 to 5; defaults to 3: sentences have 8 to 27 words. */
  levels?: number;
  /** Symbols of a level, 3 to 10; defaults to 4. */
  symbols?: number;
  /** Ways of writing a symbol, 2 to 4; defaults to 2. */
  rules?: number;
}

/** `grammar[level][symbol]` are its ways, each two or three symbols of the level below; the top level has one symbol. */
export type Grammar = readonly (readonly (readonly number[])[])[][];

/** The grammar is the seed's. A question's choices are a sentence and the same with one word wrong, which is none; chance is a half. */
export function lano({ levels = 3, symbols = 4, rules = 2, ...counts }: LanoOptions = {}): Generator {
  const { documents, questions } = counted("lano", counts);
  const check = wholes("lano");
  check("levels", levels, 2, 5);
  check("symbols", symbols, 3, 10);
  check("rules", rules, 2, 4);
  const said = (words: readonly number[]): string => words.map((word) => symbol(word, symbols)).join(" ");
  return made({
    name: "lano",
    options: { levels, symbols, rules, documents, questions },
    generate({ rng }) {
      const grammar = grammarOf(rng.fork("grammar"), { levels, symbols, rules });
      const [asks, tells] = [rng.fork("asked"), rng.fork("told")];
      const own = times(questions, (): Question => {
        for (let again = 0; again < 1000; again++) {
          const right = written(asks, grammar, levels - 1, 0);
          const wrong = [...right];
          const at = asks.int(right.length);
          wrong[at] = (right[at]! + 1 + asks.int(symbols - 1)) % symbols;
          if (!inLanguage(grammar, wrong)) return { context: "", choices: [said(right), said(wrong)], gold: 0 };
        }
        throw new Error("lano: invalid rules: nearly all is a sentence; more symbols, or fewer rules");
      });
      return { documents: times(documents, () => said(written(tells, grammar, levels - 1, 0))), questions: own };
    },
  });
}

/** Ways of one level are all different, so that what is below tells what is above. */
function grammarOf(rng: Rng, { levels, symbols, rules }: Record<"levels" | "symbols" | "rules", number>): Grammar {
  return times(levels, () => 0).map((_, level) => {
    const taken = new Set<string>();
    const way = (): number[] => {
      for (;;) {
        const drawn = times(2 + rng.int(2), () => rng.int(symbols));
        const name = drawn.join(" ");
        if (taken.has(name)) continue;
        taken.add(name);
        return drawn;
      }
    };
    return times(level === levels - 1 ? 1 : symbols, () => times(rules, way));
  });
}

/** Words of a symbol of a level. */
function written(rng: Rng, grammar: Grammar, level: number, of: number): number[] {
  if (level < 0) return [of];
  const ways = grammar[level]![of]!;
  return ways[rng.int(ways.length)]!.flatMap((each) => written(rng, grammar, level - 1, each));
}

/** Whether the grammar writes these words, found level by level from below. */
export function inLanguage(grammar: Grammar, words: readonly number[]): boolean {
  // ends[from]: what can be read from there on, as the symbol and where it ends.
  let ends = words.map((word, i): [number, number][] => [[word, i + 1]]);
  for (const level of grammar)
    ends = words.map((_, from) =>
      level.flatMap((ways, above) => {
        const to = ways.flatMap((way) =>
          way.reduce(
            (at, each) => at.flatMap((i) => (ends[i] ?? []).flatMap(([is, end]) => (is === each ? [end] : []))),
            [from],
          ),
        );
        return [...new Set(to)].map((end): [number, number] => [above, end]);
      }),
    );
  return ends[0]?.some(([, end]) => end === words.length) ?? false;
}
