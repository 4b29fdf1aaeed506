/** The first of several corpora that can be had here: what a notebook uses that must run on any machine. */
import { load, type LoadOptions } from "./load.js";
import type { CorpusName } from "../registry.js";
import type { Corpus } from "../types.js";

export type AnyOptions = Omit<LoadOptions, "name" | "files"> & {
  /** Tried in this order. Defaults to LibreOffice Help, then what npm packages carry. */
  names?: CorpusName[];
};

/** Its notes say which could not be had, and why. Throws the last reason when none could. */
export async function any({ names = ["libreoffice-help", "npm"], ...options }: AnyOptions): Promise<Corpus> {
  const notes: string[] = [];
  for (const [i, name] of names.entries()) {
    try {
      const corpus = await load({ ...options, name });
      return { ...corpus, notes: [...notes, ...corpus.notes] };
    } catch (error) {
      if (options.signal?.aborted || i === names.length - 1) throw error;
      notes.push(`${name} could not be had: ${(error as Error).message}`);
    }
  }
  throw new Error("corpus.any: invalid names: [] (name at least one corpus)");
}
