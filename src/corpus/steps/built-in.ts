/** What the built-in corpora go through, always the same: their bytes rest on it. */
import type { Document } from "../types.js";
import { parting } from "./controls.js";
import { pipeline, type Pipelined } from "./pipeline.js";

/** Words that a control character parts are joined, as they were when these corpora were first read. */
export async function cleanBuiltIn(documents: readonly Document[], signal?: AbortSignal): Promise<Pipelined> {
  const joined = documents.map((document) => ({ ...document, text: document.text.replace(/\p{Cc}/gu, joining) }));
  const steps = ["lines", "surrogates", "controls", "nfc", "spaces", "blank-lines", "repeats"];
  return pipeline({ documents: joined, steps, signal });
}

const joining = (character: string): string => (parting.has(character) ? "" : character);
