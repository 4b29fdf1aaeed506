/** What the built-in corpora go through: their bytes rest on it. */
import type { CorpusRow, Document } from "../types.js";
import { parting } from "./controls.js";
import { pipeline, type Pipelined } from "./pipeline.js";
import type { StepGiven } from "./registry.js";

/**
 * The steps of the corpus itself, or else those that the first corpora went through, before which words that a control character
 * parts are joined, as they were then.
 */
export async function cleanBuiltIn(
  documents: readonly Document[],
  { row, signal }: { row?: Pick<CorpusRow, "clean">; signal?: AbortSignal } = {},
): Promise<Pipelined> {
  if (row?.clean) return pipeline({ documents, steps: row.clean as StepGiven[], signal });
  const joined = documents.map((document) => ({ ...document, text: document.text.replace(/\p{Cc}/gu, joining) }));
  const steps = ["lines", "surrogates", "controls", "nfc", "spaces", "blank-lines", "repeats"];
  return pipeline({ documents: joined, steps, signal });
}

const joining = (character: string): string => (parting.has(character) ? "" : character);
