/** What two documents that say the same become as text. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "../../property.js";
import {
  byWord,
  type Corpus,
  encode,
  paired,
  type PairedOptions,
  renderings,
  switchWords,
  tokenShare,
} from "../../../src/corpus/index.js";
import { aligned } from "../../../src/corpus/renderings/align.js";
import { windowsOf } from "../../../src/corpus/renderings/cross-ic.js";
import { makeOf, schemaOf, write, type Written } from "../../../src/registry.js";
import { rng } from "../../../src/rng.js";
import { byteTokenizer } from "../toy.js";

const corpusOf = (en: string[], fi: string[], heldOut: [string, string] = ["one", "yksi"]): Corpus => {
  const keys = { train: en.map((_, i) => `k${i}`), heldOut: ["h"] };
  return {
    ...{ name: "files", source: "", licence: "", cleaning: {}, notes: [], aligned: true },
    languages: ["en", "fi"],
    texts: {
      en: { name: "en", train: en, heldOut: [heldOut[0]] },
      fi: { name: "fi", train: fi, heldOut: [heldOut[1]] },
    },
    keys: { en: keys, fi: keys },
  };
};
const render = (en: string[], fi: string[], as: PairedOptions["as"], more: Partial<PairedOptions> = {}) =>
  paired(corpusOf(en, fi), { of: ["en", "fi"], as, ...more });
const words = [
  ["cat", "kissa"],
  ["fish", "kalaa"],
] as [string, string][];

test("the words of a text are switched as they stand, in their case; the golden of the sheet", () => {
  const translations = byWord(words);
  const all = (text: string, rate = 1) => switchWords(text, { translations, rate, rng: rng(1) });
  assert.deepEqual(all("the cat eats fish"), {
    text: "the kissa eats kalaa",
    replaced: [
      [4, 9],
      [15, 20],
    ],
    words: 4,
    known: 2,
  });
  assert.equal(all("Cat, CAT & cat-fish\n").text, "Kissa, KISSA & kissa-kalaa\n");
  assert.equal(all("the cat eats fish", 1e-9).text, "the cat eats fish");
  const senses = byWord([...words, ["Cat", "kisu"]]);
  const drawn = new Set(
    Array.from({ length: 20 }, (_, i) => switchWords("cat", { translations: senses, rate: 1, rng: rng(i) }).text),
  );
  assert.deepEqual([...drawn].sort(), ["kissa", "kisu"]);
});

test("each rendering of one pair, byte for byte", async () => {
  const [en, fi] = [["The cat sat. It ate.\nFish"], ["Kissa istui. Se söi.\nKala"]];
  const made = async (as: PairedOptions["as"]): Promise<string[]> => (await render(en, fi, as)).train;
  const forward = { direction: "forward" };
  assert.deepEqual(await made("pairs"), [en[0], fi[0]]);
  assert.deepEqual(await made({ name: "document-pair", direction: "backward" }), [fi[0], en[0]]);
  assert.deepEqual(await made({ name: "concatenation", ...forward }), [`${en[0]}\n\n${fi[0]}`]);
  assert.deepEqual(await made("interlinear"), ["The cat sat. It ate.\nKissa istui. Se söi.\nFish\nKala"]);
  assert.deepEqual(await made({ name: "interlinear", unit: "sentence", direction: "backward" }), [
    "Kissa istui.\nThe cat sat.\nSe söi.\nIt ate.\nKala\nFish",
  ]);
  assert.deepEqual(await made({ name: "alternating", ...forward }), ["The cat sat.\nSe söi.\nFish"]);
  assert.deepEqual(await made({ name: "tagged", target: "<{to}> ", separator: " | " }), [
    `<2fi> ${en[0]} | <fi> ${fi[0]}`,
  ]);
  assert.deepEqual(await made({ name: "tagged", source: "", direction: "backward" }), [`${fi[0]}\n${en[0]}`]);
  const asked = await render(en, fi, { name: "translate-train", templates: ["{from}: {source} {to}: {target}"] });
  assert.deepEqual(asked.train, [`English: ${en[0]} Finnish: ${fi[0]}`]);
  assert.deepEqual(asked.heldOut, ["How is this said in Finnish?\none\nyksi"]);
  assert.equal(asked.train[0]!.slice(asked.marks!.train[0]![0]!.from), fi[0]);
  const switched = await render(en, fi, { name: "code-switch", rate: 1, pairs: words });
  assert.deepEqual(switched.train, ["The kissa sat. It ate.\nKalaa"]);
  assert.deepEqual(switched.counts, { words: 6, "in the dictionary": 2, replaced: 2 });
  const latin = await render(["x"], ["신라 독립 신라"], { name: "romanised", tags: ["<ko> ", "<la> "] });
  assert.deepEqual(latin.train, ["<ko> 신라 독립 신라", "<la> SinLa DogLib SinLa"]);
  const collided = await render(["x"], ["kissa Ж ж kišša"], "romanised");
  assert.deepEqual(
    [collided.train, collided.counts],
    [["kissa Zh zh kissa"], { "different words": 4, "spelled as another is": 1 }],
  );
  const back = await render(en, fi, {
    name: "restored",
    by: { name: "code-switch", rate: 1, pairs: words },
    separator: "=",
  });
  assert.deepEqual(back.train, [`${switched.train[0]}=${en[0]}`]);
  assert.equal(back.train[0]!.slice(back.marks!.train[0]![0]!.from), en[0]);
});

test("CrossIC's windows hold pairs of paragraphs, and begin with the last of the window before", async () => {
  const [en, fi] = ["a1\n\na2\n\na3\n\na4", "b1\n\nb2\n\nb3"];
  const { train, counts } = await render([en], [fi], { name: "cross-ic", bytes: 14 });
  // A pair is 6 bytes, two of them with an empty line between are 14.
  assert.deepEqual(train, ["a1\n\nb1\n\na2\n\nb2", "a2\n\nb2\n\na3\n\nb3", "a3\n\nb3\n\na4"]);
  assert.deepEqual(counts, { windows: 3, "with both languages": 3 });
  const long = await render([en], [fi], { name: "cross-ic", bytes: 7 });
  assert.deepEqual(long.train, ["a1\n\nb1", "a2\n\nb2", "a3\n\nb3", "a4"]);
  assert.deepEqual(long.counts, { windows: 4, "with both languages": 3 });
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1, maxLength: 9 })),
      fc.integer({ min: 1, max: 30 }),
      (texts, bytes) => {
        const parts = texts.map((text, i) => ({ text, i }));
        const windows = windowsOf(parts, { bytes, border: "\n" });
        assert.deepEqual([...new Set(windows.flat().map(({ i }) => i))], [...texts.keys()]);
        for (const window of windows)
          assert.ok(window.length === 1 || Buffer.byteLength(window.map(({ text }) => text).join("\n")) <= bytes);
        windows.slice(1).forEach((window, i) => assert.ok(window[0]!.i - windows[i]!.at(-1)!.i <= 1));
      },
    ),
    { numRuns: 60 },
  );
});

test("lines without a translation do not shift those after them; both texts stay whole", async () => {
  const en = [
    "A short title",
    "PRINT 12, x",
    "A longer line that says what the box does, at length.",
    "Choose File - Save",
    "The end",
  ];
  const fi = [
    "Lyhyt otsikko",
    "Pitempi rivi, joka kertoo laatikon tehtävän perin pohjin.",
    "Valitse File - Tallenna",
    "Loppu",
  ];
  const { train, counts } = await render([en.join("\n")], [fi.join("\n\n")], "interlinear");
  assert.equal(train[0], [en[0], fi[0], en[1], en[2], fi[1], en[3], fi[2], en[4], fi[3]].join("\n"));
  assert.deepEqual(counts, { lines: 5, "in one language alone": 1 });
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 })), fc.array(fc.string({ minLength: 1 })), (one, other) => {
      const found = aligned(one, other);
      for (const [side, all] of [one, other].entries())
        assert.deepEqual(
          found.map((both) => both[side]).filter((i) => i !== undefined),
          [...all.keys()],
        );
    }),
    { numRuns: 60 },
  );
});

const line = fc.string({ unit: fc.constantFrom("a", "b", "é", "길", " "), minLength: 1, maxLength: 8 });
const lines = fc.array(fc.tuple(line, line), { minLength: 1, maxLength: 6 });
const filledLines = lines.filter((all) => all.every(([a, b]) => a.trim() !== "" && b.trim() !== ""));

test("interlinear text has the lines of its control, two documents in one language each; alternating says nothing twice", async () => {
  await fc.assert(
    fc.asyncProperty(filledLines, fc.integer({ min: 0, max: 99 }), async (both, seed) => {
      const [en, fi] = [both.map(([a]) => `e${a}`), both.map(([, b]) => `f${b}`)];
      const made = async (as: Written): Promise<string[]> =>
        (await render([en.join("\n")], [fi.join("\n")], as, { seed })).train[0]!.split("\n");
      const inTurn = await made({ name: "interlinear" });
      const control = await made({ name: "concatenation", separator: "\n" });
      assert.deepEqual([...inTurn].sort(), [...control].sort());
      const once = await made({ name: "alternating", unit: "line" });
      assert.equal(once.length, both.length);
      once.forEach((line, i) => assert.ok(line === en[i] || line === fi[i]));
      once.slice(1).forEach((line, i) => assert.notEqual(line[0], once[i]![0]));
      assert.deepEqual(await made({ name: "alternating", unit: "line" }), once);
    }),
    { numRuns: 40 },
  );
});

test("trained in one direction, only that language has a loss", async () => {
  const [en, fi] = [
    ["one\ntwo", "three"],
    ["yksi\nkaksi", "kolme"],
  ];
  for (const direction of ["forward", "backward"]) {
    const { train, marks } = await render(en, fi, { name: "tagged", loss: "target", direction });
    const shard = await encode({
      documents: train,
      marks: marks!.train,
      tokenizer: byteTokenizer(),
      path: join(dir, direction),
    });
    const counted = [...shard.weights(0, shard.length)].flatMap((weight, i) =>
      weight > 0 ? [shard.read(i, 1)[0]!] : [],
    );
    shard.close();
    const target = direction === "forward" ? fi : en;
    assert.equal(byteTokenizer().decode(counted), target.map((text) => `${text}<|endoftext|>`).join(""));
  }
});
const dir = mkdtempSync(join(tmpdir(), "palimpsest-renderings-"));
process.once("exit", () => rmSync(dir, { recursive: true }));

test("strangers are the same text, and no pair says the same", async () => {
  const numbers = Array.from({ length: 9 }, (_, i) => String(i));
  const as = { name: "concatenation", separator: "=" };
  const strangers = await render(numbers, numbers, as, { strangers: true });
  const pairs = strangers.train.map((text) => text.split("="));
  assert.deepEqual(pairs.flat().sort(), [...numbers, ...numbers].sort());
  assert.ok(pairs.every(([a, b]) => a !== b));
  assert.notDeepEqual((await render(numbers, numbers, as, { strangers: true, seed: 2 })).train, strangers.train);
});

test("what share of the tokens was replaced", async () => {
  const { train, replaced } = await render(["cat 길 cat"], ["x"], {
    name: "code-switch",
    rate: 1,
    pairs: [["cat", "고양"]],
  });
  assert.deepEqual(train, ["고양 길 고양"]);
  assert.equal(await tokenShare({ texts: train, marks: replaced!, tokenizer: byteTokenizer() }), 12 / 17);
});

test("every row writes down what it was made of, reads its dictionary, and refuses what it cannot do", async () => {
  const read = schemaOf(renderings);
  for (const [name, { example }] of Object.entries(renderings)) {
    const rendering = makeOf(renderings, read.parse({ name, ...example }));
    assert.deepEqual(write(makeOf(renderings, write(rendering))), write(rendering));
  }
  const path = join(dir, "words.tsv");
  writeFileSync(path, "cat\tkissa\n");
  const turned = await render(["x"], ["Kissa"], { name: "code-switch", rate: 1, path, direction: "backward" });
  assert.deepEqual(turned.train, ["Cat"]);
  const refused = (as: unknown, line: RegExp): Promise<void> =>
    assert.rejects(render(["a"], ["b"], as as Written), line);
  await refused("sideways", /^Error: paired: invalid as: sideways \(one of pairs, document-pair, /);
  await refused(
    { name: "concatenation", direction: "up" },
    /invalid direction: up \(one of forward, backward, drawn\)$/,
  );
  await refused({ name: "code-switch", rate: 2 }, /^Error: codeSwitch: invalid rate: 2 \(above 0, at most 1\)$/);
  await refused(
    { name: "translate-train", templates: ["{target} {source}"] },
    /invalid template: "\{target\} \{source\}"/,
  );
  await refused({ name: "interlinear", unit: "page" }, /^Error: interlinear: invalid unit: page \(one of line, /);
  await refused({ name: "cross-ic", bytes: 0 }, /^Error: crossIc: invalid bytes: 0 \(above 0\)$/);
});
