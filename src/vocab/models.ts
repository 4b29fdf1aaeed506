/** The models of tokenizer.json that are read, by their names in it. Adding one: a file, a row here, a test. */
import { bpe } from "./bpe.js";
import { show } from "../foreign.js";
import type { ModelName, ModelRow } from "./types.js";
import { unigram } from "./unigram.js";
import { wordPiece } from "./word-piece.js";

export const models: Record<ModelName, ModelRow> = { BPE: bpe, WordPiece: wordPiece, Unigram: unigram };

/** Files of before tokenizers 0.9 do not name the model: with merges it is BPE (GPT-2's, as it was published). */
export function modelRow(model: Record<string, unknown>): ModelRow {
  const { type = model["merges"] === undefined ? undefined : "BPE" } = model;
  if (typeof type === "string" && Object.hasOwn(models, type)) return models[type as ModelName];
  throw new Error(
    `parse: invalid model.type: ${show(model["type"])} (one of ${Object.keys(models).join(", ")} is read)`,
  );
}
