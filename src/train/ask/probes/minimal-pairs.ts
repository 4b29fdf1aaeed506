/**
 * Whether a sentence is likelier than the one that is wrong in one word (BLiMP, https://arxiv.org/abs/1912.00582): sums over whole
 * sentences, no length taken off; alike is half a point. Pairs that are not of as many tokens are left out, and what the
 * frequencies of tokens alone would score stands beside it.
 */
import { agreement, type AgreementOptions, type Question } from "../../../corpus/index.js";
import { meanOf } from "../../../measure/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { Tokenizer } from "../../../types.js";
import type { Answers } from "../asking.js";
import type { ChoiceTask } from "../types.js";
import type { Seeded } from "./generated.js";
import type { Probe } from "./types.js";

export type MinimalPairsOptions = Omit<AgreementOptions, "documents"> & Seeded;

const name = "minimal-pairs";
/** Sentences that frequencies are counted in. */
const COUNTED = 2000;

/** Scores `acc`, by number of attractors too, and `unigram`; questions defaults to 60. */
export function minimalPairs({ seed = 1, questions = 60, attractors }: MinimalPairsOptions = {}): Probe {
  const generator = agreement({ attractors, questions, documents: COUNTED });
  return made({
    name,
    options: { attractors: generator.options.attractors, questions, seed },
    async begin({ model: { tokenizer } }) {
      const { documents, questions: pairs } = generator.generate({ rng: rng(seed).fork(name) });
      const encoded = await tokenizer.encodeBatch(pairs.flatMap(({ choices }) => choices));
      const idsOf = (pair: number): [number[], number[]] => [encoded[2 * pair]!, encoded[2 * pair + 1]!];
      const even = pairs.flatMap((_, i) => (idsOf(i)[0].length === idsOf(i)[1].length ? [i] : []));
      if (even.length === 0)
        throw new Error(`minimalPairs: invalid tokenizer: no pair of ${pairs.length} is of as many tokens`);
      const task: ChoiceTask = {
        name,
        type: "multiple_choice",
        delimiter: "",
        items: even.map((i): Question => pairs[i]!),
        metrics: ["acc"],
      };
      const known = await unigrams(tokenizer, documents);
      const guessed = even.map((i) => {
        const [good, bad] = idsOf(i).map(known) as [number, number];
        return good === bad ? 0.5 : good > bad ? 1 : 0;
      });
      const unigram = { task: name, metric: "unigram", ...meanOf(guessed), items: even.length };
      const left = pairs.length - even.length;
      return {
        tasks: [task],
        scores: ({ scores }: Answers) => [...scores.filter((score) => score.task === name), unigram],
        notes: left > 0 ? [`${name}: ${left} of ${pairs.length} pairs are not of as many tokens and are left out`] : [],
      };
    },
  });
}

/** Log-likelihood of ids by how often they occur in the sentences, one more of each. */
async function unigrams(tokenizer: Tokenizer, sentences: string[]): Promise<(ids: number[]) => number> {
  const counts = new Map<number, number>();
  for (const ids of await tokenizer.encodeBatch(sentences))
    for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return (ids) => ids.reduce((sum, id) => sum + Math.log((counts.get(id) ?? 0) + 1), 0);
}
