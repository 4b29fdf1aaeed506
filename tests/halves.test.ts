/** Halves of float32: every pattern survives, and rounding is to the nearest, ties to even. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromFloat32, toFloat32 } from "../src/halves.js";

for (const dtype of ["F16", "BF16"] as const)
  test(`${dtype}: all 65,536 patterns are read and written bit for bit`, () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const back = fromFloat32(toFloat32(new Uint8Array(all.buffer), dtype), dtype);
    assert.deepEqual(new Uint16Array(back.buffer), all);
  });

/** By hand from IEEE 754: a tie goes to the even neighbour, what is past the largest number is infinite. */
const rounded: Record<"F16" | "BF16", [number, number][]> = {
  F16: [
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [1 + 2 ** -11 + 2 ** -20, 0x3c01],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [-1e6, 0xfc00],
    [2 ** -25, 0],
    [2 ** -25 * 1.001, 1],
    [3 * 2 ** -25, 2],
    [2 ** -14 - 2 ** -25, 0x0400],
    [1e-30, 0],
    [-0, 0x8000],
    [NaN, 0x7e00],
  ],
  BF16: [
    [1 + 2 ** -8, 0x3f80],
    [1 + 3 * 2 ** -8, 0x3f82],
    [1 + 2 ** -8 + 2 ** -20, 0x3f81],
    [3.4e38, 0x7f80],
    [-3.3895314e38, 0xff7f],
    [-0, 0x8000],
    [NaN, 0x7fc0],
  ],
};
for (const [dtype, rows] of Object.entries(rounded) as ["F16" | "BF16", [number, number][]][])
  test(`${dtype}: rounds to the nearest, ties to even`, () => {
    const halves = new Uint16Array(
      fromFloat32(
        Float32Array.from(rows, ([value]) => value),
        dtype,
      ).buffer,
    );
    assert.deepEqual(
      [...halves],
      rows.map(([, bits]) => bits),
    );
  });
