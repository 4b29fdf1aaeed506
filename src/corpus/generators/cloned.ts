/**
 * A little grammar of English and a clone of it: parallel text in which which word means which is exact, so that what transfers
 * from one language to the other is known to have come from the other. Two domains of one seed, one that writes the source and one the clone,
 * are aligned document by document; `cloneLanguage` clones text of your own.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { type CloneLanguage, cloneLanguage, type CloneOptions } from "./clone.js";
import { counted, type Counts, times } from "./counts.js";
import type { Generator, Question } from "./types.js";

export interface ClonedOptions extends Counts, Omit<CloneOptions, "seed"> {
  /** What the documents are; defaults to "clone". */
  write?: "source" | "clone";
  /** Sentences of a document; defaults to 4. */
  sentences?: number;
}

const words = {
  who: "teacher doctor farmer sailor baker painter hunter king queen child neighbour stranger".split(" "),
  what: "book lamp garden river letter window basket bridge candle mountain boat mirror".split(" "),
  how: "old small quiet green famous broken heavy bright narrow gentle".split(" "),
  does: "sees finds paints sells carries follows forgets remembers wants hides".split(" "),
  where: "near behind beside above under".split(" "),
  when: "today yesterday often never sometimes again".split(" "),
};
type Kind = keyof typeof words;

/**
 * Questions: which word of the clone an English one is, among words of its kind. Groups: "shared", a word that stays, and "cloned". The seed
 * decides the text and which words are shared; the same one gives the same sentences, whatever is written.
 */
export function clone(options: ClonedOptions = {}): Generator {
  const {
    write = "clone",
    sentences = 4,
    overlap = 0,
    order = "same",
    endings = 0,
    fertility = 1,
    ...counts
  } = options;
  const { documents, questions } = counted("clone", counts);
  if (!(Number.isInteger(sentences) && sentences >= 1 && sentences <= 1000))
    throw new Error(`clone: invalid sentences: ${sentences} (a whole number from 1 to 1000)`);
  const dials = { overlap, order, endings, fertility };
  cloneLanguage(dials);
  return made({
    name: "clone",
    options: { write, sentences, ...dials, documents, questions },
    generate({ rng }) {
      const language = cloneLanguage({ ...dials, seed: rng.fork("shared").int(2 ** 31) });
      const [asks, tells] = [rng.fork("asked"), rng.fork("told")];
      const text = times(documents, () => times(sentences, () => sentence(tells)).join(" "));
      return {
        documents: write === "source" ? text : text.map(language.of),
        questions: times(questions, () => question(asks, language)),
        keys: text.map((_, i) => `clone#${i}`),
      };
    },
  });
}

/** Words that come earlier in their list come more often. */
function sentence(rng: Rng): string {
  const word = (kind: Kind): string => words[kind][Math.floor(words[kind].length * rng.uniform() ** 2)]!;
  const thing = (kind: Kind): string =>
    `${rng.int(2) ? "the" : "a"} ${rng.int(2) ? `${word("how")} ` : ""}${word(kind)}`;
  const place = rng.int(2) ? ` ${word("where")} ${thing("what")}` : "";
  const time = rng.int(3) === 0 ? `, ${word("when")}` : "";
  const said = `${thing("who")} ${word("does")} ${thing("what")}${place}${time}.`;
  return said[0]!.toUpperCase() + said.slice(1);
}

function question(rng: Rng, language: CloneLanguage): Question {
  const kinds = Object.keys(words) as Kind[];
  const [right, ...others] = rng.shuffle([...words[kinds[rng.int(kinds.length)]!]]) as [string, ...string[]];
  const offered = rng.shuffle([right, ...others.slice(0, 3)]);
  return {
    context: `${right} =`,
    choices: offered.map(language.word),
    gold: offered.indexOf(right),
    group: language.shares(right) ? "shared" : "cloned",
  };
}
