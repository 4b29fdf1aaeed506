/**
 * Sums of two numbers of some digits, as digits or in English words, with the answer among numbers that are as long and nearly
 * right (after Brown et al. 2020, https://arxiv.org/abs/2005.14165, who ask the same of GPT-3). Chance is one in `choices`.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times } from "./counts.js";
import type { Generator, Question } from "./types.js";

export interface ArithmeticOptions extends Counts {
  /** Of either number, at most; 1 to 5, defaults to 2. */
  digits?: number;
  /** Whether numbers are written in words; defaults to false. */
  words?: boolean;
  /** 2 to 4, defaults to 4. */
  choices?: number;
}

/** Groups: `carries-0`, `carries-1`, … by how many digits carry. */
export function arithmetic(options: ArithmeticOptions = {}): Generator {
  const { digits = 2, words = false, choices = 4, ...counts } = options;
  const { documents, questions } = counted("arithmetic", counts);
  const check = (name: string, value: number, from: number, to: number): void => {
    if (!(Number.isInteger(value) && value >= from && value <= to))
      throw new Error(`arithmetic: invalid ${name}: ${value} (${from} to ${to})`);
  };
  check("digits", digits, 1, 5);
  check("choices", choices, 2, 4);
  return made({
    name: "arithmetic",
    options: { digits, words, choices, documents, questions },
    generate({ rng }) {
      const sum = (): Question => question({ rng, digits, words, choices });
      const own = times(questions, sum);
      const text = times(documents, sum).map(({ context, choices, gold }) => `${context} ${choices[gold]!}`);
      return { documents: text, questions: own };
    },
  });
}

interface SumOptions {
  rng: Rng;
  digits: number;
  words: boolean;
  choices: number;
}

function question({ rng, digits, words, choices: count }: SumOptions): Question {
  const [a, b] = [rng.int(10 ** digits), rng.int(10 ** digits)];
  const said = words ? inWords : String;
  // One digit off, and as long: what is shorter is likelier for no good reason.
  const near = times(digits, () => 0).flatMap((_, place) =>
    [1, 2, 3].flatMap((by) => [-by, by].map((x) => x * 10 ** place)),
  );
  const others = rng
    .shuffle(near.map((by) => a + b + by))
    .filter((n) => n >= 0 && String(n).length === String(a + b).length);
  const choices = rng.shuffle([a + b, ...others.slice(0, count - 1)]);
  return {
    context: words ? `${said(a)} plus ${said(b)} is` : `${a} + ${b} =`,
    choices: choices.map(said),
    gold: choices.indexOf(a + b),
    group: `carries-${carries(a, b)}`,
  };
}

function carries(a: number, b: number): number {
  let [carry, count] = [0, 0];
  for (; a > 0 || b > 0; a = Math.floor(a / 10), b = Math.floor(b / 10))
    count += carry = (a % 10) + (b % 10) + carry >= 10 ? 1 : 0;
  return count;
}

const ones =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** Below a million. */
function inWords(n: number): string {
  if (n < 20) return ones[n]!;
  const [unit, head] =
    n < 100
      ? [10, tens[Math.floor(n / 10) - 2]!]
      : n < 1000
        ? [100, `${ones[Math.floor(n / 100)]!} hundred`]
        : [1000, `${inWords(Math.floor(n / 1000))} thousand`];
  return n % unit === 0 ? head : `${head} ${inWords(n % unit)}`;
}
