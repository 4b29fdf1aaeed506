/** What was done to a model's numbers when a GGUF file was made of it, undone. */
import type { NdArray } from "../../types.js";
import type { Settings } from "./settings.js";

export interface Transform {
  undo(tensor: NdArray, settings: Settings): NdArray;
  /** The shape that it will have, where that is another. */
  shape?(shape: number[]): number[];
  /** False where the numbers become others, which the file's type may not hold. */
  exact?: false;
}

/** Rows of the result, in order, by their place in the tensor. */
function rows({ shape, data }: NdArray, from: (row: number) => number): NdArray {
  const [count = 1] = shape;
  const width = data.length / count;
  const out = new Float32Array(data.length);
  for (let row = 0; row < count; row++) {
    const at = from(row) * width;
    out.set(data.subarray(at, at + width), row * width);
  }
  return { shape, data: out };
}

/** Rotary pairs are neighbours in the file and lie half a head apart in Hugging Face's rows. */
export const unpermuted = (headsKey: string): Transform => ({
  undo(tensor, { number, fail }) {
    const heads = number(headsKey, number("attention.head_count"));
    const width = (tensor.shape[0] ?? 0) / heads;
    const half = width / 2;
    if (!Number.isInteger(half)) fail(`a tensor of ${tensor.shape[0]} rows has no ${heads} heads of an even width`);
    return rows(tensor, (row) => {
      const inHead = row % width;
      return row - inHead + 2 * (inHead % half) + Math.floor(inHead / half);
    });
  },
});

/** All queries, all keys, all values in the file; query, key and value head by head in GPT-NeoX's rows. */
export const interleavedHeads: Transform = {
  undo(tensor, { number, fail }) {
    const heads = number("attention.head_count");
    const width = (tensor.shape[0] ?? 0) / (3 * heads);
    if (!Number.isInteger(width))
      fail(`a tensor of ${tensor.shape[0]} rows has no ${heads} heads of query, key and value`);
    return rows(tensor, (row) => {
      const [head, kind, inHead] = [Math.floor(row / (3 * width)), Math.floor(row / width) % 3, row % width];
      return (kind * heads + head) * width + inHead;
    });
  },
};

/** [out, in] in the file, [in, out] in GPT-2's. A bias is as it is. */
export const transposed: Transform = {
  shape: (shape) => (shape.length === 2 ? [...shape].reverse() : shape),
  undo({ shape, data }) {
    if (shape.length !== 2) return { shape, data };
    const [out, into] = shape as [number, number];
    const turned = new Float32Array(data.length);
    for (let i = 0; i < out; i++) for (let j = 0; j < into; j++) turned[j * out + i] = data[i * into + j]!;
    return { shape: [into, out], data: turned };
  },
};

/** Gemma's gains are stored with the one that its norms add. */
export const minusOne: Transform = {
  exact: false,
  undo: ({ shape, data }) => ({ shape, data: data.map((value) => value - 1) }),
};
