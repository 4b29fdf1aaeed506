/** Each initialiser by its worked example (tests/golden/embed), and what is particular about it. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "../property.js";
import { slope } from "../../src/embed/adaptivocab.js";
import { blend } from "../../src/embed/align.js";
import { grow, spellings, type Grown, type InitialiserName } from "../../src/embed/index.js";
import { lengthOf } from "../../src/embed/magnitude.js";
import { inMemory } from "../../src/embed/table.js";
import { categoryOf, momentsOf } from "../../src/embed/scripts.js";
import { semiNmf } from "../../src/embed/semi-nmf.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, Tokenizer } from "../../src/types.js";
import { toy } from "../vocab/support.js";
import { close, embedding, head, meanRow, mixed, model, row } from "./support.js";

interface Golden {
  rows: Record<string, number[]>;
  "subword-mean": number[];
  eeve: Record<"input" | "output", number[]>;
  adaptivocab: Record<"input" | "output", number[]> & {
    weights: { count: number; input: number[]; output: number[] }[];
  };
  "tree-mean": Record<"left" | "right" | "both", number[]>;
  align: number[];
  scripts: { centre: number[]; deviation: number[] };
  magnitude: { norms: number[]; mean: number; median: number; row: number[] };
  divergence: { value: number; bound: number };
}
const golden = JSON.parse(
  fs.readFileSync(path.join(__dirname, "..", "golden", "embed", "initialisers.json"), "utf8"),
) as Golden;

/** What a 32-bit row may differ by from numbers below 8. */
const rounding = 2.5e-7;
const plain = toy([]);

/** A model whose rows of a, b and c are the examples', in both tables; a fourth dimension is zero there. */
function lettered(tokenizer: Tokenizer = plain, tied = false): LanguageModel {
  const made = model({ tokenizer, width: 4, tied });
  for (const name of tied ? [embedding] : [embedding, head])
    for (const [letter, values] of Object.entries(golden.rows))
      row(made.weights[name]!, tokenizer.idOf(letter)!).set([...values, 0]);
  return made;
}
const rowOf = ({ weights, tokenizer }: Grown, name: string, token: string): Float32Array =>
  row(weights[name]!, tokenizer.idOf(token)!).subarray(0, 3);
const abc = toy([
  ["a", "b"],
  ["ab", "c"],
]);
const grown = (init: InitialiserName, tokenizer = abc, tied = false): Promise<Grown> =>
  grow({ base: lettered(plain, tied), tokenizer, init, rng: rng(1) });

test("the worked examples of EEVE and AdaptiVocab: reading and writing differ, a tied table reads", async () => {
  for (const init of ["eeve", "adaptivocab"] as const) {
    const [untied, tied] = [await grown(init), await grown(init, abc, true)];
    close(rowOf(untied, embedding, "abc"), golden[init].input, rounding);
    close(rowOf(untied, head, "abc"), golden[init].output, rounding);
    close(rowOf(tied, embedding, "abc"), golden[init].input, rounding);
    assert.equal(untied.report.tied, undefined);
    assert.equal(tied.report.tied, init === "eeve" ? "subword-mean" : undefined);
  }
  for (const { count, input, output } of golden.adaptivocab.weights) {
    close(slope(count, "input"), input, 1e-12);
    close(slope(count, "output"), output, 1e-12);
  }
});

test("EEVE: the first piece that means something; part of a character leaves it to the mean, counted", async () => {
  const wide = toy([
    ["Ġ", "a"],
    ["ì", "ķ"],
    ["ìķ", "Ī"],
    ["Ġ", "ìķĪ"],
  ]);
  const base = model({ tokenizer: plain, tied: false });
  const { weights, report } = await grow({ base, tokenizer: wide, init: "eeve" });
  assert.deepEqual(row(weights[head]!, wide.idOf("Ġa")!), row(base.weights[head]!, plain.idOf("a")!));
  for (const token of ["ìķ", "ìķĪ", "ĠìķĪ"])
    close(
      row(weights[head]!, wide.idOf(token)!),
      meanRow(
        base.weights[head]!,
        [...token].map((c) => plain.idOf(c)!),
      ),
    );
  assert.deepEqual(report.tables[1], { table: head, fallbacks: { "its first piece is part of a character": 3 } });
  assert.deepEqual(report.tables[0]!.fallbacks, {});
});

