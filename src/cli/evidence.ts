/**
 * The options that name what an initialiser `needs` besides two tokenizers. Which ones a verb asks for follows from the
 * initialiser's row in its registry and from what `train/evidence.ts` makes each piece from.
 */
import type { Command } from "commander";
import type { Evidence, Initialiser } from "../embed/index.js";
import {
  type EvidenceFiles,
  type EvidenceOptions as Asked,
  evidenceOf,
  type Ingredient,
  ingredientsOf,
} from "../train/evidence.js";
import { textsOf, type TextOptions } from "./tokenizer-inputs.js";
import { BadArguments } from "./work.js";

export interface EvidenceOptions extends TextOptions, EvidenceFiles {
  texts?: string[];
}

/** The options by the names they are typed with. */
const flags = {
  texts: "--texts",
  vectors: "--vectors",
  baseVectors: "--base-vectors",
  dictionary: "--dictionary",
  helper: "--helper",
} as const satisfies Record<Ingredient, string>;

export const evidenceOptions = (command: Command): Command =>
  command
    .option(`${flags.texts} <files...>`, "texts of the new language, for initialisers that read some")
    .option("--field <name>", "field or column with the text, of .jsonl, .json and .parquet files", "text")
    .option(`${flags.vectors} <file>`, "word vectors of the new language, as fastText's .vec; the first 200,000 words")
    .option(
      `${flags.baseVectors} <file>`,
      "word vectors of the base's language; without them --vectors holds both languages in one space",
    )
    .option(
      `${flags.dictionary} <file>`,
      "a word of the base's language and one of the new between tabs, a pair on each line",
    )
    .option(`${flags.helper} <dir>`, "the folder of a model that reads the new language");

/** The pieces for an initialiser, or exit code 2 where an option is missing or has no use. */
export function evidenceFor(
  name: string,
  initialiser: Initialiser,
  given: EvidenceOptions,
): (asked: Pick<Asked, "base" | "tokenizer" | "signal" | "onProgress">) => Promise<Evidence> {
  const has = (flag: Ingredient): boolean => given[flag] !== undefined;
  const { needed, used } = ingredientsOf(initialiser);
  const missing = needed.find((flag) => !has(flag));
  if (missing) throw new BadArguments(`invalid --init: ${name}; it needs ${flags[missing]}`);
  const idle = (Object.keys(flags) as Ingredient[]).find((flag) => has(flag) && !used.has(flag));
  if (idle) throw new BadArguments(`invalid ${flags[idle]}: ${name} does not use it`);
  if (has("baseVectors") && !has("dictionary"))
    throw new BadArguments(`invalid --base-vectors: they need a --dictionary, which turns them towards --vectors`);
  return (asked) => {
    const texts = async (): Promise<string[]> =>
      (await textsOf(given.texts!, given, asked.signal!, asked.onProgress!)).documents;
    return evidenceOf({ ...asked, initialiser, files: given, texts });
  };
}
