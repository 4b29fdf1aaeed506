/** VoCap: the paper's toys, the curve against tokenizers trained at each size, and the allocation against trying everything. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rng } from "../../src/rng.js";
import { allocate, averageLogProbability, concave, segment, train, unreachable, vocap } from "../../src/vocab/index.js";
import { alpCurve } from "../../src/vocab/alp.js";
import { diagnostics } from "./support.js";

const near = (actual: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

test("average log probability: a sum per sentence in nats", () => {
  near(averageLogProbability([["a", "b"], ["a"]]), -0.9547712524);
  near(averageLogProbability([["ab"], ["a"]]), -0.6931471806);
  near(
    averageLogProbability([
      ["a", "b"],
      ["a", "b", "a"],
    ]),
    -1.6825291675,
  );
});

test("a curve is made concave from the violation back, with gains that differ", () => {
  const smooth = concave([-100, -90, -89, -80]);
  [-100, -90, -84.999999, -79.999999].forEach((value, i) => near(smooth[i]!, value));
  const random = rng(2);
  for (let n = 0; n < 200; n++) {
    let value = -1000;
    const values = Array.from({ length: 2 + random.int(20) }, () => (value += 10 * random.uniform()));
    const curve = concave(values, 0);
    const gains = curve.slice(1).map((each, i) => each - curve[i]!);
    gains.forEach((gain, i) => assert.ok(i === 0 || gain <= gains[i - 1]! + 1e-9, values.join(" ")));
    near(curve.at(-1)!, values.at(-1)!, 1e-6);
    values.forEach((each, i) => assert.ok(curve[i]! >= each - 1e-9));
    concave(curve, 0).forEach((each, i) => near(each, curve[i]!, 1e-6));
  }
});

test("one pass backwards gives the curve that a tokenizer trained at each size gives", async () => {
  const texts = diagnostics("ko").slice(0, 400);
  const tokenizer = await train({ texts, size: 900 });
  const { sizes, alp } = await alpCurve({ tokenizer, texts, step: 100 });
  assert.deepEqual(sizes, [300, 400, 500, 600, 700, 800, 900]);
  for (const [i, size] of sizes.entries()) {
    const own = await train({ texts, size });
    near(alp[i]!, averageLogProbability(await own.encodeBatch(texts)), 1e-6);
  }
});

test("the allocation is the best of all allocations of as many steps, and the union is full to the token", () => {
  const random = rng(4);
  for (let n = 0; n < 40; n++) {
    const candidates = Array.from({ length: 3 }, (_, language) => {
      let gain = 20 + random.int(20);
      let value = -100;
      const alp = Array.from({ length: 5 }, () => (value += gain *= 0.4 + 0.5 * random.uniform()));
      const tokens = Array.from({ length: 50 }, (_each, i) => `${language} ${i}`);
      return { tokens, sizes: [10, 20, 30, 40, 50], alp, weight: 0.2 + random.uniform() };
    });
    const { taken, chosen } = allocate({ candidates, size: 80 });
    assert.equal(taken[0]! + taken[1]! + taken[2]!, 80);
    assert.equal(
      chosen.reduce((sum, { from, to }) => sum + to - from, 0),
      80,
    );
    const worth = (sizes: number[]): number =>
      sizes.reduce((sum, size, i) => sum + candidates[i]!.weight * candidates[i]!.alp[size / 10 - 1]!, 0);
    const steps = [10, 20, 30, 40, 50];
    const all = steps.flatMap((a) => steps.flatMap((b) => steps.map((c) => [a, b, c])));
    const best = Math.max(...all.filter(([a, b, c]) => a! + b! + c! === 80).map(worth));
    near(worth(taken), best, 1e-4);
  }
});

test("tokens that languages share count once", () => {
  const shared = { tokens: ["a", "b", "c", "d"], sizes: [2, 4], alp: [-4, -2], weight: 1 };
  const { taken } = allocate({ candidates: [shared, shared], size: 4 });
  assert.deepEqual(taken, [4, 2]);
  assert.throws(
    () => allocate({ candidates: [shared, shared], size: 5 }),
    /^RangeError: vocap: invalid size: 5 .* yield 4/,
  );
  assert.throws(() => allocate({ candidates: [shared], size: 1 }), /the smallest vocabularies alone/);
});

test("one tokenizer of the size asked for, and the language of the larger weight gets more", async () => {
  const texts = { es: diagnostics("es").slice(0, 500), ko: diagnostics("ko").slice(0, 500) };
  const options = { texts, size: 900, step: 50 };
  const { tokenizer, allocation, curves, unreachable: dead } = await vocap(options);
  assert.equal(tokenizer.size, 900);
  assert.equal(dead, unreachable(tokenizer).length);
  assert.deepEqual(Object.keys(curves), ["es", "ko"]);
  const text = texts.ko.join("\n");
  assert.equal(tokenizer.decode(await tokenizer.encode(text)), text);
  assert.ok(segment(tokenizer, new TextEncoder().encode("é")).length > 0);
  const tokens = (row: (typeof allocation)[number] | undefined): number => row!.tokens;
  const more = await vocap({ ...options, shares: { es: 0.05, ko: 0.95 } });
  assert.ok(tokens(more.allocation[1]) > tokens(allocation[1]));
  near(
    more.allocation.reduce((sum, { weight }) => sum + weight, 0),
    1,
  );
  await assert.rejects(vocap({ ...options, size: 1.5 }), /^RangeError: vocap: invalid size: 1.5/);
  await assert.rejects(vocap({ ...options, shares: { es: 0, ko: 1 } }), /^RangeError: vocap: invalid shares: 0, 1/);
  await assert.rejects(vocap({ ...options, texts: {} }), /^Error: vocap: invalid texts/);
});
