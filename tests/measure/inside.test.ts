/** Measures of states: by hand, against NumPy (tests/golden/inside.py), and what each has to leave alone. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  anc,
  cca,
  cka,
  effectiveRank,
  inductionHeads,
  isotropy,
  lape,
  retrieval,
  type StatesTable,
} from "../../src/measure/index.js";
import { rng } from "../../src/rng.js";

interface Golden {
  cka: number;
  debiased: number;
  anc: number[];
  cca: number[];
  svcca: { dimensions: number[]; coefficients: number[] };
  cosine: number[];
  margin: number[];
  isotropy: Record<"cosine" | "centredCosine" | "isoScore" | "partition", number>;
  effectiveRank: number;
}
const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "inside.json"), "utf8")) as Golden;

const table = (rows: number[][]): StatesTable & { shape: number[]; data: Float32Array } => ({
  shape: [rows.length, rows[0]!.length],
  data: Float32Array.from(rows.flat()),
});
const rows = (text: string): ReturnType<typeof table> =>
  table(text.split("; ").map((row) => row.split(" ").map(Number)));
const made = (n: number, width: number, f: (i: number, j: number) => number): ReturnType<typeof table> =>
  table(Array.from({ length: n }, (_, i) => Array.from({ length: width }, (_, j) => f(i, j))));
const wave = (phase: number) => (i: number, j: number) =>
  Math.fround(Math.sin(phase + 1.3 * i + 0.7 * j * j + 0.11 * i * j) + 0.5 * Math.cos(0.37 * i * (j + 1)));
const near = (got: number | null, wanted: number, by = 1e-6): void =>
  assert.ok(got !== null && Math.abs(got - wanted) < by, `${got} is not ${wanted}`);

const a = made(40, 7, wave(0));
const b = made(40, 5, wave(2));
const same = { shape: [40, 7], data: a.data.map((value, i) => value + 0.5 * wave(4)(Math.floor(i / 7), i % 7)) };

const x = rows("1 2 0; 0 1 1; 3 1 2; 2 0 1; 1 1 4");
const y = rows("2 1; 1 0; 4 3; 1 2; 3 5");

test("the same numbers as NumPy from the formulas", async () => {
  near(await cka({ a, b, debiased: false }), golden.cka);
  near(await cka({ a, b }), golden.debiased);
  anc({ a, b: same }).byNeuron.forEach((value, j) => near(value, golden.anc[j]!));
  const whole = await cca({ a, b });
  assert.deepEqual([whole.dimensions, whole.forced], [{ a: 7, b: 5 }, 0]);
  golden.cca.forEach((value, k) => near(whole.coefficients[k]!, value));
  const most = await cca({ a, b, keep: 0.9 });
  assert.deepEqual(Object.values(most.dimensions), golden.svcca.dimensions);
  golden.svcca.coefficients.forEach((value, k) => near(most.coefficients[k]!, value));
  for (const by of ["cosine", "margin"] as const) {
    const { aToB, bToA } = await retrieval({ a, b: same, by });
    assert.deepEqual([aToB, bToA], golden[by]);
  }
  const spread = await isotropy({ table: a });
  for (const name of ["cosine", "centredCosine", "isoScore", "partition"] as const)
    near(spread[name], golden.isotropy[name]);
  near(await effectiveRank({ before: a, after: same }), golden.effectiveRank, 1e-5);
});

test("CKA by hand: 1 with itself; rotation, scale and a shift leave it; noise of few texts is near 1 unless debiased", async () => {
  near(await cka({ a: x, b: y, debiased: false }), 0.747216);
  near(await cka({ a: x, b: y }), 0.576242);
  const [cos, sin] = [Math.cos(0.7), Math.sin(0.7)];
  const turn = ([p, q, r]: number[]): number[] => [
    3 * (cos * p! - sin * q!) + 5,
    3 * (sin * p! + cos * q!),
    3 * r! - 2,
  ];
  const turned = table([0, 3, 6, 9, 12].map((from) => turn(Array.from(x.data.subarray(from, from + 3)))));
  for (const debiased of [true, false]) {
    near(await cka({ a: x, b: x, debiased }), 1, 1e-12);
    near((await cka({ a: turned, b: y, debiased }))! - (await cka({ a: x, b: y, debiased }))!, 0);
  }
  const random = rng(3);
  const noise = (): StatesTable => made(20, 200, () => random.normal());
  const [biased, fair]: number[][] = [[], []];
  for (let trial = 0; trial < 8; trial++) {
    const pair = { a: noise(), b: noise() };
    biased!.push((await cka({ ...pair, debiased: false }))!);
    fair!.push((await cka(pair))!);
  }
  assert.ok(Math.min(...biased!) > 0.85);
  near(fair!.reduce((sum, value) => sum + value, 0) / 8, 0, 0.08);
  assert.equal(await cka({ a: x, b: made(5, 2, () => 0.1) }), null);
});

test("neurons that answer alike; one that does not vary has no correlation", () => {
  const still = rows("2 1 5; 1 0 3; 4 3 1; 1 2 2; 3 5 2");
  near(anc({ a: x, b: still }).mean, 0.473215);
  const { mean, byNeuron } = anc({ a: x, b: { ...still, data: still.data.map((v, i) => (i % 3 === 1 ? 0.1 : v)) } });
  assert.equal(byNeuron[1], null);
  near(mean, (byNeuron[0]! + byNeuron[2]!) / 2, 1e-12);
});

test("canonical correlations by hand, and how many are 1 whatever the states are", async () => {
  const p = rows("1 2 0; 0 1 1; 3 1 2; 2 0 1; 1 1 4; 0 3 2; 2 2 2; 4 1 0");
  const q = rows("2 1; 1 0; 4 3; 1 2; 3 5; 0 4; 2 1; 5 2");
  const { coefficients, mean } = await cca({ a: p, b: q });
  near(coefficients[0]!, 0.854659);
  near(coefficients[1]!, 0.754933);
  near(mean, 0.804796);
  const kept = await cca({ a: p, b: q, keep: 0.8 });
  assert.deepEqual(kept.dimensions, { a: 2, b: 2 });
  near(kept.mean, 0.769594);
  const few = await cca({ a: x, b: y });
  assert.equal(few.forced, 1);
  near(few.coefficients[0]!, 1);
  assert.equal((await cca({ a: p, b: made(8, 2, () => 3) })).mean, null);
});

test("a text that is near to everything misleads the cosine and not the margin", async () => {
  const pair = { a: rows("4 1; 1 4; 1 2; 4 0"), b: rows("4 2; 2 4; 3 4; 4 1") };
  assert.equal((await retrieval(pair)).aToB, 0.5);
  assert.equal((await retrieval({ ...pair, by: "margin", neighbours: 2 })).aToB, 1);
  assert.deepEqual(await retrieval({ a, b: a, by: "margin" }), { aToB: 1, bToA: 1, mean: 1, chance: 1 / 40 });
});

test("isotropy of a cross, of the cross stretched, of a line, and after a shift", async () => {
  const root = Math.SQRT2;
  const cross = [
    [1, 1, 0],
    [1, -1, 0],
    [-1, 1, 0],
    [-1, -1, 0],
    [0, 0, root],
    [0, 0, -root],
  ];
  const of = (f: (row: number[]) => number[]): ReturnType<typeof isotropy> => isotropy({ table: table(cross.map(f)) });
  const even = await of((row) => row);
  near(even.isoScore, 1);
  near(even.partition, 0.977976);
  near(even.cosine, -0.2);
  const stretched = await of(([p, q, r]) => [3 * p!, q!, r!]);
  near(stretched.isoScore, 0.228916);
  near(stretched.partition, 0.193333);
  near((await of(([p]) => [p!, 0, 0])).isoScore, 0);
  const shifted = await of(([p, q, r]) => [p! + 4, q!, r!]);
  near(shifted.cosine, 0.89984);
  near(shifted.centredCosine, -0.2);
  near(shifted.isoScore, 1);
});

test("neurons of one language: entropy by hand, the bar keeps out what never fires", () => {
  const shares = { da: [0.9, 0.3, 0.02, 0.5, 0], de: [0.1, 0.3, 0.01, 0.6, 0], en: [0.1, 0.3, 0.6, 0.55, 0] };
  const { entropy, bar, neurons } = lape({ shares, bar: 0.8, keep: 0.4 });
  [0.600166, 1.098612, 0.221754, 1.095854, 0].forEach((value, i) => near(entropy[i]!, value));
  assert.equal(bar, 0.55);
  assert.deepEqual(
    neurons.map(({ neuron, languages }) => [neuron, languages]),
    [
      [2, ["en"]],
      [0, ["da"]],
    ],
  );
});

test("the effective rank of what was added", async () => {
  near(await effectiveRank({ after: rows("3 0; 0 4") }), 1.979626);
  near(await effectiveRank({ before: rows("1 1"), after: rows("2 1") }), 1);
  assert.equal(await effectiveRank({ before: a, after: a }), null);
});

test("an induction head attends to what came after its token before; one that attends evenly has what there is", () => {
  const tokens = [5, 7, 9, 5, 7, 9];
  const even = tokens.flatMap((_, query) => tokens.map((_, key) => (key <= query ? 1 / (query + 1) : 0)));
  const head = even.map((x, i) => (i < 18 ? x : i % 6 === Math.floor(i / 6) - 2 ? 1 : 0));
  const weights = { shape: [2, 6, 6], data: Float32Array.from([...even, ...head]) };
  const [best, other] = inductionHeads({ tokens, layers: [{ layer: 2, weights }] });
  const uniform = (1 / 4 + 1 / 5 + 1 / 6) / 3;
  assert.deepEqual([best!.layer, best!.head, best!.score], [2, 1, 1]);
  assert.ok(Math.abs(other!.score - uniform) < 1e-7 && Math.abs(best!.uniform - uniform) < 1e-12);
  assert.throws(() => inductionHeads({ tokens: [1, 2], layers: [] }), /invalid tokens: none occurs twice$/);
});

test("what cannot be measured is said", async () => {
  await assert.rejects(
    cka({ a: x, b: a }),
    /^Error: cka: invalid b: 40 rows \(row by row the texts of a, which has 5\)$/,
  );
  await assert.rejects(cka({ a: made(3, 2, wave(0)), b: made(3, 2, wave(1)) }), /cka: invalid a: 3 rows \(from 4\)/);
  await assert.rejects(cca({ a: x, b: y, keep: 0 }), /cca: invalid keep: 0 /);
  await assert.rejects(retrieval({ a: x, b: y }), /retrieval: invalid b: width 2 /);
  await assert.rejects(isotropy({ table: made(2, 2, () => NaN) }), /isotropy: invalid table: row 0 has NaN/);
  assert.throws(() => anc({ a: x, b: y }), /anc: invalid b: 2 neurons/);
  assert.throws(() => lape({ shares: { da: [2], de: [1] } }), /lape: invalid shares: 2 of da/);
  await assert.rejects(effectiveRank({ after: x, before: y }), /effectiveRank: invalid before/);
});
