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
import { shingles } from "../../../src/corpus/repeats/shingles.js";
import { splitterOf } from "../../../src/corpus/steps/rules/words.js";
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

async function agrees(texts: readonly string[], found: Found): Promise<void> {
  assert.equal(found.texts, createHash("sha256").update(texts.join("\n")).digest("hex"));
  const documents = documentsOf(texts);
  const { kept } = await nearRepeats({ documents });
  const firsts = new Map<number, number>();
  found.minhash.clusters.forEach((cluster, i) => {
    if (cluster === -1) assert.equal(kept[i], i, `text ${i} is alone`);
    else if (firsts.has(cluster)) assert.equal(kept[i], firsts.get(cluster), `text ${i} is of cluster ${cluster}`);
    else firsts.set(cluster, i);
  });
  const theirs = await nearRepeats({ documents, keep: "datatrove" });
  assert.deepEqual(others(theirs.kept), found.minhash.removed);
  assert.equal(others(kept).length, found.minhash.removed.length);
  const sentences = await left("sentence-repeats", texts);
  assert.deepEqual(
    sentences.map((text) => (text === undefined ? null : sumOf(text))),
    found.sentences,
  );
}

const others = (kept: Uint32Array): number[] => [...kept.keys()].filter((i) => kept[i] !== i);
const sumOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

test("datatrove's clusters, what it removes, and what it leaves of sentences, on 2,000 texts", async () => {
  await agrees(repeatedTexts(2000), JSON.parse(readFileSync(join(golden, "repeats.json"), "utf8")) as Found);
});

