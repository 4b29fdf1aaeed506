/** Byte-level BPE of a GGUF file: how text is cut, and the merges. */
import { show } from "../../foreign.js";
import type { StageJson } from "../../vocab/format.js";
import type { Fail } from "../safetensors-header.js";
import type { Layout } from "./layout.js";
import { type PreTokeniser, preTokenisers } from "./pre-tokenisers.js";
import { list } from "./token-lists.js";

export function byteLevel({ stages, normalizer }: PreTokeniser): Record<string, StageJson | null> {
  return {
    normalizer: normalizer ?? null,
    pre_tokenizer: stages.length === 1 ? stages[0]! : { type: "Sequence", pretokenizers: stages },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  };
}

export function preTokeniser(values: Layout["values"], fail: Fail): PreTokeniser {
  const name = values.get("tokenizer.ggml.pre");
  const known = preTokenisers.flatMap(({ names }) => names).join(", ");
  return (
    preTokenisers.find(({ names }) => names.includes(String(name))) ??
    fail(
      `its tokenizer.ggml.pre is ${name === undefined ? "absent" : show(name)}; how it cuts text is known for ${known}`,
    )
  );
}

export function merges(values: Layout["values"], fail: Fail): [string, string][] {
  return list(values, "merges", "string", fail).map((merge) => {
    const space = merge.indexOf(" ");
    return [merge.slice(0, space), merge.slice(space + 1)];
  });
}
