/** SentencePiece's BPE of a GGUF file: how spaces are written, and the merges that follow from the scores of its pieces. */
import type { StageJson } from "../../vocab/format.js";
import { generateMerges } from "../../vocab/generate-merges.js";
import type { Fail } from "../safetensors-header.js";
import type { Layout } from "./layout.js";
import { list } from "./token-lists.js";

/** A space is written ▁, and one is put in front of a text unless the file says otherwise. */
export function sentencePiece(values: Layout["values"], isGemma: boolean): Record<string, StageJson | null> {
  const prefix = values.get("tokenizer.ggml.add_space_prefix") ?? !isGemma;
  const spaces = { type: "Replace", pattern: { String: " " }, content: "▁" };
  const back = [
    { type: "Replace", pattern: { String: "▁" }, content: " " },
    { type: "ByteFallback" },
    { type: "Fuse" },
  ];
  return {
    normalizer:
      prefix === true ? { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, spaces] } : spaces,
    pre_tokenizer: null,
    decoder: {
      type: "Sequence",
      decoders: prefix === true ? [...back, { type: "Strip", content: " ", start: 1, stop: 0 }] : back,
    },
  };
}

/** Of Gemma's pieces the earlier merges first: their scores say something else. */
export function scoredMerges(
  values: Layout["values"],
  ids: Map<string, number>,
  isGemma: boolean,
  fail: Fail,
): unknown[] {
  const scores = isGemma ? [] : list(values, "scores", "number", fail);
  const pieces = [...ids].map(([token, id]) => [token, isGemma ? -id : (scores[id] ?? 0)] as const);
  return generateMerges({ ids, scores: new Map(pieces) });
}
