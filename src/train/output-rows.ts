/**
 * What an untied head's rows of new tokens begin with in token distillation. The mean is over output rows: a mean of input
 * rows in their place, as the authors' program takes it, would be of another space.
 */
import { tablesOf } from "../architecture/index.js";
import type { LanguageModel, NdArray } from "../types.js";
import { spell } from "../vocab/index.js";

/** Learned from the next token, starting from what growing gave; zero; the mean of the spelling's rows; or what growing gave. */
export type OutputRows = "ce" | "zero" | "subword-mean" | "keep";

/** The head's table, its rows of `ids` as `outputs` asks. */
export function outputRows(options: {
  base: LanguageModel;
  model: LanguageModel;
  ids: readonly number[];
  outputs: OutputRows;
}): NdArray {
  const { base, model, ids, outputs } = options;
  const { shape, data } = model.weights[tablesOf(model.config).head!]!;
  const [width, rows] = [shape[1]!, data.slice()];
  if (outputs === "zero") for (const id of ids) rows.fill(0, id * width, (id + 1) * width);
  if (outputs === "subword-mean")
    for (const id of ids) {
      const pieces = spell(base.tokenizer, model.tokenizer.bytesOf(id));
      if (pieces.some((piece) => piece < 0)) continue; // what growing gave, its fallback
      for (let j = 0; j < width; j++)
        rows[id * width + j] = pieces.reduce((sum, piece) => sum + data[piece * width + j]!, 0) / pieces.length;
    }
  return { shape: [...shape], data: rows };
}