test("tree mean: down the merges, in each table by its own rows; several merges are averaged", async () => {
  const right = toy([
    ["b", "c"],
    ["a", "bc"],
  ]);
  const both = toy([
    ["a", "b"],
    ["b", "c"],
    ["ab", "c"],
    ["a", "bc"],
  ]);
  for (const [tokenizer, key] of [
    [abc, "left"],
    [right, "right"],
    [both, "both"],
  ] as const)
    for (const name of [embedding, head])
      close(rowOf(await grown("tree-mean", tokenizer), name, "abc"), golden["tree-mean"][key], rounding);
  const base = lettered();
  row(base.weights[head]!, plain.idOf("a")!).fill(9);
  const { weights } = await grow({ base, tokenizer: abc, init: "tree-mean" });
  const [a, b, c] = ["a", "b", "c"].map((letter) => plain.idOf(letter)!) as [number, number, number];
  close(
    row(weights[head]!, abc.idOf("abc")!),
    mixed(base.weights[head]!, [
      [a, 0.25],
      [b, 0.25],
      [c, 0.5],
    ]),
  );
  const unmerged = toy([], {}, ["abc"]);
  const { weights: fallen, report } = await grow({ base, tokenizer: unmerged, init: "tree-mean" });
  assert.deepEqual(report.tables[0]!.fallbacks, { "no merges lead to it from old tokens": 1 });
  close(row(fallen[embedding]!, unmerged.idOf("abc")!).subarray(0, 3), golden["subword-mean"], rounding);
});

test("tree mean weighs old tokens by powers of two that sum to 1", async () => {
  const deep = toy([
    ["a", "b"],
    ["ab", "c"],
    ["c", "abc"],
    ["cabc", "abc"],
  ]);
  const base = model({ tokenizer: plain });
  const { weights } = await grow({ base, tokenizer: deep, init: "tree-mean" });
  const [a, b, c] = ["a", "b", "c"].map((letter) => plain.idOf(letter)!) as [number, number, number];
  const expected: [number, number][] = [
    [c, 1 / 4],
    [a, 1 / 16],
    [b, 1 / 16],
    [c, 1 / 8],
    [a, 1 / 8],
    [b, 1 / 8],
    [c, 1 / 4],
  ];
  assert.equal(
    expected.reduce((sum, [, weight]) => sum + weight, 0),
    1,
  );
  close(row(weights[embedding]!, deep.idOf("cabcabc")!), mixed(base.weights[embedding]!, expected));
});

