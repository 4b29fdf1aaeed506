/**
 * Documents with questions about them and their answers, as instruction pre-training has them (Cheng et al. 2024,
 * https://arxiv.org/abs/2406.14491): the questions are about the document's own facts, and several documents with theirs in one text
 * are shots. Templates write all of it, no model. Whether it is the questions or their being about the text is told by the control,
 * in which they are about another document.
 */
import { made } from "../../registry.js";
import { times, wholes } from "./counts.js";
import { choicesOf, derangement, type Fact, factsOf, relationNouns, sayAll, upTo, worldOf } from "./graph-world.js";
import type { Generator, Question } from "./types.js";

export const instructionArms = ["grounded", "shuffled", "none"] as const;

export interface InstructionsOptions {
  /** Of whom there is a document each, 8 to 5000; defaults to 100. */
  entities?: number;
  /** Facts of a document, 1 to 8; defaults to 4. */
  relations?: number;
  /** Questions after a document, at most its facts; defaults to 2. */
  pairs?: number;
  /** Documents of a text, 1 to 16; defaults to 1. */
  together?: number;
  /** "grounded": questions about the document; "shuffled", the control: those of another; "none". Defaults to "grounded". */
  arm?: (typeof instructionArms)[number];
  /** Share of entities whose documents have questions; defaults to 0.5. */
  taught?: number;
  /** Of all texts; the last may go over. Defaults to 200,000. */
  characters?: number;
  /** Defaults to 32. */
  questions?: number;
  /** Of each question, 2 to 8; defaults to 4. Chance is one of them. */
  choices?: number;
}

/** Groups: "taught", about entities whose questions are in documents, and "held-out", about the others. The same seed is the same world. */
export function instructions(options: InstructionsOptions = {}): Generator {
  const { entities = 100, relations = 4, pairs = 2, together = 1, arm = "grounded", taught = 0.5 } = options;
  const { characters = 200_000, questions = 32, choices = 4 } = options;
  const check = wholes("instructions");
  check("entities", entities, 8, 5000);
  check("relations", relations, 1, relationNouns.length);
  check("pairs", pairs, 1, relations);
  check("together", together, 1, 16);
  check("characters", characters, 0, 500_000_000);
  check("questions", questions, 0, 100_000);
  check("choices", choices, 2, 8);
  const learned = Math.round(taught * entities);
  if (!(learned >= 2 && learned <= entities - 2))
    throw new Error(
      `instructions: invalid taught: ${taught} (a share that leaves two or more entities on either side)`,
    );
  if (!instructionArms.includes(arm))
    throw new Error(`instructions: invalid arm: ${String(arm)} (one of ${instructionArms.join(", ")})`);
  return made({
    name: "instructions",
    options: { entities, relations, pairs, together, arm, taught, characters, questions, choices },
    generate({ rng }) {
      const world = worldOf(rng, entities, relations);
      const [asks, tells] = [rng.fork("asked"), rng.fork("told")];
      const { names } = world;
      const ask = ({ s, r }: Fact): string => `Question: Who is the ${relationNouns[r]!} of ${names[s]!}? Answer:`;
      const answered = (fact: Fact): string => `${ask(fact)} ${names[fact.o]!}.`;
      let [order, whose] = [[] as number[], [] as number[]];
      const document = (): string => {
        if (order.length === 0) {
          order = tells.shuffle(names.map((_, i) => i));
          whose = arm === "shuffled" ? derangement(tells, learned) : names.map((_, i) => i);
        }
        const s = order.pop()!;
        const text = sayAll(world, factsOf(world, s), tells);
        if (s >= learned || arm === "none") return text;
        const about = tells.shuffle(factsOf(world, whose[s]!)).slice(0, pairs);
        return [text, ...about.map(answered)].join("\n");
      };
      const own = times(questions, () => 0).map((_, i): Question => {
        const held = i % 2 === 1;
        const s = held ? learned + asks.int(entities - learned) : asks.int(learned);
        const fact = factsOf(world, s)[asks.int(relations)]!;
        return {
          context: ask(fact),
          ...choicesOf(asks, world, [fact.o], choices),
          group: held ? "held-out" : "taught",
        };
      });
      const documents = characters === 0 ? [] : upTo(characters, () => times(together, document).join("\n\n"));
      return { documents, questions: own, truth: { bits: world.bits } };
    },
  });
}
