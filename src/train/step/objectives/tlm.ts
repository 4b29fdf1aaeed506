/**
 * Translation language modelling (Conneau and Lample 2019, https://arxiv.org/abs/1901.07291): a text and its translation in one
 * window, tokens of both hidden, each to be predicted from what is left of the two. For encoders, on pairs (`corpus.paired`, order
 * `pairs`). The two stand one after the other with their ends of text between them, and nothing sees what fills the window up.
 * Positions run on over both; in XLM they begin anew, and each language has an embedding.
 */
import type { Specs } from "../../../engine/index.js";
import { hidden } from "./masked.js";
import type { MaskingOptions } from "./masking.js";
import { type Objective, plain, type RunningObjective } from "../objective.js";

export function tlm(options: MaskingOptions = {}): Objective & RunningObjective {
  const both = hidden("tlm", options);
  return plain({
    ...both,
    reads: ["documents"],
    order: "pairs",
    inputs(at): Specs {
      return { ...both.inputs(at), documents: { shape: [at.batch, at.context], dtype: "int32" } };
    },
    feeds(at) {
      const { documents: given, tokens: windows, ...others } = at.drawn as Record<string, Int32Array>;
      const span = at.context + 1;
      const batch = windows!.length / span;
      const tokens = new Int32Array(windows!.length).fill(at.tokenizer.endOfText);
      const documents = new Int32Array(batch * at.context).fill(1);
      for (let row = 0; row < batch; row++) {
        const real = windows!.subarray(row * span, (row + 1) * span).filter((_, i) => given![row * span + i]! >= 0);
        tokens.set(real, row * span);
        documents.fill(0, row * at.context, row * at.context + Math.min(real.length, at.context));
      }
      return { ...both.feeds!({ ...at, drawn: { ...others, tokens } }), documents };
    },
  });
}
