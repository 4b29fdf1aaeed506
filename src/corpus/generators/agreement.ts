/**
 * Sentences whose verb agrees with its subject, and beside each the one that does not, which differs in the verb alone (after
 * Linzen et al. 2016, https://arxiv.org/abs/1611.01368, and BLiMP, https://arxiv.org/abs/1912.00582). Between the two stand 0, 1
 * or 2 nouns: of either number in documents, in questions attractors, all of the other one, so that who goes by the nearest noun is
 * wrong. Chance is a half, and as both forms of each verb are as frequent, so is what frequencies alone give.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times } from "./counts.js";
import type { Generator, Question } from "./types.js";

export interface AgreementOptions extends Counts {
  /** Nouns between subject and verb, at most: 0 to 2, the default. */
  attractors?: number;
}

const nouns =
  "key cabinet book table letter window picture garden painter teacher doctor farmer sister neighbour river lamp".split(
    " ",
  );
const verbs = [
  ["is", "are"],
  ["was", "were"],
  ["has been", "have been"],
  ["seems", "seem"],
  ["looks", "look"],
] as const;
const places = ["near", "behind", "beside", "with"];
const ends = "old new small green quiet famous strange ready".split(" ");

/** Groups: `attractors-0`, `attractors-1`, … A question's choices are whole sentences, without a context; none is a document. */
export function agreement({ attractors = 2, ...counts }: AgreementOptions = {}): Generator {
  const { documents, questions } = counted("agreement", counts);
  if (!(Number.isInteger(attractors) && attractors >= 0 && attractors <= 2))
    throw new Error(`agreement: invalid attractors: ${attractors} (0 to 2)`);
  return made({
    name: "agreement",
    options: { attractors, documents, questions },
    generate({ rng }) {
      let asked = 0;
      const next = (attracted: boolean): Question => pair({ rng, most: attractors, i: asked++, attracted });
      const own = times(questions, () => next(true));
      const known = new Set(own.map(({ choices }) => choices[0]));
      const text = times(documents, () => {
        let sentence = next(false).choices[0]!;
        // There are thousands of sentences, also of those without an attractor.
        for (let again = 0; known.has(sentence) && again < 100; again++) sentence = next(false).choices[0]!;
        return sentence;
      });
      return { documents: text.filter((sentence) => !known.has(sentence)), questions: own };
    },
  });
}

interface PairOptions {
  rng: Rng;
  /** Nouns in between, at most. */
  most: number;
  i: number;
  /** Whether all of them are of the other number. */
  attracted: boolean;
}

/** Pair number `i`: nouns in between, number and verb in turn, so that each goes with each as often. */
function pair({ rng, most, i, attracted }: PairOptions): Question {
  const among = <T>(list: readonly T[]): T => list[rng.int(list.length)]!;
  const attractors = i % (most + 1);
  const turn = Math.floor(i / (most + 1));
  const number = turn % 2;
  const verb = verbs[Math.floor(turn / 2) % verbs.length]!;
  const noun = (plural: number): string => `the ${among(nouns)}${plural ? "s" : ""}`;
  const end = among(ends);
  const between = times(attractors, () => ` ${among(places)} ${noun(attracted ? 1 - number : rng.int(2))}`).join("");
  const begin = `${noun(number)}${between}`.replace("the", "The");
  const sentence = (form: number): string => `${begin} ${verb[form]!} ${end}.`;
  return { context: "", choices: [sentence(number), sentence(1 - number)], gold: 0, group: `attractors-${attractors}` };
}
