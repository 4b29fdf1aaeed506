/** Products by ONNX Runtime are those of plain JavaScript, in either precision, and so are their highest entries. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { plain, type Matrix } from "../../src/embed/matmul.js";
import { numerics } from "../../src/engine/index.js";
import { rng } from "../../src/rng.js";

const fast = numerics({ threads: 2 });

function random(seed: number, rows: number, width: number): Matrix {
  const draw = rng(seed);
  return { shape: [rows, width], data: Float32Array.from({ length: rows * width }, () => draw.normal()) };
}
const double = ({ shape, data }: Matrix): Matrix<Float64Array> => ({ shape, data: Float64Array.from(data) });

test("matmul: one session for all sizes, float32 to its rounding and float64 to its own", async () => {
  for (const [m, n, k] of [
    [1, 1, 1],
    [3, 50, 20],
    [70, 9, 33],
  ] as const) {
    const [a, b] = [random(m, m, k), random(n, n, k)];
    const [ours, theirs] = [await plain.matmul(a, b), await fast.matmul(a, b)];
    assert.deepEqual(theirs.shape, [m, n]);
    ours.data.forEach((value, i) => assert.ok(Math.abs(value - theirs.data[i]!) < 1e-4));
    const exact = await fast.matmul(double(a), double(b));
    assert.ok(exact.data instanceof Float64Array);
    const expected = await plain.matmul(double(a), double(b));
    expected.data.forEach((value, i) => assert.ok(Math.abs(value - exact.data[i]!) < 1e-12));
  }
});

test("highest: the same entries in the same order, of equal ones the first", async () => {
  const [a, b] = [random(1, 20, 8), random(2, 60, 8)];
  for (const few of [1, 7, 60]) {
    const [ours, theirs] = [await plain.highest(a, b, few), await fast.highest(a, b, few)];
    assert.deepEqual(theirs.at, ours.at);
    ours.scores.forEach((value, i) => assert.ok(Math.abs(value - theirs.scores[i]!) < 1e-5));
  }
  const same = { shape: [5, 8], data: Float32Array.from({ length: 40 }, (_, i) => a.data[i % 8]!) };
  const first = await fast.highest({ shape: [1, 8], data: a.data.subarray(0, 8) }, same, 3);
  assert.deepEqual([...first.at], [0, 1, 2]);
});

test("what does not fit is refused in one line", async () => {
  const [a, b] = [random(1, 2, 3), random(1, 2, 4)];
  await assert.rejects(fast.matmul(a, b), /^Error: matmul: invalid shapes: \[2,3\] and \[2,4\] \(equal row lengths\)$/);
  await assert.rejects(fast.highest(a, a, 3), /^RangeError: highest: invalid few: 3 \(from 1 to 2\)$/);
  assert.throws(() => numerics({ threads: 0 }), /^RangeError: numerics: invalid threads: 0 \(a whole number from 1\)$/);
});
