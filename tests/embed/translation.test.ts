/** Trans-tokenization: how a pair of words becomes links of tokens, and what unlinked tokens borrow. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import { alignment, grow } from "../../src/embed/index.js";
import { spread } from "../../src/embed/alignment.js";
import { toy } from "../vocab/support.js";
import { close, embedding, meanRow, mixed, model, row } from "./support.js";

function links(old: number[], now: number[], count: number): Record<string, number> {
  const found: Record<string, number> = {};
  spread(old, now, count, (id, from, share) => (found[`${id}<${from}`] = (found[`${id}<${from}`] ?? 0) + share));
  return found;
}

test("the worked example: two old tokens and three new ones, linked twenty times", () => {
  const found = links([1, 2], [11, 12, 13], 20);
  const expected = { "11<1": 15, "11<2": 5, "12<1": 10, "12<2": 10, "13<1": 5, "13<2": 15 };
  assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
  for (const [link, count] of Object.entries(expected)) assert.ok(Math.abs(found[link]! - count) < 1e-9, link);
  assert.deepEqual(links([1], [11], 7), { "11<1": 7 });
});

test("every new token of a pair gets the whole count, and no old token more than its share of it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (a, b) => {
      const [old, now] = [[...Array(a).keys()], [...Array(b).keys()]];
      const [given, taken] = [Array<number>(b).fill(0), Array<number>(a).fill(0)];
      spread(old, now, 12, (id, from, share) => ((given[id]! += share), (taken[from]! += share)));
      close(given, Array<number>(b).fill(12), 1e-9);
      close(taken, Array<number>(a).fill((12 * b) / a), 1e-9);
    }),
  );
});

test("linked tokens are mixed by count; others borrow, twice as much from what begins a word; the rest are pieces", async () => {
  const base = toy([
    ["Ġ", "a"],
    ["Ġa", "b"],
    ["x", "y"],
  ]);
  const wide = toy([
    ["Ġ", "a"],
    ["Ġa", "b"],
    ["x", "y"], // as before
    ["Ġ", "k"],
    ["Ġk", "l"],
    ["k", "l"],
    ["m", "n"],
    ["Ġkl", "m"], // new
  ]);
  const before = model({ tokenizer: base });
  const table = before.weights[embedding]!;
  const [id, old] = [(token: string): number => wide.idOf(token)!, (token: string): number => base.idOf(token)!];
  const linked: [number, number, number][] = [
    [id("Ġkl"), old("Ġab"), 3],
    [id("Ġkl"), old("xy"), 1],
  ];
  const { weights, report } = await grow({
    base: before,
    tokenizer: wide,
    init: "trans-tokenization",
    evidence: { alignment: linked },
  });
  const made = (token: string): Float32Array => row(weights[embedding]!, id(token));
  close(
    made("Ġkl"),
    mixed(table, [
      [old("Ġab"), 0.75],
      [old("xy"), 0.25],
    ]),
  );
  const lent = mixed(table, [
    [old("Ġab"), 1.5 / 1.75],
    [old("xy"), 0.25 / 1.75],
  ]);
  close(made("Ġk"), lent); // Ġkl begins with it
  close(made("Ġklm"), lent); // Ġkl is inside it
  for (const token of ["kl", "mn"]) close(made(token), meanRow(table, [...token].map(old)));
  assert.deepEqual(report.tables[0]!.fallbacks, { "neither linked nor near a token that is": 2 });
});

test("alignment: words are spelled by each tokenizer after a space, rare pairs left out, equal tokens linked once", () => {
  const base = toy([
    ["Ġ", "a"],
    ["Ġa", "b"],
  ]);
  const wide = toy([
    ["Ġ", "k"],
    ["Ġk", "l"],
  ]);
  const found = alignment({
    base,
    tokenizer: wide,
    pairs: [
      ["ab", "kl", 4],
      ["a", "k"],
      ["ab", "k", 0],
    ],
    least: 1,
  });
  const count = (now: string, old: string): number =>
    found.find(([id, from]) => id === wide.idOf(now) && from === base.idOf(old))?.[2] ?? 0;
  assert.equal(count("Ġkl", "Ġab"), 4);
  assert.equal(count("Ġk", "Ġa"), 1);
  assert.equal(count("Ġk", "Ġab"), 0);
  assert.equal(count("z", "z"), 1);
  assert.equal(alignment({ base, tokenizer: wide, pairs: [["ab", "kl", 4]], least: 10 }).length, 257);
  assert.throws(
    () => alignment({ base, tokenizer: wide, pairs: [["a", "b", NaN]] }),
    /^RangeError: alignment: invalid pairs: NaN links of "b"$/,
  );
});
