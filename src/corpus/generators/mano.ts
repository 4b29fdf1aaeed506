/**
 * Mano of Physics of Language Models 4.1 (Allen-Zhu 2025, https://ssrn.com/abstract=5240330): sums of remainders with the signs before
 * their two sides, whose result is to be known without a step written down: the tables have to be remembered. Division is left out.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times, wholes } from "./counts.js";
import type { Generator, Question } from "./types.js";

export interface ManoOptions extends Counts {
  /** Remainders are of division by it, 5 to 97; defaults to 23. */
  modulus?: number;
  /** Signs of a sum, at most; 1 to 16, defaults to 4. */
  signs?: number;
}

const signsOf = {
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": (a: number, b: number) => a * b,
};
type Sign = keyof typeof signsOf;

/** "- * 05 06 01 = 06" with modulus 23. Groups: `signs-1`, `signs-2`, … Chance is one of four. */
export function mano({ modulus = 23, signs = 4, ...counts }: ManoOptions = {}): Generator {
  const { documents, questions } = counted("mano", counts);
  const check = wholes("mano");
  check("modulus", modulus, 5, 97);
  check("signs", signs, 1, 16);
  const width = String(modulus - 1).length;
  const said = (n: number): string => String(n).padStart(width, "0");
  return made({
    name: "mano",
    options: { modulus, signs, documents, questions },
    generate({ rng }) {
      let turn = 0;
      const next = (): { sum: string; value: number; count: number } => {
        const count = 1 + (turn++ % signs);
        const { words, value } = sumOf({ rng, modulus, count, said });
        return { sum: `${words.join(" ")} =`, value, count };
      };
      const own = times(questions, (): Question => {
        const { sum, value, count } = next();
        const others = rng
          .shuffle(
            times(modulus, () => 0)
              .map((_, i) => i)
              .filter((n) => n !== value),
          )
          .slice(0, 3);
        const choices = rng.shuffle([value, ...others]);
        return { context: sum, choices: choices.map(said), gold: choices.indexOf(value), group: `signs-${count}` };
      });
      const text = times(documents, () => {
        const { sum, value } = next();
        return `${sum} ${said(value)}`;
      });
      return { documents: text, questions: own };
    },
  });
}

interface SumOptions {
  rng: Rng;
  modulus: number;
  count: number;
  said(n: number): string;
}

function sumOf(options: SumOptions): { words: string[]; value: number } {
  const { rng, modulus, count, said } = options;
  if (count === 0) {
    const value = rng.int(modulus);
    return { words: [said(value)], value };
  }
  const names = Object.keys(signsOf) as Sign[];
  const sign = names[rng.int(names.length)]!;
  const before = rng.int(count);
  const [a, b] = [sumOf({ ...options, count: before }), sumOf({ ...options, count: count - 1 - before })];
  const value = ((signsOf[sign](a.value, b.value) % modulus) + modulus) % modulus;
  return { words: [sign, ...a.words, ...b.words], value };
}
