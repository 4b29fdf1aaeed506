/**
 * Depo of Physics of Language Models 4.1 (Allen-Zhu 2025, https://ssrn.com/abstract=5240330): a circle of names, told as who comes after
 * whom in any order, and who is so many places on. How far a model goes in its head is its accuracy by hops.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times, wholes } from "./counts.js";
import { symbol } from "./symbols.js";
import type { Generator, Question } from "./types.js";

export interface DepoOptions extends Counts {
  /** Names of the circle, 4 to 500; defaults to 12. */
  length?: number;
  /** At most, 1 to 16 and below `length`; defaults to 4. */
  hops?: number;
  /** Questions that a document answers, 1 to 100; defaults to 4. */
  asks?: number;
}

/** "a c , f a , … ; 2 f c": who comes 2 after f is c. Groups: `hops-1`, `hops-2`, … Chance is one of four. */
export function depo({ length = 12, hops = 4, asks = 4, ...counts }: DepoOptions = {}): Generator {
  const { documents, questions } = counted("depo", counts);
  const check = wholes("depo");
  check("length", length, 4, 500);
  check("hops", hops, 1, Math.min(16, length - 1));
  check("asks", asks, 1, 100);
  return made({
    name: "depo",
    options: { length, hops, asks, documents, questions },
    generate({ rng }) {
      let turn = 0;
      const next = (): number => 1 + (turn++ % hops);
      const own = times(questions, (): Question => {
        const { circle, told } = circleOf(rng, length);
        const [hop, at] = [next(), rng.int(length)];
        const right = circle[(at + hop) % length]!;
        const others = rng.shuffle(circle.filter((name) => name !== right)).slice(0, 3);
        const choices = rng.shuffle([right, ...others]);
        return {
          context: `${told} ; ${hop} ${circle[at]!}`,
          choices,
          gold: choices.indexOf(right),
          group: `hops-${hop}`,
        };
      });
      const text = times(documents, () => {
        const { circle, told } = circleOf(rng, length);
        const answered = times(asks, () => {
          const [hop, at] = [next(), rng.int(length)];
          return `${hop} ${circle[at]!} ${circle[(at + hop) % length]!}`;
        });
        return [told, ...answered].join(" ; ");
      });
      return { documents: text, questions: own };
    },
  });
}

function circleOf(rng: Rng, length: number): { circle: string[]; told: string } {
  const of = Math.max(26, length);
  const circle = rng.shuffle(times(of, () => 0).map((_, i) => symbol(i, of))).slice(0, length);
  const told = rng.shuffle(circle.map((name, i) => `${name} ${circle[(i + 1) % length]!}`)).join(" , ");
  return { circle, told };
}
