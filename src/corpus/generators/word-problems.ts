/**
 * Sums in words (after GSM8K, Cobbe et al. 2021, https://arxiv.org/abs/2110.14168, and iGSM, Ye et al. 2024,
 * https://arxiv.org/abs/2407.20311): how many of a thing somebody has follows from how many somebody else has, some steps back to
 * a number. How hard it is, is said by the steps, by people on whom nothing depends, and by whether the sentences come in order.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times, wholes } from "./counts.js";
import type { Generator, Question } from "./types.js";

export interface WordProblemsOptions extends Counts {
  /** At most, 1 to 10; defaults to 3. */
  steps?: number;
  /** People on whom the answer does not depend, 0 to 10; defaults to 0. */
  distractors?: number;
  /** Whether sentences come in any order; defaults to false. */
  shuffled?: boolean;
  /** Whether documents say each step before the answer; defaults to false. */
  worked?: boolean;
}

export interface WordProblem extends Question {
  /** What gives the answer, e.g. "((4 + 3) * 2)". */
  program: string;
  answer: number;
  steps: number;
}

export interface WordProblemsGenerator extends Generator {
  generate(at: { rng: Rng }): { documents: string[]; questions: WordProblem[] };
}

const people =
  "Ana Ben Clara David Emma Felix Greta Hugo Ida Jonas Kira Leo Mia Nils Olga Paul Rosa Simon Tina Victor Wanda Yara".split(
    " ",
  );
const things = "apples stamps shells coins marbles books pencils tickets".split(" ");

/** Groups: `steps-1`, `steps-2`, … Choices are four numbers as long as the answer, some of them from steps on the way. */
export function wordProblems(options: WordProblemsOptions = {}): WordProblemsGenerator {
  const { steps = 3, distractors = 0, shuffled = false, worked = false, ...counts } = options;
  const { documents, questions } = counted("wordProblems", counts);
  const check = wholes("wordProblems");
  check("steps", steps, 1, 10);
  check("distractors", distractors, 0, 10);
  return made({
    name: "word-problems",
    options: { steps, distractors, shuffled, worked, documents, questions },
    generate({ rng }) {
      let asked = 0;
      const next = (): Told => problem({ rng, steps: 1 + (asked++ % steps), distractors, shuffled });
      const own = times(questions, () => next().question);
      const text = times(documents, () => {
        const { problem, work, question } = next();
        return [problem, ...(worked ? work : []), `The answer is ${question.answer}`].join(" ");
      });
      return { documents: text, questions: own };
    },
  });
}

interface Told {
  problem: string;
  /** "4 + 3 = 7." */
  work: string[];
  question: WordProblem;
}

interface ProblemOptions {
  rng: Rng;
  steps: number;
  distractors: number;
  shuffled: boolean;
}

function problem({ rng, steps, distractors, shuffled }: ProblemOptions): Told {
  const among = <T>(list: readonly T[]): T => list[rng.int(list.length)]!;
  const names = rng.shuffle([...people]).slice(0, steps + 1 + distractors);
  const thing = among(things);
  const start = 2 + rng.int(19);
  const values = [start];
  const sentences = [`${names[0]!} has ${start} ${thing}.`];
  const work: string[] = [];
  let program = String(start);
  for (let i = 1; i < names.length; i++) {
    const onTheWay = i <= steps;
    const from = onTheWay ? i - 1 : rng.int(i);
    const { value, sum, said } = step(rng, values[from]!, thing);
    values.push(value);
    sentences.push(`${names[i]!} has ${said} ${names[from]!}.`);
    if (!onTheWay) continue;
    work.push(`${values[from]!} ${sum} = ${value}.`);
    program = `(${program} ${sum})`;
  }
  const answer = values[steps]!;
  const asked = `How many ${thing} does ${names[steps]!} have?`;
  const text = [...(shuffled ? rng.shuffle(sentences) : inOrder(rng, sentences, steps)), asked].join(" ");
  const near = [...values, ...[1, 2, 3, 4, 10].flatMap((by) => [answer - by, answer + by])];
  const others = [...new Set(rng.shuffle(near))].filter(
    (n) => n >= 0 && n !== answer && String(n).length === String(answer).length,
  );
  const choices = rng.shuffle([answer, ...others.slice(0, 3)]);
  const question = {
    ...{ context: `${text} The answer is`, choices: choices.map(String), gold: choices.indexOf(answer) },
    ...{ group: `steps-${steps}`, program, answer, steps },
  };
  return { problem: text, work, question };
}

/** The steps in order, those of the others anywhere after what they need. */
function inOrder(rng: Rng, sentences: readonly string[], steps: number): string[] {
  const told = sentences.slice(0, steps + 1);
  for (const extra of sentences.slice(steps + 1)) {
    const needs = told.findIndex((each) => each.startsWith(`${/(\w+)\.$/.exec(extra)![1]!} `));
    told.splice(needs + 1 + rng.int(told.length - needs), 0, extra);
  }
  return told;
}

/** One step from a number to another, from 0 to 99. */
function step(rng: Rng, from: number, thing: string): { value: number; sum: string; said: string } {
  const by = 2 + rng.int(8);
  const all = [
    { value: from + by, sum: `+ ${by}`, said: `${by} more ${thing} than` },
    { value: from - by, sum: `- ${by}`, said: `${by} fewer ${thing} than` },
    { value: 2 * from, sum: "* 2", said: `twice as many ${thing} as` },
    { value: 3 * from, sum: "* 3", said: `three times as many ${thing} as` },
  ].filter(({ value }) => value >= 1 && value <= 99);
  return all[rng.int(all.length)]!;
}
