import assert from "node:assert/strict";
import { test } from "node:test";
import { chance, pipeline, similar, similarStep } from "../../src/corpus/index.js";
import { bagOf } from "../../src/corpus/scores/tfidf.js";
import { nearest } from "../../src/corpus/steps/similar.js";
import { rng } from "../../src/rng.js";

const words = ["river", "water", "bank", "money", "loan", "rate", "fish", "boat", "the", "a"];

/** Texts of the words, some more often. */
function made(seed: number, count: number): string[] {
  const chance = rng(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: 3 + chance.int(12) }, () => words[Math.min(chance.int(10), chance.int(10))]!).join(" "),
  );
}

/** Cosines as the definition has them, word by word. */
function cosine(one: string, other: string, texts: readonly string[]): number {
  const split = (text: string): string[] => text.split(" ");
  const weight = (word: string): number =>
    Math.log((1 + texts.length) / (1 + texts.filter((text) => split(text).includes(word)).length)) + 1;
  const vector = (text: string): number[] =>
    words.map((word) => split(text).filter((w) => w === word).length * weight(word));
  const [a, b] = [vector(one), vector(other)];
  const dot = (x: number[], y: number[]): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test("similar is the cosine with the nearest, by the definition", async () => {
  const [to, raw, pool] = [made(1, 4), made(2, 30), made(3, 20)];
  const score = similar({ to: { texts: to }, raw: { texts: raw } });
  await score.ready();
  for (const text of pool) {
    const wanted = Math.max(...to.map((other) => cosine(text, other, [...to, ...raw])));
    assert.ok(Math.abs(score.ofText(text) - wanted) < 1e-12);
  }
  assert.ok(Math.abs(score.ofText(to[0]!) - 1) < 1e-12);
  assert.ok(Number.isNaN(score.ofText(" ")));
  assert.equal(score.ofText("nothing in common"), 0);
});

test("the step keeps the k nearest of each text, as all of them sorted do", async () => {
  const [to, pool] = [made(5, 3), made(6, 60)];
  for (const k of [1, 4, 100]) {
    const wanted = new Set(
      to.flatMap((text) =>
        pool
          .map((other, i) => ({ i, near: cosine(text, other, [...to, ...pool]) }))
          .filter(({ near }) => near > 0)
          .sort((a, b) => b.near - a.near)
          .slice(0, k)
          .map(({ near }) => near.toFixed(9)),
      ),
    );
    const found = nearest(to.map(bagOf), pool.map(bagOf), k);
    const near = [...found].map((i) => to.map((text) => cosine(text, pool[i]!, [...to, ...pool]).toFixed(9)));
    assert.ok(near.every((values) => values.some((value) => wanted.has(value))));
    assert.ok(k === 100 ? found.size === 60 : found.size >= k && found.size <= 3 * k);
  }
  const documents = pool.map((text, i) => ({ key: String(i), text }));
  const { documents: kept, steps } = await pipeline({ documents, steps: [similarStep({ to: { texts: to }, k: 4 })] });
  assert.deepEqual(
    kept.map(({ key }) => Number(key)),
    [...nearest(to.map(bagOf), pool.map(bagOf), 4)].sort((a, b) => a - b),
  );
  assert.deepEqual(Object.keys(steps[0]!.reasons), ["not among the 4 nearest of any text"]);
  assert.throws(() => similarStep({ to: "x", k: 0 }), /^Error: similar: invalid k: 0/);
});

test("chance is of the text and the seed alone, and even", () => {
  const texts = Array.from({ length: 2000 }, (_, i) => `Text ${i}`);
  const values = texts.map((text) => chance().ofText(text));
  assert.deepEqual(
    values,
    texts.map((text) => chance({ seed: 1 }).ofText(text)),
  );
  assert.notDeepEqual(
    values,
    texts.map((text) => chance({ seed: 2 }).ofText(text)),
  );
  assert.ok(Math.abs(values.filter((value) => value < 0.1).length / 2000 - 0.1) < 0.03);
});