test(
  "the same of 300 other texts, by the datatrove that is here",
  { skip: !pythonHas("datatrove", "spacy") && "no Python with datatrove and spaCy here" },
  async () => {
    const texts = repeatedTexts(300, 2);
    const input = texts.map((text) => JSON.stringify(text)).join("\n");
    const { stdout, stderr, status } = spawnSync("python3", [join(golden, "repeats.py")], { input, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    await agrees(texts, JSON.parse(stdout) as Found);
  },
);

const whole = (high: number, low: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

test("the least values are those of 64-bit arithmetic", () => {
  const prime = (1n << 61n) - 1n;
  const random = rng(3);
  const [values, into] = [halvesOf(40), halvesOf(112)];
  for (let i = 0; i < 40; i++) [values.high[i], values.low[i]] = [random.int(2 ** 32), random.int(2 ** 32)];
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

test("signatures are datatrove's", async () => {
  const { signatures } = JSON.parse(readFileSync(join(golden, "repeats.json"), "utf8")) as Found;
  const [change, split] = [normalizer(), splitterOf({})];
  const grams = shingles({ length: 5, hash: await hashOf("xxhash64") });
  const into = halvesOf(112);
  for (const [i, text] of repeatedTexts(3).entries()) {
    minima({ seed: 1, hashes: 112 })(grams.values, grams.of(split(change(text))), into);
    const values = Array.from(into.high, (high, h) => String(whole(high, into.low[h]!)));
    assert.deepEqual(values, signatures[i]!.flat());
  }
});

test("hashes of texts", async () => {
  const into = new Int32Array(2);
  const hexOf = async (name: "xxhash64" | "sha1", text: string): Promise<string> => {
    (await hashOf(name))(text, into);
    return whole(into[1]!, into[0]!).toString(16);
  };
  assert.equal(await hexOf("xxhash64", ""), "ef46db3751d8e999");
  assert.equal(await hexOf("xxhash64", "abc"), "44bc2cf5ad770999");
  assert.equal(await hexOf("sha1", "hello"), "a2e8c5dc1dc6f4aa");
});

test("two texts are found with the chance that buckets and hashes give", async () => {
  const chance = async (shared: number, own: number): Promise<number> => {
    const pairs = 120;
    const documents = documentsOf(
      Array.from({ length: 2 * pairs }, (_, i) => {
        const words = Array.from({ length: shared }, (_, j) => `s${i >> 1}x${j}x`);
        return [...words, ...Array.from({ length: own }, (_, j) => `o${i}x${j}x`)].join(" ");
      }),
    );
    // Digits would all be 0.
    const { kept } = await nearRepeats({ documents, n: 1, normal: ["spaces"], language: "xx" });
    return others(kept).length / pairs;
  };
  for (const [shared, own, expected] of [
    [70, 15, 0.5645],
    [80, 10, 0.9235],
    [90, 5, 0.9996],
  ] as const)
    assert.ok(
      Math.abs((await chance(shared, own)) - expected) < 3 * Math.sqrt((expected * (1 - expected)) / 120) + 0.005,
    );
});

test("the step drops what is like an earlier document, and sizes of clusters add up", async () => {
  const one = "the commission shall where it is needed publish what was decided and the members may answer";
  const texts = [
    one,
    "short",
    `${one}.`,
    "short",
    one.toUpperCase(),
    "something else that is about as long as the others are",
  ];
  const { documents, steps } = await pipeline({ documents: documentsOf(texts), steps: ["minhash"] });
  assert.deepEqual(
    documents.map(({ key }) => key),
    ["0", "1", "3", "5"],
  );
  assert.deepEqual(steps[0]!.reasons, { "like another document": 2 });
  const { sizes } = await nearRepeats({ documents: documentsOf(texts) });
  assert.deepEqual(sizes, [
    { size: 1, clusters: 3, documents: 3 },
    { size: 3, clusters: 1, documents: 3 },
  ]);
  assert.deepEqual((await nearRepeats({ documents: [] })).sizes, []);
});

test("stretches that stood before go, and the first copy stays", async () => {
  const characters = (length: number) => ({ name: "substring", of: "characters", length });
  assert.deepEqual(await left(characters(5), ["hello world, hello world!"]), ["hello world, !"]);
  assert.deepEqual(await left(characters(5), ["aaaaaaaaaaaa"]), ["aaaaa"], "one that runs into itself");
  assert.deepEqual(await left(characters(2), ["🙈🙉🙊", "x🙈🙉y"]), ["🙈🙉🙊", "xy"], "no half of a pair");
  const words = { name: "substring", length: 3 };
  assert.deepEqual(await left(words, ["a b\n\nc d e", "x a  b c\ty", "a b c", "y d e"]), [
    "a b\n\nc d e",
    "x y",
    undefined,
    "y d e",
  ]);
  const { steps } = await pipeline({
    documents: documentsOf(["a b c d e", "x a b c y", "a b"]),
    steps: [{ ...words, minLeft: 3 }],
  });
  assert.deepEqual(steps[0]!.reasons, { "too little left without repeats": 1 });
  const seamed = await pipeline({ documents: documentsOf(["a b c", "x a b c y", "a b c z"]), steps: [words] });
  assert.deepEqual(seamed.steps[0]!.noted, { "UTF-16 units taken out": 12, seams: 1 });
});

test("stretches of a long text are those that a set of texts finds", async () => {
  const random = rng(5);
  const texts = Array.from({ length: 40 }, () =>
    Array.from({ length: random.int(60) }, () => "ab"[random.int(2)]).join(""),
  );
  const seen = new Set<string>();
  const expected = texts.map((text) => {
    const own: string[] = [];
    let [kept, until] = ["", 0];
    for (let i = 0; i < text.length; i++) {
      const window = text.slice(i, i + 7);
      if (window.length === 7) {
        if (i >= 7) seen.add(own[i - 7]!);
        if (seen.has(window)) until = i + 7;
        own.push(window);
      }
      if (i >= until) kept += text[i];
    }
    own.forEach((window) => seen.add(window));
    return kept === "" ? undefined : kept;
  });
  assert.deepEqual(await left({ name: "substring", of: "characters", length: 7 }, texts), expected);
});

test("a set of keys holds what was added, and grows", () => {
  const keys = keySet(2);
  for (let i = 0; i < 5000; i++) assert.equal(keys.add([Math.imul(i, 0x9e3779b1), i]), true);
  for (let i = 0; i < 5000; i++) {
    assert.equal(keys.add([Math.imul(i, 0x9e3779b1), i]), false);
    assert.equal(keys.has([Math.imul(i, 0x9e3779b1), i + 1]), false);
  }
});

test("texts are made alike", () => {
  const alike = normalizer();
  assert.equal(alike(" The\u00a0CAFÉ, 3,14 — ١٢٫٥ km!\n"), "the cafe 0 0 km");
  assert.equal(normalizer([...usualForms, "weekdays", "months"])("On Monday, 3 May"), "on WEEKDAY 0 MONTH");
  assert.equal(normalizer([])("  Kept\tas it is. "), "Kept\tas it is.");
});

test("an option that is none is refused by name", () => {
  assert.throws(() => stepOf({ name: "minhash", keep: "last" }, "test"), /invalid step minhash: keep/);
  assert.throws(() => stepOf({ name: "substring", length: 0 }, "test"), /invalid step substring: length/);
});
