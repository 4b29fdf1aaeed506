/** Writes GGUF files for tests, also wrong ones: what the library itself never writes. */
import { toSymbols } from "../../src/vocab/bytes.js";

type Scalar = "u8" | "u16" | "u32" | "u64" | "i32" | "f32" | "bool" | "text";
const numbers: Record<Scalar, number> = { u8: 0, u16: 2, u32: 4, i32: 5, f32: 6, bool: 7, text: 8, u64: 10 };
const list = 9;
type Plain = number | boolean | string;
/** A value and its type; a list is of one type. */
export type Typed = [Scalar, Plain | Plain[]];

export interface WrittenTensor {
  name: string;
  /** Outermost first. */
  shape: number[];
  /** ggml's number. */
  type: number;
  data: Uint8Array;
  /** Defaults to where the tensor before it ends, aligned. */
  offset?: number;
}

export interface WrittenFile {
  version?: number;
  values?: Record<string, Typed>;
  tensors?: WrittenTensor[];
  /** What the header claims to have; defaults to what there is. */
  counts?: { tensors?: number; values?: number };
  alignment?: number;
}

export function ggufBytes({
  version = 3,
  values = {},
  tensors = [],
  counts = {},
  alignment = 32,
}: WrittenFile): Buffer {
  const parts: Buffer[] = [Buffer.from("GGUF"), u32(version), u64(counts.tensors ?? tensors.length)];
  parts.push(u64(counts.values ?? Object.keys(values).length));
  for (const [key, value] of Object.entries(values)) parts.push(text(key), typed(value));
  let at = 0;
  for (const { name, shape, type, data, offset } of tensors) {
    parts.push(text(name), u32(shape.length), ...[...shape].reverse().map(u64), u32(type), u64(offset ?? at));
    at += padded(data, alignment).length;
  }
  return Buffer.concat([
    padded(Buffer.concat(parts), alignment),
    ...tensors.map(({ data }) => padded(data, alignment)),
  ]);
}

const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number): Buffer => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const padded = (bytes: Uint8Array, alignment: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);

function typed([type, value]: Typed): Buffer {
  if (!Array.isArray(value)) return Buffer.concat([u32(numbers[type]), scalar(type, value)]);
  const all = value.map((each) => scalar(type, each));
  return Buffer.concat([u32(list), u32(numbers[type]), u64(value.length), ...all]);
}

function scalar(type: Scalar, value: Plain): Buffer {
  if (type === "text") return text(String(value));
  if (type === "u64") return u64(Number(value));
  if (type === "u8" || type === "bool") return Buffer.of(Number(value));
  const array = { u16: Uint16Array, u32: Uint32Array, i32: Int32Array, f32: Float32Array }[type].of(Number(value));
  return Buffer.from(array.buffer);
}

export const float32 = (name: string, shape: number[], value = (i: number): number => (i % 64) / 64): WrittenTensor => {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i));
  return { name, shape, type: 0, data: new Uint8Array(data.buffer) };
};

