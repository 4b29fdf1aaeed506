/** A Hugging Face folder of the shape of Llama 3 and of any size, with random bfloat16 in four files, and a wider tokenizer for it. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parameterShapes } from "../../src/architecture/index.js";
import { layOut } from "../../src/model/safetensors-header.js";
import { toHuggingFace } from "../../src/model/huggingface-config.js";
import { configOf } from "../../src/model/index.js";
import { indexOf } from "../../src/model/weight-files.js";
import { rng } from "../../src/rng.js";
import { alphabet, symbolOf } from "../../src/vocab/bytes.js";

export interface BigFolder {
  dir: string;
  /** Where the wider tokenizer.json goes. */
  wider: string;
  vocabSize: number;
  newTokens: number;
  width: number;
  layers: number;
  ffn: number;
  /** Of the numbers. Defaults to 1. */
  seed?: number;
}

const shards = 4;

export function makeBigFolder({ dir, wider, vocabSize, newTokens, width, layers, ffn, seed = 1 }: BigFolder): void {
  mkdirSync(dir, { recursive: true });
  const heads = width / 128;
  const config = configOf({ vocabSize, width, layers, heads, kvHeads: heads / 4, ffn, context: 8192, tied: false });
  writeFileSync(join(dir, "tokenizer.json"), JSON.stringify(tokenizerOf(vocabSize)));
  writeFileSync(wider, JSON.stringify(tokenizerOf(vocabSize + newTokens)));
  const random = rng(seed);
  // Small numbers of either sign; the same block again and again, from another place.
  const block = Uint16Array.from({ length: 1 << 24 }, () => (random.int(2) << 15) | 0x3c00 | random.int(256));
  const bytes = new Uint8Array(block.buffer);
  const tensors = Object.entries(parameterShapes(config)).map(([name, shape]) => ({
    name,
    shape,
    dtype: "BF16" as const,
  }));
  const size = (shape: number[]): number => shape.reduce((a, b) => a * b, 2);
  const total = tensors.reduce((sum, { shape }) => sum + size(shape), 0);
  const files: Record<string, typeof tensors> = {};
  let before = 0;
  for (const tensor of tensors) {
    const n = Math.min(shards, 1 + Math.floor((before * shards) / total));
    (files[`model-0000${n}-of-0000${shards}.safetensors`] ??= []).push(tensor);
    before += size(tensor.shape);
  }
  for (const [file, some] of Object.entries(files)) {
    const handle = openSync(join(dir, file), "w");
    const { head, entries } = layOut(some, { format: "pt" });
    writeSync(handle, head);
    for (const { begin, end } of entries)
      for (let left = end - begin; left > 0;) {
        const from = 2 * random.int(1 << 20);
        left -= writeSync(handle, bytes, from, Math.min(left, bytes.length - from));
      }
    closeSync(handle);
  }
  writeFileSync(join(dir, "model.safetensors.index.json"), JSON.stringify(indexOf(files, {}), null, 2) + "\n");
  const json = { ...toHuggingFace(config, 0), torch_dtype: "bfloat16" };
  writeFileSync(join(dir, "config.json"), JSON.stringify(json, null, 2) + "\n");
}

/** Byte-level BPE with a token for each of the first sequences of one, two and three bytes. */
function tokenizerOf(size: number): object {
  const symbols = alphabet.map((byte) => symbolOf[byte]!);
  const tokens = ["<|endoftext|>", ...symbols];
  const merges: [string, string][] = [];
  const grow = (from: string[]): void => {
    for (const left of from)
      for (const right of symbols) {
        if (tokens.length === size) return;
        tokens.push(left + right);
        merges.push([left, right]);
      }
  };
  grow(symbols);
  grow(tokens.slice(1 + symbols.length));
  const end = { id: 0, content: tokens[0], special: true };
  return {
    version: "1.0",
    added_tokens: [{ ...end, single_word: false, lstrip: false, rstrip: false, normalized: false }],
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: "BPE", vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
  };
}
