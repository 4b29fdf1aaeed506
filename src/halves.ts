/**
 * float16 and bfloat16 beside float32, by their bits: reading is exact, writing rounds to the nearest and ties to even, and
 * what was read is written back bit for bit, NaNs too.
 */
import type { Dtype } from "./types.js";

export const bytesPerNumber: Record<Dtype, number> = { F32: 4, F16: 2, BF16: 2 };

/**
 * `bytes` must not be part of a buffer that others use: float32 is not copied. `scratch`, where given, takes what is not float32
 * already.
 */
export function toFloat32(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype, scratch?: Float32Array): Float32Array {
  if (dtype === "F32") return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const out = scratch?.subarray(0, halves.length) ?? new Float32Array(halves.length);
  if (dtype === "BF16") {
    fromBrains(halves, new Int32Array(out.buffer, out.byteOffset, out.length));
    return out;
  }
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  const table = halfTable();
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]!]!;
  return out;
}

/** `scratch`, where given, has room for all numbers and takes what is not float32. */
export function fromFloat32(
  data: Float32Array,
  dtype: Dtype,
  scratch?: Uint16Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  if (dtype === "F32") return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  const halves = scratch?.subarray(0, data.length) ?? new Uint16Array(data.length);
  // One loop each: what is called through a variable is not inlined.
  if (dtype === "BF16") toBrains(new Int32Array(data.buffer, data.byteOffset, data.length), halves);
  else {
    const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
    for (let i = 0; i < halves.length; i++) halves[i] = toHalf(bits[i]!);
  }
  return new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength);
}

/** bfloat16 is the upper half of float32. Two at a time, for moving them is all that there is to do. */
function fromBrains(halves: Uint16Array, bits: Int32Array): void {
  const even = halves.byteOffset % 4 === 0 ? halves.length & ~1 : 0;
  const pairs = new Int32Array(halves.buffer, even ? halves.byteOffset : 0, even / 2);
  for (let i = 0, at = 0; i < pairs.length; i++, at += 2) {
    const pair = pairs[i]!;
    bits[at] = pair << 16;
    bits[at + 1] = pair & 0xffff0000;
  }
  for (let i = even; i < halves.length; i++) bits[i] = halves[i]! << 16;
}

function toBrains(bits: Int32Array, halves: Uint16Array): void {
  const even = halves.byteOffset % 4 === 0 ? halves.length & ~1 : 0;
  const pairs = new Int32Array(halves.buffer, even ? halves.byteOffset : 0, even / 2);
  for (let i = 0, at = 0; i < pairs.length; i++, at += 2)
    pairs[i] = toBrain(bits[at]!) | (toBrain(bits[at + 1]!) << 16);
  for (let i = even; i < halves.length; i++) halves[i] = toBrain(bits[i]!);
}

/** Whether nothing is rounded by writing so. */
export function isExact(data: Float32Array, dtype: Dtype): boolean {
  if (dtype === "F32") return true;
  const back = toFloat32(fromFloat32(data, dtype), dtype);
  return data.every((value, i) => Object.is(value, back[i]));
}

/** A NaN stays one. */
function toBrain(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | (bits & 0xffff ? 0x40 : 0);
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7c00 | ((size >>> 13) & 0x3ff || 0x200);
  if (size >= 0x47800000) return sign | 0x7c00;
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  // Below the least normal number, 2^-14, in units of 2^-24.
  const shift = 126 - (size >>> 23);
  if (shift > 24) return sign;
  const significand = (size & 0x7fffff) | 0x800000;
  return sign | ((significand + (1 << (shift - 1)) - 1 + ((significand >>> shift) & 1)) >>> shift);
}

let table: Uint32Array | undefined;
/** The float32 bits of every float16. */
const halfTable = (): Uint32Array => (table ??= Uint32Array.from({ length: 1 << 16 }, (_, half) => fromHalf(half)));

let values: Float32Array | undefined;
/** The value of every float16. */
export const halfValues = (): Float32Array => (values ??= new Float32Array(halfTable().buffer));

let brains: Float32Array | undefined;
/** The value of every bfloat16. */
export const brainValues = (): Float32Array =>
  (brains ??= new Float32Array(Uint32Array.from({ length: 1 << 16 }, (_, brain) => brain << 16).buffer));

function fromHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  return sign | new Uint32Array(Float32Array.of(fraction * 2 ** -24).buffer)[0]!;
}
