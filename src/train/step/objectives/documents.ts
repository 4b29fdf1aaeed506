/**
 * Documents that share a window: read one after another, or each alone. A place that reads the end of a document begins the next,
 * as it does where a text is scored or written, so the first token of a document is learned too; one after another token of
 * another document, as where a long one was cut, is not. Where that first token counts nothing, the end stays with what it ends: then
 * documents apart are the same whatever else is in their window. Held-out text is scored as it stands, one document after another.
 * Apart, a step of 4.2 M parameters and 2,048 tokens takes 1 % more processor time at 128 tokens to a window, 2 % with positions
 * reset, and from 512 on no more that could be measured (one thread).
 */
import * as z from "zod";
import type { Drawn, Window, Windows } from "../windows.js";

export interface DocumentsOptions {
  /** "together": a token sees all before it in the window. "apart": those of its own document alone. Defaults to "together". */
  documents?: "together" | "apart";
  /** Of tokens in a window: "running", or "reset" to 0 where a document begins. Defaults to "running". */
  positions?: "running" | "reset";
}
/** Shape of the same in a recipe. */
export const documentsOptions = {
  documents: z.enum(["together", "apart"]).optional(),
  positions: z.enum(["running", "reset"]).optional(),
};

/** Those that are not at their defaults, checked. */
export function documentsSaid(caller: string, options: DocumentsOptions): DocumentsOptions {
  const { documents = "together", positions = "running" } = options;
  if (documents !== "together" && documents !== "apart")
    throw new Error(`${caller}: invalid documents: ${String(documents)} (together or apart)`);
  if (positions !== "running" && positions !== "reset")
    throw new Error(`${caller}: invalid positions: ${String(positions)} (running or reset)`);
  return { ...(documents === "apart" && { documents }), ...(positions === "reset" && { positions }) };
}

/** What is seen for it. */
export const seenOf = ({ documents, positions }: DocumentsOptions): NonNullable<Windows["sees"]> => [
  ...(documents ? ["documents" as const] : []),
  ...(positions ? ["positions" as const] : []),
];

/** What each prediction counts for, by these weights or 1, and what is seen. Documents are to be read. */
export function withDocuments(
  drawn: Drawn,
  { documents, positions }: DocumentsOptions,
  given?: Float32Array,
): Omit<Window, "tokens" | "weights"> & { weights: Float32Array } {
  const { tokens, context, tokenizer } = drawn;
  const numbers = drawn.documents!;
  const weights = Float32Array.from({ length: context }, (_, i) => given?.[i] ?? 1);
  const own = Int32Array.from({ length: context }, (_, i) => {
    const ends = tokens[i] === tokenizer.endOfText && numbers[i + 1]! >= 0 && weights[i]! > 0;
    return numbers[ends ? i + 1 : i]!;
  });
  const at = new Int32Array(context);
  for (let i = 0; i < context; i++) {
    const follows = documents ? numbers[i + 1] === own[i] : true;
    if (numbers[i + 1]! < 0 || !follows) weights[i] = 0;
    if (i > 0 && own[i] === own[i - 1]) at[i] = at[i - 1]! + 1;
  }
  return { weights, ...(documents && { documents: own }), ...(positions && { positions: at }) };
}