/** A Llama of one layer with a byte-level tokenizer of 256 bytes, "ab" and an end of text. */
export function tinyLlama(): Required<Pick<WrittenFile, "values" | "tensors">> {
  const bytes = Array.from({ length: 256 }, (_, byte) => toSymbols(Uint8Array.of(byte)));
  const tokens = [...bytes, "ab", "<|end|>"];
  const [width, ffn, rows] = [8, 12, tokens.length];
  return {
    values: {
      "general.architecture": ["text", "llama"],
      "general.name": ["text", "Tiny"],
      "general.license": ["text", "mit"],
      "llama.block_count": ["u32", 1],
      "llama.context_length": ["u32", 16],
      "llama.embedding_length": ["u32", width],
      "llama.feed_forward_length": ["u32", ffn],
      "llama.attention.head_count": ["u32", 2],
      "llama.attention.head_count_kv": ["u32", 1],
      "llama.attention.layer_norm_rms_epsilon": ["f32", 1e-5],
      "llama.rope.freq_base": ["f32", 10000],
      "llama.rope.dimension_count": ["u32", 4],
      "tokenizer.ggml.model": ["text", "gpt2"],
      "tokenizer.ggml.pre": ["text", "smollm"],
      "tokenizer.ggml.tokens": ["text", tokens],
      "tokenizer.ggml.token_type": ["i32", tokens.map((token) => (token === "<|end|>" ? 3 : 1))],
      "tokenizer.ggml.merges": ["text", ["a b"]],
      "tokenizer.ggml.eos_token_id": ["u32", 257],
      "tokenizer.chat_template": ["text", "{{ messages }}"],
    },
    tensors: [
      float32("token_embd.weight", [rows, width]),
      float32("blk.0.attn_norm.weight", [width]),
      float32("blk.0.attn_q.weight", [width, width], (i) => i),
      float32("blk.0.attn_k.weight", [width / 2, width], (i) => i),
      float32("blk.0.attn_v.weight", [width / 2, width]),
      float32("blk.0.attn_output.weight", [width, width]),
      float32("blk.0.ffn_norm.weight", [width]),
      float32("blk.0.ffn_gate.weight", [ffn, width]),
      float32("blk.0.ffn_up.weight", [ffn, width]),
      float32("blk.0.ffn_down.weight", [width, ffn]),
      float32("output_norm.weight", [width]),
    ],
  };
}

/** The same with a feed-forward of 32, whose last matrix is in eight bits: a scale of 1/256 as float16, then the numbers. */
export function tinyQuantised(): ReturnType<typeof tinyLlama> {
  const { values, tensors } = tinyLlama();
  const block = [0, 0x1c, ...Uint8Array.from({ length: 32 }, (_, i) => i - 16)];
  const changed: Record<string, WrittenTensor> = {
    "blk.0.ffn_gate.weight": float32("blk.0.ffn_gate.weight", [32, 8]),
    "blk.0.ffn_up.weight": float32("blk.0.ffn_up.weight", [32, 8]),
    "blk.0.ffn_down.weight": {
      name: "blk.0.ffn_down.weight",
      shape: [8, 32],
      type: 8,
      data: Uint8Array.from(Array.from({ length: 8 }, () => block).flat()),
    },
  };
  return {
    values: { ...values, "llama.feed_forward_length": ["u32", 32] },
    tensors: tensors.map((tensor) => changed[tensor.name] ?? tensor),
  };
}

/** The same with SentencePiece's pieces, which have scores instead of merges, and bytes to fall back on. */
export function tinyPieces(): ReturnType<typeof tinyLlama> {
  const { values, tensors } = tinyLlama();
  const pieces: [string, number, number][] = [
    ["<unk>", 0, 2],
    ["<s>", 0, 3],
    ["</s>", 0, 3],
    ...Array.from({ length: 256 }, (_, byte): [string, number, number] => [
      `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
      0,
      6,
    ]),
    ["ab", -1, 1],
    ["▁ab", -2, 1],
    ["▁a", -3, 1],
    ["▁", -4, 1],
    ["a", -5, 1],
    ["b", -6, 1],
    ["한", -7, 1],
    ["[PAD267]", 0, 5],
  ];
  const { "tokenizer.ggml.merges": _, "tokenizer.ggml.pre": __, ...others } = values;
  return {
    values: {
      ...others,
      "tokenizer.ggml.model": ["text", "llama"],
      "tokenizer.ggml.tokens": ["text", pieces.map(([token]) => token)],
      "tokenizer.ggml.scores": ["f32", pieces.map(([, score]) => score)],
      "tokenizer.ggml.token_type": ["i32", pieces.map(([, , type]) => type)],
      "tokenizer.ggml.unknown_token_id": ["u32", 0],
      "tokenizer.ggml.bos_token_id": ["u32", 1],
      "tokenizer.ggml.eos_token_id": ["u32", 2],
    },
    tensors: [float32("token_embd.weight", [pieces.length, 8]), ...tensors.slice(1)],
  };
}
