/** A tensor of a GGUF file as float32, read some blocks at a time: what is in memory besides it is a few megabytes. */
import { readSync } from "node:fs";
import type { NdArray } from "../../types.js";
import { type Fail, sizeOf } from "../safetensors-header.js";
import type { Tensor } from "./layout.js";

/** Values that are dequantised at once; a multiple of every block. */
const atOnce = 2 ** 20;

export function readTensor(fd: number, { shape, type, start, bytes }: Tensor, fail: Fail): NdArray {
  const data = new Float32Array(sizeOf(shape));
  const buffer = new Uint8Array(Math.min(bytes, (atOnce / type.values) * type.bytes));
  for (let done = 0, to = 0; done < bytes; done += buffer.length, to += atOnce) {
    const blocks = buffer.subarray(0, Math.min(buffer.length, bytes - done));
    for (let filled = 0; filled < blocks.length;) {
      const got = readSync(fd, blocks, filled, blocks.length - filled, start + done + filled);
      if (got === 0) fail("it became shorter while it was read");
      filled += got;
    }
    type.dequantise(blocks, data.subarray(to, to + atOnce));
  }
  return { shape, data };
}
