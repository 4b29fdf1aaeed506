/**
 * A graph of facts turned into text as EntiGraph does it (Yang et al. 2024, https://arxiv.org/abs/2409.07431): from a source that says each fact
 * once to texts about two or three entities at a time, which bring together what a question of two steps needs. Here
 * templates write them, no model: they hold the graph's facts and nothing that a model would add.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { times, wholes } from "./counts.js";
import {
  choicesOf,
  type Fact,
  factsOf,
  relationNouns,
  round,
  say,
  sayAll,
  upTo,
  type World,
  worldOf,
} from "./graph-world.js";
import type { Generator, Question } from "./types.js";

/** What the documents are; each fills the same budget. */
export const graphArms = ["source", "paraphrase", "pairs", "pairs+triples", "wrong-pairs"] as const;
export type GraphArm = (typeof graphArms)[number];

export interface GraphOptions {
  /** 4 to 500, defaults to 40. */
  entities?: number;
  /** 1 to 8, defaults to 3. */
  relations?: number;
  /**
   * "source": an entity's facts, in one way and order; "paraphrase": in five ways and any order; "pairs": all facts of two entities and
   * those that tie both to a third; "pairs+triples": of two or three, as many of each; "wrong-pairs", the control: of two that
   * nothing ties together. Defaults to "source".
   */
  arm?: GraphArm;
  /** Of all documents; the last may go over. Defaults to 200,000. */
  characters?: number;
  /** Defaults to 48. */
  questions?: number;
  /** Of each question, 3 to 10; defaults to 4. Chance is one of them. */
  choices?: number;
}

/**
 * Groups: "fact"; "two-hop", where the answers of either step alone are among the choices; "reversed", which asks for the subject.
 * The same seed is the same graph and questions, whatever the documents are.
 */
export function graph(options: GraphOptions = {}): Generator {
  const { entities = 40, relations = 3, arm = "source", characters = 200_000, questions = 48, choices = 4 } = options;
  const check = wholes("graph");
  check("entities", entities, 4, 500);
  check("relations", relations, 1, relationNouns.length);
  check("characters", characters, 0, 500_000_000);
  check("questions", questions, 0, 100_000);
  check("choices", choices, 3, Math.min(10, entities));
  if (!graphArms.includes(arm)) throw new Error(`graph: invalid arm: ${String(arm)} (one of ${graphArms.join(", ")})`);
  return made({
    name: "graph",
    options: { entities, relations, arm, characters, questions, choices },
    generate({ rng }) {
      const world = worldOf(rng, entities, relations);
      const [asks, tells] = [rng.fork("asked"), rng.fork("told")];
      const own = times(questions, () => 0).map((_, i) => question({ rng: asks, world, choices, kind: i % 3 }));
      const documents = characters === 0 ? [] : upTo(characters, writers[arm](world, tells));
      return { documents, questions: own, truth: { bits: world.bits } };
    },
  });
}

const writers: Record<GraphArm, (world: World, rng: Rng) => () => string> = {
  source(world, rng) {
    const next = round(rng, everyone(world));
    return () =>
      factsOf(world, next())
        .map((fact) => say(world, fact))
        .join(" ");
  },
  paraphrase(world, rng) {
    const next = round(rng, everyone(world));
    return () => sayAll(world, factsOf(world, next()), rng);
  },
  pairs(world, rng) {
    const [next, around] = [round(rng, pairsOf(world)), neighbours(world)];
    return () => sayAll(world, factsAbout(world, around, next()), rng);
  },
  "pairs+triples"(world, rng) {
    const [pair, around] = [writers.pairs(world, rng), neighbours(world)];
    const triple = (): string =>
      sayAll(world, factsAbout(world, around, rng.shuffle(everyone(world)).slice(0, 3)), rng);
    return () => (rng.int(2) === 0 ? pair() : triple());
  },
  "wrong-pairs"(world, rng) {
    const around = neighbours(world);
    const apart = pairsOf(world).filter(
      ([a, b]) => !around[a]!.has(b) && ![...around[a]!].some((c) => around[b]!.has(c)),
    );
    if (apart.length === 0)
      throw new Error(
        "graph: invalid arm: wrong-pairs (all entities are tied to each other; more entities, or fewer relations)",
      );
    const next = round(rng, apart);
    return () =>
      sayAll(
        world,
        next().flatMap((each) => factsOf(world, each)),
        rng,
      );
  },
};

const everyone = ({ names }: World): number[] => names.map((_, i) => i);

const pairsOf = (world: World): [number, number][] =>
  everyone(world).flatMap((a) => times(a, () => 0).map((_, b): [number, number] => [a, b]));

/** Whom a fact ties to each, either way. */
function neighbours(world: World): Set<number>[] {
  const around = world.names.map(() => new Set<number>());
  for (const { s, o } of everyone(world).flatMap((s) => factsOf(world, s))) {
    around[s]!.add(o);
    around[o]!.add(s);
  }
  return around;
}

/** All facts of these entities, and those of whoever is tied to each of them with them. */
function factsAbout(world: World, around: readonly ReadonlySet<number>[], about: readonly number[]): Fact[] {
  const shared = [...around[about[0]!]!].filter(
    (c) => !about.includes(c) && about.every((each) => around[each]!.has(c)),
  );
  const tying = shared.flatMap((c) => factsOf(world, c).filter(({ o }) => about.includes(o)));
  return [...about.flatMap((each) => factsOf(world, each)), ...tying];
}

interface Asking {
  rng: Rng;
  world: World;
  choices: number;
  kind: number;
}

function question({ rng, world, choices, kind }: Asking): Question {
  const { names, of } = world;
  const [s, r, second] = [rng.int(names.length), rng.int(of.length), rng.int(of.length)];
  const o = of[r]![s]!;
  const [noun, next] = [relationNouns[r]!, relationNouns[second]!];
  if (kind === 0)
    return { context: `The ${noun} of ${names[s]!} is`, ...choicesOf(rng, world, [o], choices), group: "fact" };
  if (kind === 1) {
    const [right, direct] = [of[second]![o]!, of[second]![s]!];
    const context = `The ${next} of the ${noun} of ${names[s]!} is`;
    return { context, ...choicesOf(rng, world, [right, o, direct], choices), group: "two-hop" };
  }
  return {
    context: `The one whose ${noun} is ${names[o]!} is`,
    ...choicesOf(rng, world, [s], choices),
    group: "reversed",
  };
}
