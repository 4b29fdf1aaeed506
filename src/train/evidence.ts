/**
 * What an initialiser `needs` besides two tokenizers, made from texts and files: for each piece of evidence what it is made
 * from. The command line and recipes ask for that by the names it has there. Nothing is loaded before it is used.
 */
import type { Evidence, Initialiser } from "../embed/index.js";
import type { OnProgress, Tokenizer } from "../types.js";

/** Paths. */
export interface EvidenceFiles {
  /** Word vectors of the new language, as fastText's .vec. */
  vectors?: string;
  /** Word vectors of the base's language; without them `vectors` holds both languages in one space. */
  baseVectors?: string;
  /** A word of the base's language and one of the new between tabs, a pair on each line. */
  dictionary?: string;
  /** The folder of a model that reads the new language. */
  helper?: string;
}

export const evidenceFiles = [
  "vectors",
  "baseVectors",
  "dictionary",
  "helper",
] as const satisfies (keyof EvidenceFiles)[];

export type Ingredient = "texts" | keyof EvidenceFiles;

export interface EvidenceOptions {
  initialiser: Initialiser;
  files: EvidenceFiles;
  base: Tokenizer;
  tokenizer: Tokenizer;
  /** Documents of the new language. */
  texts: () => Promise<string[]>;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

interface Source<Piece> {
  /** It cannot be made without these. */
  from: readonly Ingredient[];
  /** What else it takes. */
  also?: readonly Ingredient[];
  make(options: EvidenceOptions): Promise<Piece>;
}

const sources: { [Piece in keyof Evidence]-?: Source<NonNullable<Evidence[Piece]>> } = {
  tokenVectors: {
    from: ["texts"],
    async make({ texts, tokenizer, signal, onProgress }) {
      const { tokenVectors } = await import("./word-vectors.js");
      return tokenVectors({ texts: await texts(), tokenizer, signal, onProgress });
    },
  },
  words: {
    from: ["vectors"],
    also: ["baseVectors", "dictionary"],
    async make({ files: { vectors: path, baseVectors } }) {
      const { vectors } = await import("../corpus/index.js");
      const target = vectors({ path: path! });
      return { base: baseVectors === undefined ? target : vectors({ path: baseVectors }), target };
    },
  },
  dictionary: {
    from: ["dictionary"],
    async make({ files: { dictionary: path } }) {
      const { dictionary } = await import("../corpus/index.js");
      return dictionary({ path: path! });
    },
  },
  helper: {
    from: ["helper"],
    async make({ files: { helper: dir } }) {
      const { inputTable, open } = await import("../checkpoint/index.js");
      const base = open({ dir: dir! });
      return { table: inputTable(base), tokenizer: base.tokenizer };
    },
  },
  alignment: {
    from: ["dictionary"],
    async make(options) {
      const { alignment } = await import("../embed/index.js");
      return alignment({ ...options, pairs: await sources.dictionary.make(options) });
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

/** What an initialiser cannot do without, and all that it takes. */
export function ingredientsOf({ needs = [] }: Initialiser): { needed: Ingredient[]; used: ReadonlySet<Ingredient> } {
  const rows = needs.map((piece) => sources[piece]);
  const needed = rows.flatMap(({ from }) => from);
  return { needed, used: new Set([...needed, ...rows.flatMap(({ also = [] }) => also)]) };
}

/** The pieces that the initialiser needs, and the dictionary where it has a use for the one that is there. */
export async function evidenceOf(options: EvidenceOptions): Promise<Evidence> {
  const { initialiser, files } = options;
  const pieces = new Set(initialiser.needs);
  if (files.dictionary !== undefined && ingredientsOf(initialiser).used.has("dictionary")) pieces.add("dictionary");
  const made: [string, unknown][] = [];
  for (const piece of pieces) made.push([piece, await sources[piece].make(options)]);
  return Object.fromEntries(made) as Evidence;
}
