/** Two aligned languages as one text of pairs. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Corpus, type FileText, load, paired } from "../../../src/corpus/index.js";
import { parseRecipe } from "../../../src/train/index.js";
import { mapPaths } from "../../../src/train/recipe/paths.js";

const corpus: Corpus = {
  ...{ name: "files", source: "", licence: "", cleaning: {}, notes: [], aligned: true },
  languages: ["en", "ko"],
  texts: {
    en: { name: "en", train: ["one\ntwo", "three", "four\n\nfive"], heldOut: ["six"] },
    ko: { name: "ko", train: ["넷\n\n다섯", "하나\n둘\n둘 반", "일곱"], heldOut: ["여섯"] },
  },
  keys: { en: { train: ["a", "b", "c"], heldOut: ["f"] }, ko: { train: ["c", "a", "g"], heldOut: ["f"] } },
};

test("documents go together by their keys, lines by their places or lengths", async () => {
  assert.deepEqual(await paired(corpus, { of: ["en", "ko"] }), {
    name: "en-ko",
    train: ["one\ntwo", "하나\n둘\n둘 반", "four\n\nfive", "넷\n\n다섯"],
    heldOut: ["six", "여섯"],
    pairs: true,
    counts: {},
    keys: { train: ["a", "c"], heldOut: ["f"] },
  });
  assert.deepEqual(await paired(corpus, { of: ["ko", "en"], by: "line", name: "lines" }), {
    name: "lines",
    train: ["넷", "four", "다섯", "five", "하나", "one", "둘 반", "two"],
    heldOut: ["여섯", "six"],
    pairs: true,
    counts: {},
    keys: { train: ["c", "a"], heldOut: ["f"] },
  });
  const refused = (given: Partial<Corpus>, of: [string, string], line: RegExp): Promise<void> =>
    assert.rejects(paired({ ...corpus, ...given }, { of }), line);
  await refused({ aligned: false }, ["en", "ko"], /^Error: paired: invalid corpus: files \(.*by key\)$/);
  await refused({}, ["en", "fi"], /^Error: paired: invalid language: fi \(one of en, ko\)$/);
  await refused({}, ["en", "en"], /^Error: paired: invalid languages: en and en \(two different ones\)$/);
  await refused(
    { keys: { ...corpus.keys, ko: { train: ["x", "y", "z"], heldOut: [] } } },
    ["en", "ko"],
    /no document in both/,
  );
});

const dir = mkdtempSync(join(tmpdir(), "palimpsest-paired-"));
after(() => rmSync(dir, { recursive: true }));

test("a corpus that is loaded may have texts of pairs besides, and a recipe names them", async () => {
  const rows = (word: string): string =>
    Array.from({ length: 20 }, (_, i) => JSON.stringify({ id: i, text: `${word} ${i}` })).join("\n");
  const files = Object.fromEntries(
    ["en", "ko"].map((language) => {
      writeFileSync(join(dir, `${language}.jsonl`), rows(language));
      return [language, { paths: join(dir, `${language}.jsonl`), key: "id" }];
    }),
  );
  const { texts, notes } = await load({ files, heldOut: 0.2, paired: { both: { of: ["en", "ko"] } } });
  const inPairs = texts.both!.train.length / 2;
  assert.ok(
    notes.includes(
      `both: ${inPairs} documents of en and ko are in pairs for training and stand alone in both languages too`,
    ),
    notes.join(),
  );
  const once = await load({
    ...{ files, heldOut: 0.2 },
    paired: { both: { of: ["en", "ko"], as: { name: "interlinear" }, alone: false } },
  });
  assert.deepEqual(
    [once.texts.en!.train, once.keys.ko!.train, once.texts.ko!.heldOut.length],
    [[], [], texts.ko!.heldOut.length],
  );
  assert.deepEqual(once.texts.both!.train[0], `${texts.en!.train[0]}\n${texts.ko!.train[0]}`);
  const { train, heldOut } = texts.both!;
  assert.equal(train.length + heldOut.length, 40);
  assert.ok(heldOut.length > 0);
  for (const part of [train, heldOut])
    for (let i = 0; i < part.length; i += 2) assert.equal(part[i]!.replace("en", "ko"), part[i + 1]);
  await assert.rejects(
    load({ files, paired: { en: { of: ["en", "ko"] } } }),
    /^Error: load: invalid paired: en \(it is a language; give the pairs another name\)$/,
  );
  const as = { name: "restored", by: { name: "code-switch", path: "words.tsv" } };
  const recipe = {
    corpus: { files, paired: { both: { of: ["en", "ko"] as [string, string], as, strangers: true } } },
    ...{ model: { size: "nano" }, mixture: { both: 1 }, schedule: { name: "constant", peak: 1 }, steps: 1 },
  };
  assert.deepEqual(parseRecipe(recipe), recipe);
  const { by } = mapPaths(recipe, (path) => `at/${path}`).corpus!.paired!.both!.as!;
  assert.deepEqual(by, { name: "code-switch", path: "at/words.tsv" });
  assert.throws(
    () =>
      parseRecipe({ ...recipe, corpus: { files, paired: { both: { of: ["en", "ko"], as: { name: "sideways" } } } } }),
    /as/,
  );
  assert.throws(
    () => parseRecipe({ ...recipe, corpus: { files, paired: { both: { of: ["en", "fi"] } } } }),
    /^Error: recipe: invalid corpus.paired: "fi" \(one of en, ko\)$/,
  );
});

test("rows of prompt, chosen and rejected are a text of pairs", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({ prompt: `${i}? `, chosen: `yes ${i}`, rejected: `no ${i}` }));
  const write = (name: string, some: object[]): string => {
    const path = join(dir, `${name}.jsonl`);
    writeFileSync(path, some.map((row) => JSON.stringify(row)).join("\n"));
    return path;
  };
  const [all, few] = [write("all", rows), write("few", rows.slice(0, 2))];
  writeFileSync(join(dir, "plain.txt"), "one\n\ftwo\n\fthree");
  const split = await load({
    files: { p: { paths: all, form: "preferences" }, t: join(dir, "plain.txt") },
    heldOut: 0.3,
  });
  assert.deepEqual([...split.languages].sort(), ["p", "t"]);
  const { train, heldOut, marks } = split.texts.p!;
  assert.deepEqual([train.length + heldOut.length, marks!.train.length], [60, train.length]);
  assert.equal(split.keys.p!.heldOut.length, heldOut.length);
  const named = await load({ files: { p: { train: all, heldOut: few, form: "preferences" } } });
  assert.equal(named.texts.p!.train.length, 60);
  assert.deepEqual(named.texts.p!.heldOut, ["0? yes 0", "0? no 0", "1? yes 1", "1? no 1"]);
  assert.deepEqual(named.texts.p!.marks!.heldOut[0], [{ from: 3, to: 8, weight: 1 }]);
  const refused = (file: FileText, line: RegExp): Promise<void> => assert.rejects(load({ files: { p: file } }), line);
  await refused(
    { paths: write("bad", [{ prompt: "a", chosen: [] }]), form: "preferences" },
    /^Error: load: invalid field "chosen" in .*bad.jsonl, line 1: \[\] \(it must be text\)$/,
  );
  await refused(
    { paths: join(dir, "plain.txt"), form: "preferences" },
    /^Error: load: missing fields prompt, chosen, rejected in .*plain.txt, document 1; it has text$/,
  );
  await refused({ paths: all, form: "preferences", field: "x" }, /^Error: load: invalid field of p: x /);
  await refused(
    { paths: all, form: "votes" as "preferences" },
    /^Error: load: invalid form: votes \(one of messages, /,
  );
});