test("align: the worked example, the counting of spellings, and what a text lacks", async () => {
  const [a, b] = [plain.idOf("a")!, plain.idOf("b")!];
  const { ids, weights } = blend([
    { ids: [a], count: 1 },
    { ids: [a, b], count: 3 },
  ]);
  const table = lettered().weights[embedding]!;
  const blended = ids.map((id, i): [number, number] => [id, weights[i]!]);
  close(mixed(table, blended).slice(0, 3), golden.align, 1e-12);

  const base = toy([
    ["a", "b"],
    ["c", "d"],
    ["Ġ", "a"],
  ]);
  const wide = toy([
    ["a", "b"],
    ["c", "d"],
    ["Ġ", "a"],
    ["ab", "cd"],
    ["b", "c"],
  ]);
  const found = await spellings({ base, tokenizer: wide, texts: ["abcd abcd", "abcd bc", "b"] });
  const id = (token: string): number => base.idOf(token)!;
  assert.deepEqual(found.get(wide.idOf("abcd")!), [{ ids: [id("ab"), id("cd")], count: 3 }]);
  assert.deepEqual(found.get(wide.idOf("bc")!), [{ ids: [id("b"), id("c")], count: 1 }]);
  assert.deepEqual([...found.keys()].sort(), [wide.idOf("abcd")!, wide.idOf("bc")!].sort());
  const { weights: grownWeights, report } = await grow({
    base: model({ tokenizer: base }),
    tokenizer: wide,
    init: "align",
    evidence: { spellings: new Map([[wide.idOf("bc")!, [{ ids: [id("b"), id("c")], count: 4 }]]]) },
  });
  assert.deepEqual(report.tables[0]!.fallbacks, { "not in the text": 1 });
  assert.ok(grownWeights[embedding]!.data.every(Number.isFinite));
  await assert.rejects(
    grow({ base: model({ tokenizer: base }), tokenizer: wide, init: "align" }),
    /^Error: grow: invalid evidence: no spellings \(embed\.spellings\(/,
  );
});

test("align: old tokens within a new one or around it count, those that cross its border do not", async () => {
  const base = toy([
    ["b", "c"],
    ["x", "y"],
    ["xy", "z"],
  ]);
  const wide = toy([
    ["a", "b"],
    ["x", "y"],
  ]);
  const found = await spellings({ base, tokenizer: wide, texts: ["abc", "ab", "xyz"] });
  const id = (token: string): number => base.idOf(token)!;
  assert.deepEqual(found.get(wide.idOf("ab")!), [
    { ids: [id("a")], count: 1 },
    { ids: [id("a"), id("b")], count: 1 },
  ]);
  assert.equal(found.size, 1, "xy is a token of both");
  const around = await spellings({
    base: toy([
      ["x", "y"],
      ["xy", "z"],
    ]),
    tokenizer: toy([["y", "z"]]),
    texts: ["xyz"],
  });
  assert.deepEqual([...around.values()], [[{ ids: [258], count: 1 }]]);
});

test("by script: decoded before classified, the worked moments, and the fallbacks by reason", async () => {
  const utf8 = new TextEncoder();
  const categories: Record<string, string> = {
    " the": "Latin initial",
    ing: "Latin medial",
    न: "Devanagari medial",
    " 안녕": "Hangul initial",
    a가나: "Hangul medial",
    가a: "Hangul medial",
    "12": "Common medial",
    " ": "Common medial",
  };
  for (const [text, category] of Object.entries(categories))
    assert.equal(categoryOf(utf8.encode(text)), category, text);
  assert.equal(categoryOf(utf8.encode("न").subarray(0, 2)), "part of a character medial");
  const { centre, deviation } = momentsOf(
    inMemory({ shape: [3, 2], data: Float32Array.from([1, 1, 3, 5, 2, 0]) }),
    [0, 1, 2],
  );
  close(centre, golden.scripts.centre, 1e-9);
  close(deviation, golden.scripts.deviation, 1e-9);

  const wide = toy([
    ["a", "b"],
    ["ì", "ķ"],
    ["ìķ", "Ī"],
  ]);
  const base = model({ tokenizer: plain, tied: true });
  const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => plain.idOf(letter)!);
  for (const id of letters) row(base.weights[embedding]!, id).fill(40);
  const { weights, report } = await grow({ base, tokenizer: wide, init: "scripts", rng: rng(1) });
  assert.deepEqual([...row(weights[embedding]!, wide.idOf("ab")!)], Array<number>(12).fill(40));
  assert.deepEqual(report.tables[0]!.fallbacks, { "no two old tokens are Hangul medial": 1 });
});

test("magnitude: the worked example; the head is left alone unless asked", async () => {
  const table = inMemory({ shape: [3, 3], data: Float32Array.from(Object.values(golden.rows).flat()) });
  assert.ok(Math.abs(lengthOf(table, [0, 1, 2], "mean") - golden.magnitude.mean) < 1e-9);
  assert.ok(Math.abs(lengthOf(table, [0, 1, 2], "median") - golden.magnitude.median) < 1e-9);
  const base = lettered();
  const others = [...Array(257).keys()].filter((id) => !"abc".includes(plain.tokenOf(id)!));
  const fits = { base, tokenizer: abc, init: "subword-mean", untrained: others } as const;
  const { weights } = await grow({ ...fits, match: "mean" });
  close(row(weights[embedding]!, abc.idOf("abc")!).subarray(0, 3), golden.magnitude.row, rounding);
  close(row(weights[head]!, abc.idOf("abc")!).subarray(0, 3), golden["subword-mean"], rounding);
  const both = await grow({ ...fits, match: "mean", matchOutput: true });
  close(row(both.weights[head]!, abc.idOf("abc")!).subarray(0, 3), golden.magnitude.row, rounding);
  await assert.rejects(grow({ ...fits, match: "max" as never }), /^Error: grow: invalid match: "max"/);
});

test("mean: the worked divergence, below its bound", async () => {
  const wide = toy([["a", "b"]]);
  const base = model({ tokenizer: plain, width: 4 });
  const ids = [..."abcd"].map((letter) => plain.idOf(letter)!);
  const rows = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ];
  ids.forEach((id, n) => row(base.weights[embedding]!, id).set([...rows[n]!, 0, 0]));
  const untrained = [...Array(257).keys()].filter((id) => !ids.includes(id));
  const { weights } = await grow({ base, tokenizer: wide, init: "mean", untrained });
  const power = (id: number): number =>
    Math.exp(row(weights[embedding]!, id)[0]! + 0.5 * row(weights[embedding]!, id)[1]!);
  const old = ids.reduce((sum, id) => sum + power(id), 0);
  assert.ok(Math.abs(Math.log((old + power(257)) / old) - golden.divergence.value) < 1e-9);
  assert.ok(golden.divergence.value < golden.divergence.bound);
});

