/**
 * Made-up words in an order that is never the same, and then the same words again: what comes next in the second copy is known to
 * whoever finds the last word in the first one, an induction head (Olsson et al. 2022, https://arxiv.org/abs/2209.11895).
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times } from "./counts.js";
import type { Generator, Question } from "./types.js";

export interface RepeatsOptions extends Counts {
  /** Words of a copy, 3 to 64; defaults to 8. */
  length?: number;
}

const starts = [..."bdfgklmnprstvz"];
const middles = [..."aeiou"];
const words = starts.flatMap((a) => middles.flatMap((b) => [`${a}${b}n`, `${a}${b}l`]));

/** Chance is one in four: the choices are words of the same copy. */
export function repeats({ length = 8, ...counts }: RepeatsOptions = {}): Generator {
  const { documents, questions } = counted("repeats", counts);
  if (!(Number.isInteger(length) && length >= 3 && length <= 64))
    throw new Error(`repeats: invalid length: ${length} (3 to 64)`);
  return made({
    name: "repeats",
    options: { length, documents, questions },
    generate({ rng }) {
      const copy = (): string[] => rng.shuffle([...words]).slice(0, length);
      const own = times(questions, () => question(rng, copy()));
      const text = times(documents, () => {
        const once = copy();
        return [...once, ...once].join(" ");
      });
      return { documents: text, questions: own };
    },
  });
}

function question(rng: Rng, copy: string[]): Question {
  const at = 1 + rng.int(copy.length - 1);
  const others = rng.shuffle(copy.filter((_, i) => i !== at)).slice(0, 3);
  const choices = rng.shuffle([copy[at]!, ...others]);
  return { context: [...copy, ...copy.slice(0, at)].join(" "), choices, gold: choices.indexOf(copy[at]!) };
}
