/**
 * What an initialiser `needs` besides two tokenizers, made from files that the user names: for each piece of evidence the options
 * it is made from. Which options a verb asks for follows from the initialiser's row in its registry.
 */
import type { Command } from "commander";
import type { Evidence, Initialiser } from "../embed/index.js";
import type { OnProgress, Tokenizer } from "../types.js";
import { textsOf, type TextOptions } from "./tokenizer-inputs.js";
import { BadArguments } from "./work.js";

export interface EvidenceOptions extends TextOptions {
  texts?: string[];
  vectors?: string;
  baseVectors?: string;
  dictionary?: string;
  helper?: string;
}

/** The options by the names they are typed with. */
const flags = {
  texts: "--texts",
  vectors: "--vectors",
  baseVectors: "--base-vectors",
  dictionary: "--dictionary",
  helper: "--helper",
} as const satisfies Partial<Record<keyof EvidenceOptions, string>>;
type Flag = keyof typeof flags;

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

interface Asked {
  given: EvidenceOptions;
  base: Tokenizer;
  tokenizer: Tokenizer;
  /** Documents of `--texts`. */
  texts: () => Promise<string[]>;
  signal: AbortSignal;
  onProgress: OnProgress;
}

interface Source<Piece> {
  /** It cannot be made without these. */
  from: readonly Flag[];
  /** What else it takes. */
  also?: readonly Flag[];
  make(asked: Asked): Promise<Piece>;
}

const sources: { [Piece in keyof Evidence]-?: Source<NonNullable<Evidence[Piece]>> } = {
  tokenVectors: {
    from: ["texts"],
    async make({ texts, tokenizer, signal, onProgress }) {
      const { tokenVectors } = await import("../train/index.js");
      return tokenVectors({ texts: await texts(), tokenizer, signal, onProgress });
    },
  },
  words: {
    from: ["vectors"],
    also: ["baseVectors", "dictionary"],
    async make({ given: { vectors: path, baseVectors } }) {
      const { vectors } = await import("../corpus/index.js");
      const target = vectors({ path: path! });
      return { base: baseVectors === undefined ? target : vectors({ path: baseVectors }), target };
    },
  },
  dictionary: {
    from: ["dictionary"],
    async make({ given: { dictionary: path } }) {
      const { dictionary } = await import("../corpus/index.js");
      return dictionary({ path: path! });
    },
  },
  helper: {
    from: ["helper"],
    async make({ given: { helper: dir } }) {
      const { inputTable, open } = await import("../checkpoint/index.js");
      const base = open({ dir: dir! });
      return { table: inputTable(base), tokenizer: base.tokenizer };
    },
  },
  alignment: {
    from: ["dictionary"],
    async make(asked) {
      const { alignment } = await import("../embed/index.js");
      return alignment({ ...asked, pairs: await sources.dictionary.make(asked) });
    },
  },
  documents: { from: ["texts"], make: async ({ texts, tokenizer }) => tokenizer.encodeBatch(await texts()) },
  spellings: {
    from: ["texts"],
    async make({ base, tokenizer, texts, signal, onProgress }) {
      const { spellings } = await import("../embed/index.js");
      return spellings({ base, tokenizer, texts: await texts(), signal, onProgress });
    },
  },
};

/** The pieces for an initialiser, or exit code 2 where an option is missing or has no use. */
export function evidenceFor(
  name: string,
  { needs = [] }: Initialiser,
  given: EvidenceOptions,
): (asked: Omit<Asked, "given" | "texts">) => Promise<Evidence> {
  const has = (flag: Flag): boolean => given[flag] !== undefined;
  const rows = needs.map((piece) => sources[piece]);
  const missing = rows.flatMap(({ from }) => from).find((flag) => !has(flag));
  if (missing) throw new BadArguments(`invalid --init: ${name}; it needs ${flags[missing]}`);
  const used = new Set(rows.flatMap(({ from, also = [] }) => [...from, ...also]));
  const idle = (Object.keys(flags) as Flag[]).find((flag) => has(flag) && !used.has(flag));
  if (idle) throw new BadArguments(`invalid ${flags[idle]}: ${name} does not use it`);
  if (has("baseVectors") && !has("dictionary"))
    throw new BadArguments(`invalid --base-vectors: they need a --dictionary, which turns them towards --vectors`);
  const pieces = new Set(needs);
  if (used.has("dictionary") && has("dictionary")) pieces.add("dictionary");
  return async (asked) => {
    const { signal, onProgress } = asked;
    const texts = async (): Promise<string[]> => (await textsOf(given.texts!, given, signal, onProgress)).documents;
    const made: [string, unknown][] = [];
    for (const piece of pieces) made.push([piece, await sources[piece].make({ ...asked, given, texts })]);
    return Object.fromEntries(made) as Evidence;
  };
}
