/**
 * Chains of reasoning (LEGO; Zhang et al. 2022, https://arxiv.org/abs/2206.04301): letters stand for 0 or 1, one is given and each
 * other is the one before it or its opposite, told in any order; asked is one letter. How far the model follows a chain is its
 * accuracy by depth; chance is a half.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times } from "./counts.js";
import type { Generator, Question } from "./types.js";

export interface LegoOptions extends Counts {
  /** Letters of a chain, 1 to 12; defaults to 4. */
  length?: number;
}

/** Groups: `depth-1` is the letter that is given, `depth-2` the next one, … */
export function lego({ length = 4, ...counts }: LegoOptions = {}): Generator {
  const { documents, questions } = counted("lego", counts);
  if (!(Number.isInteger(length) && length >= 1 && length <= 12))
    throw new Error(`lego: invalid length: ${length} (1 to 12)`);
  return made({
    name: "lego",
    options: { length, documents, questions },
    generate({ rng }) {
      // As many of each depth, so that none is measured by a few.
      let asked = 0;
      const chain = (): Question => question(rng, length, 1 + (asked++ % length));
      const own = times(questions, chain);
      const text = times(documents, chain).map(({ context, choices, gold }) => `${context} ${choices[gold]!}`);
      return { documents: text, questions: own };
    },
  });
}

function question(rng: Rng, length: number, depth: number): Question {
  const names = rng.shuffle([..."abcdefghijklmnopqrstuvwxyz"]).slice(0, length);
  let value = rng.int(2);
  let gold = value;
  const clauses = names.map((name, i) => {
    if (i === 0) return `${name} is ${value}.`;
    const turned = rng.int(2);
    value ^= turned;
    if (i < depth) gold = value;
    return `${name} is ${turned ? "not " : ""}${names[i - 1]!}.`;
  });
  const context = `${rng.shuffle(clauses).join(" ")} So ${names[depth - 1]!} is`;
  return { context, choices: ["0", "1"], gold, group: `depth-${depth}` };
}
