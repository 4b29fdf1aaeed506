/**
 * Types of numbers in a GGUF file. Quantised ones keep a block of values as small whole numbers under a shared scale; here
 * they become float32, to the same bits as in the format's own Python package. The layouts are ggml's (ggml-common.h).
 */
import type { Dtype } from "../../types.js";
import { halfValues, toFloat32 } from "../../halves.js";

export interface BlockType {
  name: string;
  /** Values of a block, and the bytes that it takes. */
  values: number;
  bytes: number;
  /** The type that keeps every value exactly, where a model is written again. */
  dtype: Dtype;
  /** Puts the values of whole blocks, which begin at a multiple of 4 in their buffer, into `out`. */
  dequantise(blocks: Uint8Array<ArrayBuffer>, out: Float32Array): void;
}

const plain = (name: Dtype, bytes: number): BlockType => ({
  name,
  values: 1,
  bytes,
  dtype: name,
  dequantise: (blocks, out) => out.set(toFloat32(blocks, name)),
});

/** One block: `at` is where it begins in the bytes, `to` where its values go. */
type Block = (bytes: Uint8Array, at: number, out: Float32Array, to: number, half: (at: number) => number) => void;

const quantised = (name: string, values: number, bytes: number, block: Block): BlockType => ({
  name,
  values,
  bytes,
  dtype: "F32",
  dequantise(blocks, out) {
    const halves = halfValues();
    const half = (at: number): number => halves[blocks[at]! | (blocks[at + 1]! << 8)]!;
    for (let at = 0, to = 0; at < blocks.length; at += bytes, to += values) block(blocks, at, out, to, half);
  },
});

const signed = (byte: number): number => (byte << 24) >> 24;

/**
 * 32 numbers of four or five bits: a scale, a least value where there is one (else they are counted from the middle), fifth bits
 * where there are any, then 16 bytes whose low halves are the first 16 numbers and whose high halves the others.
 */
const small = ({ least, fifth }: { least: boolean; fifth: boolean }): Block => {
  const [middle, highs] = [least ? 0 : fifth ? 16 : 8, least ? 4 : 2];
  const lows = highs + (fifth ? 4 : 0);
  return (bytes, at, out, to, half) => {
    const [d, m] = [half(at), least ? half(at + 2) : 0];
    for (let i = 0; i < 32; i++) {
      const low = (bytes[at + lows + (i & 15)]! >> (i & 16 ? 4 : 0)) & 15;
      const high = fifth ? ((bytes[at + highs + (i >> 3)]! >> (i & 7)) & 1) << 4 : 0;
      const value = d * ((low | high) - middle);
      out[to + i] = least ? value + m : value;
    }
  };
};

const q80: Block = (bytes, at, out, to, half) => {
  const d = half(at);
  for (let i = 0; i < 32; i++) out[to + i] = d * signed(bytes[at + 2 + i]!);
};

/**
 * Eight runs of 32, each with a scale and a least value of six bits, packed into twelve bytes. Runs share bytes in pairs, and
 * all of them the 32 bytes of fifth bits where there are any.
 */
const runs = ({ fifth }: { fifth: boolean }): Block => {
  const lows = fifth ? 48 : 16;
  return (bytes, at, out, to, half) => {
    const [d, least] = [half(at), half(at + 2)];
    const packed = at + 4;
    for (let run = 0; run < 8; run++) {
      const [low, high] = [bytes[packed + run]!, bytes[packed + run + 4]!];
      const early = run < 4;
      const scale = early ? low & 63 : (high & 15) | ((bytes[packed + run - 4]! >> 6) << 4);
      const minimum = early ? high & 63 : (high >> 4) | ((low >> 6) << 4);
      const [ds, dm] = [d * scale, least * minimum];
      const [from, shift] = [at + lows + 32 * (run >> 1), 4 * (run & 1)];
      for (let i = 0; i < 32; i++) {
        const bit = fifth ? ((bytes[at + 16 + i]! >> run) & 1) << 4 : 0;
        out[to + 32 * run + i] = ds * (((bytes[from + i]! >> shift) & 15) | bit) - dm;
      }
    }
  };
};

/** Two halves of 128: four low bits from 64 bytes, two high ones from 32, a signed scale for every 16 values. */
const q6k: Block = (bytes, at, out, to, half) => {
  const d = half(at + 208);
  for (let i = 0; i < 256; i++) {
    const [side, part, place] = [i >> 7, (i >> 5) & 3, i & 31];
    const low = (bytes[at + 64 * side + 32 * (part & 1) + place]! >> (4 * (part >> 1))) & 15;
    const high = (bytes[at + 128 + 32 * side + place]! >> (2 * part)) & 3;
    const scale = Math.fround(d * signed(bytes[at + 192 + (i >> 4)]!));
    out[to + i] = scale * ((low | (high << 4)) - 32);
  }
};

/** By the number that ggml gives each. */
export const blockTypes: Record<number, BlockType> = {
  0: plain("F32", 4),
  1: plain("F16", 2),
  2: quantised("Q4_0", 32, 18, small({ least: false, fifth: false })),
  3: quantised("Q4_1", 32, 20, small({ least: true, fifth: false })),
  6: quantised("Q5_0", 32, 22, small({ least: false, fifth: true })),
  7: quantised("Q5_1", 32, 24, small({ least: true, fifth: true })),
  8: quantised("Q8_0", 32, 34, q80),
  12: quantised("Q4_K", 256, 144, runs({ fifth: false })),
  13: quantised("Q5_K", 256, 176, runs({ fifth: true })),
  14: quantised("Q6_K", 256, 210, q6k),
  30: plain("BF16", 2),
};

export const readTypes = Object.values(blockTypes)
  .map(({ name }) => name)
  .join(", ");

/** Names of types that occur and are not read, for the message. */
export const otherTypes: Record<number, string> = {
  9: "Q8_1",
  10: "Q2_K",
  11: "Q3_K",
  15: "Q8_K",
  16: "IQ2_XXS",
  17: "IQ2_XS",
  18: "IQ3_XXS",
  19: "IQ1_S",
  20: "IQ4_NL",
  21: "IQ3_S",
  22: "IQ2_S",
  23: "IQ4_XS",
  24: "I8",
  25: "I16",
  26: "I32",
  27: "I64",
  28: "F64",
  29: "IQ1_M",
  34: "TQ1_0",
  35: "TQ2_0",
  39: "MXFP4",
  40: "NVFP4",
};
