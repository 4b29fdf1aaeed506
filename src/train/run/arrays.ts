/**
 * What a run keeps, as safetensors in the types that it is kept in: float32 as F32, bfloat16 as BF16, codes as U8. Bit for bit,
 * both ways.
 */
import { readSafetensors, writeSafetensors } from "../../model/index.js";
import type { KeptTensor, StateArrays, Weights } from "../../types.js";

export function writeArrays(path: string, arrays: StateArrays): void {
  const weights: Weights = {};
  const kept: Record<string, KeptTensor> = {};
  for (const [name, { shape, data }] of Object.entries(arrays))
    if (data instanceof Float32Array) weights[name] = { shape, data };
    else kept[name] = { shape, dtype: data instanceof Uint16Array ? "BF16" : "U8", bytes: bytesOf(data) };
  writeSafetensors(path, weights, { kept });
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint16Array | Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export function readArrays(path: string): StateArrays {
  const { weights, kept = {} } = readSafetensors(path, ({ dtype }) => dtype === "BF16" || dtype === "U8");
  const others = Object.entries(kept).map(([name, { shape, dtype, bytes }]) => {
    const { buffer, byteOffset, length } = bytes;
    const data =
      dtype === "U8" ? new Uint8Array(buffer, byteOffset, length) : new Uint16Array(buffer, byteOffset, length / 2);
    return [name, { shape, data }] as const;
  });
  return { ...weights, ...Object.fromEntries(others) };
}
