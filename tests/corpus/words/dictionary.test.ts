/** Word pairs from the user's files, from dictd dictionaries made here, and FreeDict's where they were fetched before. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "../../property.js";
import { dictionary } from "../../../src/corpus/index.js";
import { pairsOf } from "../../../src/corpus/sources/dictd.js";

const folder = mkdtempSync(join(tmpdir(), "dictionary-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, data: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, data);
  return path;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
function number64(value: number): string {
  return (value >= 64 ? number64(Math.floor(value / 64)) : "") + digits[value % 64]!;
}

/** A dictd dictionary as dictfmt writes it; returns the path of its index. */
function dictd(name: string, entries: [string, string][], packed = true): string {
  let [text, index] = ["a note on the dictionary\n", ["00databaseinfo", number64(0), number64(25)].join("\t") + "\n"];
  for (const [head, entry] of entries) {
    const [at, length] = [Buffer.byteLength(text), Buffer.byteLength(entry)];
    index += [head, number64(at), number64(length)].join("\t") + "\n";
    text += entry;
  }
  write(`${name}.dict${packed ? ".dz" : ""}`, packed ? gzipSync(text) : text);
  return write(`${name}.index`, index);
}

test("a file of pairs: tabs or spaces, remarks and blank lines aside, more columns ignored after tabs", async () => {
  const path = write("pairs.tsv", "\ufeff# en\tko\nhouse\t집\r\n\nice cream\t 아이스크림 \tnoun\nwater 물\n");
  assert.deepEqual(await dictionary({ path }), [
    ["house", "집"],
    ["ice cream", "아이스크림"],
    ["water", "물"],
  ]);
});

test("a file without pairs is refused in one line that says where", async () => {
  const bad = write("bad.tsv", "house\t집\nalone\n");
  await assert.rejects(dictionary({ path: bad }), /^Error: dictionary: \S+bad\.tsv has no pair in line 2: "alone"$/);
  const three = write("three.txt", "a b c\n");
  await assert.rejects(dictionary({ path: three }), /has no pair in line 1: "a b c"$/);
  await assert.rejects(dictionary({ path: write("none.tsv", "# nothing\n") }), /^Error: dictionary: \S+ has no pairs$/);
  await assert.rejects(
    dictionary({ path: join(folder, "missing.tsv") }),
    /^Error: dictionary: no such file: \S+missing\.tsv$/,
  );
  await assert.rejects(dictionary({ path: write("latin.tsv", Buffer.from([0x61, 9, 0xe9, 10])) }), /is not UTF-8/);
  await assert.rejects(dictionary({ from: "en" }), /^Error: dictionary: invalid from and to: en and undefined/);
});

test("entries: pronunciation and kind left out, senses by number or the first line, glosses and phrases dropped", () => {
  assert.deepEqual(pairsOf("Celtic //ˈkɛltɪk// //ˈsɛltɪk// <adj>\nkelttiläinen\nglossword\n"), [
    ["Celtic", "kelttiläinen"],
  ]);
  assert.deepEqual(pairsOf("chair /tʃeə/ <n>\n1. tuoli, istuin\nfurniture\n2. puheenjohtaja (of a meeting)\n"), [
    ["chair", "tuoli"],
    ["chair", "istuin"],
    ["chair", "puheenjohtaja"],
  ]);
  assert.deepEqual(pairsOf("ひ弱い /çˈi/, ひよわい /ço/\n(adjective (keiyoushi))\n (noun)\nweak, in poor health\n"), [
    ["ひ弱い", "weak"],
    ["ひよわい", "weak"],
  ]);
  assert.deepEqual(pairsOf("ice cream /x/\njäätelö\n"), [], "a phrase has no word vector");
  assert.deepEqual(pairsOf(""), []);
});

