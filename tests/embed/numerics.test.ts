/** Products, eigenvectors, singular values and Procrustes, against NumPy and SciPy and against their own definitions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eigen } from "../../src/embed/eigen.js";
import { matmul, transpose, type Matrix } from "../../src/embed/matmul.js";
import { procrustes } from "../../src/embed/procrustes.js";
import { factorise, singular } from "../../src/embed/svd.js";
import { golden, live, matrix, noScipy, random } from "./similar.js";

type Doubles = Matrix<Float64Array>;
const double = ({ shape, data }: Matrix): Doubles => ({ shape, data: Float64Array.from(data) });
const listed = ({ shape, data }: Matrix | Doubles): number[][] =>
  Array.from({ length: shape[0]! }, (_, n) => Array.from(data.subarray(n * shape[1]!, (n + 1) * shape[1]!)));

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++)
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= tolerance, `${i}: ${actual[i]} is not ${expected[i]}`);
}
async function assertOrthogonal(rows: Doubles, tolerance = 1e-12): Promise<void> {
  const product = await matmul(rows, rows);
  const identity = product.data.map((_, i) => (i % (rows.shape[0]! + 1) === 0 ? 1 : 0));
  close(product.data, identity, tolerance);
}

test("matmul: a · bᵀ for sizes that do and do not fill its strips", async () => {
  for (const [m, n, k] of [
    [1, 1, 1],
    [4, 3, 2],
    [5, 7, 3],
    [11, 2, 9],
  ] as const) {
    const [a, b] = [random(m, m, k), random(n + 50, n, k)];
    const expected = listed(a).flatMap((x) =>
      listed(b).map((y) => x.reduce((sum, value, i) => sum + value * y[i]!, 0)),
    );
    const product = await matmul(double(a), double(b));
    assert.deepEqual(product.shape, [m, n]);
    close(product.data, expected, 1e-12);
    assert.ok((await matmul(a, b)).data instanceof Float32Array);
    assert.deepEqual(transpose(transpose(a)), a);
  }
});

test("eigen: A = VᵀΛV with orthogonal V, largest first, also where values are equal or the matrix is singular", async () => {
  const cases = [1, 2, 3, 17, 60].map((n) => {
    const a = random(n, n, n);
    return { shape: [n, n], data: Float64Array.from(a.data, (v, i) => v + a.data[(i % n) * n + Math.floor(i / n)]!) };
  });
  const ones = { shape: [6, 6], data: new Float64Array(36).fill(1) };
  const identity = { shape: [5, 5], data: Float64Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? 2 : 0)) };
  for (const a of [...cases, ones, identity, { shape: [4, 4], data: new Float64Array(16) }]) {
    const { values, vectors } = eigen(a);
    await assertOrthogonal(vectors);
    const scaled = { ...vectors, data: vectors.data.map((v, i) => v * values[Math.floor(i / a.shape[0]!)]!) };
    close(
      (await matmul(transpose(vectors), transpose(scaled))).data,
      a.data,
      1e-12 * a.shape[0]! * (1 + Math.abs(values[0]!)),
    );
    values.forEach((value, i) => assert.ok(i === 0 || value <= values[i - 1]!));
  }
  assert.throws(() => eigen({ shape: [1, 1], data: Float64Array.of(Number.NaN) }), /^Error: eigen: invalid matrix/);
});

test("Procrustes: the worked examples to 1e-9", () => {
  for (const { x, y, r } of golden.procrustes) close(procrustes(matrix(x), matrix(y)).data, r.flat(), 1e-9);
  const expected = [-0.2052148443, 0.9787169497, 0.9787169497, 0.2052148443];
  close(
    procrustes(
      matrix([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      matrix([
        [2, 1],
        [1, 3],
        [4, 4],
      ]),
    ).data,
    expected,
    1e-9,
  );
});

test("Procrustes: live against SciPy", { skip: noScipy }, () => {
  for (const [pairs, dim] of [
    [200, 40],
    [60, 60],
    [400, 7],
  ] as const) {
    const [x, y] = [random(pairs, pairs, dim), random(pairs + 1, pairs, dim)];
    const theirs = live<{ procrustes: number[][] }>({ procrustes: { x: listed(x), y: listed(y) } }).procrustes;
    close(procrustes(x, y).data, theirs.flat(), 1e-9);
  }
});

test("Procrustes: orthogonal even where the pairs span less than the space, or nothing", async () => {
  for (const pairs of [1, 3, 6]) {
    const [x, y] = [random(1, pairs, 6), random(2, pairs, 6)];
    await assertOrthogonal(procrustes(x, y));
  }
  await assertOrthogonal(procrustes(matrix([[0, 0]]), matrix([[1, 2]])));
  const x = random(1, 3, 6);
  const turned = procrustes(x, x).data; // the identity on what x spans
  const image = await matmul(double(x), transpose({ shape: [6, 6], data: turned }));
  close(image.data, x.data, 1e-9);
  assert.throws(() => procrustes(x, random(1, 3, 5)), /^Error: procrustes: invalid pairs: \[3,6\] and \[3,5\]/);
});

test("singular values and FP: the worked example, whatever the signs", async () => {
  const table = matrix(golden.svd.table);
  close((await singular({ table, rank: 2 })).values, golden.svd.values, 1e-9);
  const { coordinates, primitives } = await factorise({ table, rank: 1 });
  close((await matmul(coordinates, transpose(primitives))).data, golden.svd.rank1.flat(), 1e-6);
  const length = coordinates.data.reduce((sum, value) => sum + value * value, 0);
  close([length], [1], 1e-6);
});

test("singular values and FP at every rank: live against NumPy", { skip: noScipy }, async () => {
  const table = random(4, 90, 7);
  const request = { svd: { table: listed(table) } };
  const { svd } = live<{ svd: { values: number[]; ranks: number[][][] } }>(request);
  close((await singular({ table, rank: 7 })).values, svd.values, 1e-9);
  for (let rank = 1; rank <= 7; rank++) {
    const { coordinates, primitives } = await factorise({ table, rank });
    close((await matmul(coordinates, transpose(primitives))).data, svd.ranks[rank - 1]!.flat(), 1e-5);
  }
});

test("a table of less than full rank is factorised without dividing by what is not there", async () => {
  const left = random(1, 50, 2);
  const table = await matmul(left, random(2, 5, 2));
  const { coordinates, primitives } = await factorise({ table, rank: 4 });
  assert.ok(coordinates.data.every((value) => Math.abs(value) <= 1.01));
  close((await matmul(coordinates, transpose(primitives))).data, table.data, 1e-4);
});
