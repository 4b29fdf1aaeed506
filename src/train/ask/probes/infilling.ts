/**
 * What the text after a gap is good for (Bavarian et al. 2022, §3): bits per byte of the middle of a held-out document given both
 * sides as `fim` gives them, beside the middle after its prefix alone. Marks alone may help or harm, so the middle is scored once
 * more with the suffix of another document.
 */
import { documentPlaces, type Shard } from "../../../corpus/index.js";
import { ratioOf } from "../../../measure/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { Tokenizer } from "../../../types.js";
import { fimMarks } from "../../step/objectives/fim.js";
import type { MarkToken } from "../../step/objectives/marks.js";
import { type Cut, cutInThree } from "../../step/objectives/three-parts.js";
import type { Answers } from "../asking.js";
import type { IdsTask, TaskScore } from "../types.js";
import type { Seeded } from "./generated.js";
import { heldOutOf } from "./held-out.js";
import type { Probe } from "./types.js";

export interface InfillingOptions extends Seeded {
  /** Documents of each domain, at most; defaults to 64. */
  documents?: number;
  /** Defaults to all. */
  domains?: string[];
  /** As of `fim`. */
  sentinels?: readonly [prefix: MarkToken, suffix: MarkToken, middle: MarkToken];
  /** As of `fim`; defaults to "characters". */
  cut?: Cut;
}

const name = "infilling";
/** Tokens that parts encoded anew may have beyond those of the document. */
const SPARE = 8;

/**
 * Scores of each domain, bits per byte of the middles: `both-sides`, `prefix-only`, `other-suffix`; and `gain`, prefix only less
 * both sides, above 0 where the model reads on before it writes.
 */
export function infilling(options: InfillingOptions = {}): Probe {
  const { documents = 64, domains, sentinels, cut = "characters", seed = 1 } = options;
  if (!(Number.isInteger(documents) && documents >= 2))
    throw new Error(`infilling: invalid documents: ${documents} (a whole number from 2)`);
  return made({
    name,
    options: { documents, ...(domains && { domains }), ...(sentinels && { sentinels: [...sentinels] }), cut, seed },
    begin({ model: { tokenizer }, shards, context, prefix }) {
      const marks = fimMarks(name, tokenizer, sentinels);
      const texts = heldOutOf({ caller: "infilling", shards, domains });
      const notes: string[] = [];
      const found = texts.flatMap(([domain, heldOut]) => {
        const chance = rng(seed).fork(domain);
        const chosen = chance.shuffle(beginnings(heldOut, context - 3 - SPARE)).slice(0, documents);
        const parts = chosen
          .map((ids, i) => cutInThree(ids, { cut, tokenizer, rng: chance.fork(`${i}`) }))
          .filter((all) => all[1].length > 0 && all.flat().length <= context - 3);
        if (parts.length < 2) {
          notes.push(
            `${name}: ${domain} has ${parts.length} held-out documents that can be cut in three; two are needed`,
          );
          return [];
        }
        const items = parts.flatMap((own, i) =>
          itemsOf(own, parts[(i + 1) % parts.length]!, { marks, prefix, context }),
        );
        const bytes = parts.map(([, middle]) => bytesIn(middle, tokenizer));
        return [
          { task: { name: `${name} ${domain}`, domain, type: "ids", items, metrics: ["loss"] } as IdsTask, bytes },
        ];
      });
      return {
        tasks: found.map(({ task }) => task),
        notes,
        scores: (answers) => found.flatMap(({ task, bytes }) => scoresOf(task, bytes, answers)),
      };
    },
  });
}

/** The first tokens of documents that have a few. */
const beginnings = (shard: Shard, most: number): Int32Array[] =>
  documentPlaces(shard).flatMap(({ start, length: all }) => {
    const length = Math.min(most, all - 1);
    return length >= 8 ? [shard.read(start, length)] : [];
  });

const bytesIn = (ids: readonly number[], { bytesOf }: Tokenizer): number =>
  ids.reduce((sum, id) => sum + bytesOf(id).length, 0);

type Parts = readonly [number[], number[], number[]];

/** Of one document: its middle after both sides, after the prefix, and after both with the other's suffix. */
function itemsOf(
  [before, middle, after]: Parts,
  [, , other]: Parts,
  { marks, prefix, context }: { marks: readonly number[]; prefix: number; context: number },
): IdsTask["items"] {
  const [P, S, M] = marks as [number, number, number];
  const room = context - 3 - before.length - middle.length;
  const asked = (suffix: number[]): number[] => [prefix, P, ...before, S, ...suffix.slice(0, room), M];
  return [asked(after), [prefix, ...before], asked(other)].map((given) => ({ context: given, scored: middle }));
}

function scoresOf({ name: task, domain }: IdsTask, bytes: readonly number[], answers: Answers): TaskScore[] {
  const bits = answers.items[task]!.map(({ logLikelihoods: [sum] }) => -sum! / Math.LN2);
  const of = (which: number): number[] => bits.filter((_, i) => i % 3 === which);
  const [both, prefixOnly, other] = [of(0), of(1), of(2)];
  const all = {
    "both-sides": both,
    "prefix-only": prefixOnly,
    "other-suffix": other,
    gain: prefixOnly.map((value, i) => value - both[i]!),
  };
  return Object.entries(all).map(([metric, values]) => ({
    ...{ task: name, metric, domain: domain!, items: bytes.length },
    ...ratioOf(values, bytes),
  }));
}