test("a dictd dictionary, packed or not; several headwords for an entry give its pairs once", async () => {
  const entries: [string, string][] = [
    ["house", "house /haus/ <n>\ntalo, rakennus\n"],
    ["water", "water <n>\n1. vesi\n2. vedet; virta\n"],
  ];
  const expected = [
    ["house", "talo"],
    ["house", "rakennus"],
    ["water", "vesi"],
    ["water", "vedet"],
    ["water", "virta"],
  ];
  assert.deepEqual(await dictionary({ path: dictd("packed", entries) }), expected);
  assert.deepEqual(await dictionary({ path: dictd("plain", entries, false) }), expected);
  const twice = dictd("twice", entries);
  writeFileSync(twice, readFileSync(twice, "utf8").replace(/^house(.*)$/m, "home$1\nhouse$1"));
  assert.deepEqual(await dictionary({ path: twice }), expected);
});

test("what an index says is checked before it is believed", async () => {
  const path = dictd("broken", [["a", "a\nb\n"]]);
  for (const line of ["x\tZZZZ\tB", "x\tA\t!", "x", "x\tA", "x\t////////////\tB"]) {
    writeFileSync(path, `${line}\n`);
    const refused = await dictionary({ path }).catch((error: Error) => error.message);
    assert.match(String(refused), /^dictionary: \S+broken\.index is not an index of its entries: line 1/);
  }
  writeFileSync(join(folder, "broken.dict.dz"), Buffer.from([0x1f, 0x8b, 1, 2, 3]));
  await assert.rejects(dictionary({ path }), /^Error: dictionary: cannot unpack \S+broken\.dict\.dz: /);
  await assert.rejects(
    dictionary({ path: write("lone.index", "") }),
    /^Error: dictionary: no \S+lone\.dict\.dz nor \.dict beside/,
  );
});

test("whatever stands in an entry, it is read or passed over", () => {
  const line = fc.oneof(fc.string(), fc.constantFrom("1. a, b", "(x (y) z", "<", "//", "2.", " see: {q}", "a; b"));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      for (const [word, translation] of pairsOf(lines.join("\n")))
        assert.ok(/^[\p{L}\p{M}\p{N}]+$/u.test(word) && /^[\p{L}\p{M}\p{N}]+$/u.test(translation));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("a kept FreeDict dictionary is read in either direction, without a network", async () => {
  const cacheDir = join(folder, "cache");
  mkdirSync(join(cacheDir, "dictionaries"), { recursive: true });
  const kept = "# dict-freedict-isl-eng 1, reader 1, 2 pairs\nhús\thouse\nvatn\twater\n";
  writeFileSync(join(cacheDir, "dictionaries", "isl-eng.tsv"), kept);
  assert.deepEqual(await dictionary({ from: "isl", to: "en", cacheDir }), [
    ["hús", "house"],
    ["vatn", "water"],
  ]);
  assert.deepEqual(await dictionary({ from: "eng", to: "is", cacheDir }), [
    ["house", "hús"],
    ["water", "vatn"],
  ]);
});

test("languages without a dictionary: one line that says which there are", async () => {
  await assert.rejects(
    dictionary({ from: "en", to: "ko", cacheDir: folder }),
    /^Error: dictionary: no FreeDict dictionary of en and ko \(none for ko; your own: path to a tab-separated file\)$/,
  );
  await assert.rejects(
    dictionary({ from: "ko", to: "ja", cacheDir: folder }),
    /^Error: dictionary: no FreeDict dictionary of ko and ja \(ja has one with de, el, en, fi, fr, it, pl, ru, sv; your own/,
  );
  await assert.rejects(
    dictionary({ from: "e_", to: "ko", cacheDir: folder }),
    /^Error: dictionary: invalid language: "e_" \(a code such as "en" or "eng"\)$/,
  );
});

test("brackets of any depth are taken out in one pass, also those that never close", () => {
  const deep = 100_000;
  assert.deepEqual(pairsOf(`cat ${"(".repeat(deep)}n${")".repeat(deep)}\nkissa ${"[".repeat(deep)}`), []);
  assert.deepEqual(pairsOf(`cat ${"([{<".repeat(deep)}n${">}])".repeat(deep)}\nkissa {a (b} c) d`), []);
  assert.deepEqual(pairsOf(`cat ${"([{<".repeat(deep)}n${">}])".repeat(deep)}\nkissa {a (b}`), [["cat", "kissa"]]);
});
