/** Repeats beside datatrove's on 2,000 texts with planted ones, and by hand. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Document, nearRepeats, pipeline, type StepGiven, stepOf } from "../../../src/corpus/index.js";
import { hashOf } from "../../../src/corpus/repeats/hashes.js";
import { keySet } from "../../../src/corpus/repeats/key-set.js";
import { normalizer, usualForms } from "../../../src/corpus/repeats/normal.js";
import { halvesOf, minima } from "../../../src/corpus/repeats/permutations.js";
import { rng } from "../../../src/rng.js";
import { pythonHas } from "../../python.js";
import { repeatedTexts } from "./repeated-texts.js";

const golden = join(__dirname, "..", "..", "golden");

/** Of texts, by datatrove. */
interface Found {
  texts: string;
  signatures: string[][][];
  minhash: { clusters: number[]; removed: number[] };
  sentences: (string | null)[];
}

const documentsOf = (texts: readonly string[]): Document[] => texts.map((text, i) => ({ key: String(i), text }));

/** For each text what a step leaves of it. */
async function left(step: StepGiven, texts: readonly string[]): Promise<(string | undefined)[]> {
  const { documents } = await pipeline({ documents: documentsOf(texts), steps: [step] });
  const kept = new Map(documents.map(({ key, text }) => [key, text]));
  return texts.map((_, i) => kept.get(String(i)));
}

const placesOf = (kept: readonly unknown[]): number[] => [...kept.keys()].filter((i) => kept[i] === undefined);

async function agrees(texts: readonly string[], found: Found): Promise<void> {
  assert.equal(found.texts, createHash("sha256").update(texts.join("\n")).digest("hex"));
  const { kept } = await nearRepeats({ documents: documentsOf(texts) });
  const names = new Map<number, number>();
  found.minhash.clusters.forEach((cluster, i) => {
    if (cluster === -1) assert.equal(kept[i], i, `text ${i} is alone`);
    else assert.equal(kept[i], names.get(cluster) ?? (names.set(cluster, i), i), `text ${i} is of cluster ${cluster}`);
  });
  const theirs = await left({ name: "minhash", keep: "datatrove" }, texts);
  assert.deepEqual(placesOf(theirs), found.minhash.removed);
  const ours = placesOf(await left("minhash", texts));
  assert.deepEqual(ours, [...kept.keys()].filter((i) => kept[i] !== i));
  assert.equal(ours.length, found.minhash.removed.length);
  const short = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
  const sentences = await left("sentence-repeats", texts);
  assert.deepEqual(
    sentences.map((text) => (text === undefined ? null : short(text))),
    found.sentences,
  );
}

test("datatrove's clusters, what it removes, and what it leaves of sentences, on 2,000 texts", async () => {
  await agrees(repeatedTexts(2000), JSON.parse(readFileSync(join(golden, "repeats.json"), "utf8")) as Found);
});

test(
  "the same of 300 other texts, by the datatrove that is here",
  { skip: !pythonHas("datatrove", "spacy") && "no Python with datatrove and spaCy here" },
  async () => {
    const texts = repeatedTexts(300, 1 + (Date.now() % 1000));
    const input = texts.map((text) => JSON.stringify(text)).join("\n");
    const { stdout, stderr, status } = spawnSync("python3", [join(golden, "repeats.py")], { input, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    await agrees(texts, JSON.parse(stdout) as Found);
  },
);

test("the least values are those of 64-bit arithmetic", () => {
  const prime = (1n << 61n) - 1n;
  const random = rng(3);
  const [values, into] = [halvesOf(40), halvesOf(112)];
  for (let i = 0; i < 40; i++) [values.high[i], values.low[i]] = [random.int(2 ** 32), random.int(2 ** 32)];
  const whole = (high: number, low: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const least = minima({ seed: 1, hashes: 112 });
  // numpy.random.RandomState(1).randint(1, 2**61 - 1, dtype=numpy.uint64), the first of each.
  const [a, b] = [775169054918279404n, 1062448801025099917n];
  for (let count = 1; count <= 40; count++) {
    least(values, count, into);
    let smallest = prime;
    for (let i = 0; i < count; i++) {
      const value = BigInt.asUintN(64, a * whole(values.high[i]!, values.low[i]!) + b) % prime;
      if (value < smallest) smallest = value;
    }
    assert.equal(whole(into.high[0]!, into.low[0]!), smallest);
  }
});