test("semi-NMF: the error never grows, amounts are nonnegative, and a table of few directions is found", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 6 }), async (seed, rank) => {
      const random = rng(seed);
      const x = { shape: [9, 5], data: Float64Array.from({ length: 45 }, () => random.normal()) };
      const { g, f, errors } = await semiNmf({ x, rank, rng: rng(seed) });
      assert.deepEqual(
        [g.shape, f.shape],
        [
          [9, rank],
          [rank, 5],
        ],
      );
      assert.ok(g.data.every((value) => value >= 0));
      for (let i = 1; i < errors.length; i++) assert.ok(errors[i]! <= errors[i - 1]! * (1 + 1e-9) + 1e-12);
    }),
    { seed: 7, numRuns: 40 },
  );
  const random = rng(3);
  const f = Float64Array.from({ length: 10 }, () => random.normal());
  const g = Float64Array.from({ length: 60 }, () => Math.abs(random.normal()));
  const data = Float64Array.from({ length: 150 }, (_, at) => {
    const [n, j] = [Math.floor(at / 5), at % 5];
    return g[2 * n]! * f[j]! + g[2 * n + 1]! * f[5 + j]!;
  });
  const { errors } = await semiNmf({ x: { shape: [30, 5], data }, rank: 2, iterations: 400, rng: rng(1) });
  const size = data.reduce((sum, value) => sum + value ** 2, 0);
  assert.ok(errors.at(-1)! < 1e-3 * size, `${errors.at(-1)} of ${size} is left`);
});

test("UNKs Everywhere: new rows lie in the span of the old table's directions", async () => {
  const base = model({ tokenizer: plain, width: 4, spread: 0 });
  const { data } = base.weights[embedding]!;
  const random = rng(2);
  for (let id = 0; id < 257; id++) {
    const [x, y] = [random.normal(), random.normal()];
    data.set([x, y, x + y, x - y], 4 * id);
  }
  const { weights } = await grow({ base, tokenizer: abc, init: "unks-everywhere", rng: rng(1) });
  for (const token of ["ab", "abc"]) {
    const [x, y, sum, difference] = row(weights[embedding]!, abc.idOf(token)!) as unknown as [
      number,
      number,
      number,
      number,
    ];
    close([sum, difference], [x + y, x - y], 1e-4);
  }
  assert.notDeepEqual(row(weights[embedding]!, 257), row(weights[embedding]!, 258));
});
