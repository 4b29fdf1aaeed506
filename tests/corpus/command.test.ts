import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Preview } from "../../src/corpus/index.js";
import { palimpsest, type Ran } from "../cli/palimpsest.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-command-"));
after(() => rmSync(root, { recursive: true }));

const corpus = (...args: string[]): Promise<Ran> =>
  palimpsest(["corpus", ...args], { ...process.env, PALIMPSEST_CACHE: root });

test("list names every corpus with its licence, as text and as JSON", async () => {
  const [text, json] = await Promise.all([corpus("list"), corpus("list", "--json")]);
  assert.equal(text.status, 0);
  assert.match(text.stdout, /^libreoffice-help: .*\n {2}licence {3}MPL-2\.0\n/);
  assert.match(text.stdout, /\nnpm: /);
  const listed = JSON.parse(json.stdout) as {
    cacheDir: string;
    corpora: { name: string; languages: string[]; ready: string[] }[];
  };
  assert.equal(listed.cacheDir, join(root, "corpora"));
  assert.deepEqual(
    listed.corpora.map(({ name }) => name),
    ["libreoffice-help", "npm", "udhr", "sotu", "changelogs", "code", "metamath"],
  );
  assert.equal(listed.corpora[0]!.languages.length, 33);
  assert.deepEqual(listed.corpora[0]!.ready, []);
});

test("build loads a corpus and says what came out; what it cannot mean is exit code 2", async () => {
  const [built, name, language, none] = await Promise.all([
    corpus("build", "npm", "--lang", "de, FI", "--json"),
    corpus("build", "wikipedia"),
    corpus("build", "npm", "--lang", "de,xx"),
    corpus("build", "npm", "--lang", ","),
  ]);
  assert.equal(built.status, 0, built.stderr);
  const { languages } = JSON.parse(built.stdout) as {
    languages: { language: string; train: { documents: number; bytes: number }; heldOut: { documents: number } }[];
  };
  assert.deepEqual(
    languages.map((row) => row.language),
    ["de", "fi"],
  );
  assert.ok(languages[0]!.train.bytes > 1e5 && languages[1]!.heldOut.documents > 0);
  assert.match(built.stderr, /npm packages 100% \(2\/2\)/);
  assert.deepEqual([name.status, language.status, none.status], [2, 2, 2]);
  assert.match(
    name.stderr,
    /^palimpsest corpus build: no corpus is named wikipedia; one of libreoffice-help, npm, udhr, sotu, changelogs, code, metamath$/m,
  );
  assert.match(language.stderr, /^palimpsest corpus build: npm has no xx; cs de en /m);
  assert.match(none.stderr, /^palimpsest corpus build: --lang names no language$/m);
});

test("show prints what will be read of a description, of files and of a corpus; what it cannot mean is exit code 2", async () => {
  const rows = ["the same text twice in English", "the same text twice in English", "another one\r\n", ""];
  const path = join(root, "a.jsonl");
  writeFileSync(path, rows.map((t, i) => JSON.stringify({ meta: { t }, on: `202${i}` })).join("\n"));
  const [described, files, none, wrong] = await Promise.all([
    corpus("show", "guides"),
    corpus("show", path, "--lang", "en", "--field", "meta.t", "--date", "on", "--clean", "lines,repeats", "--json"),
    corpus("show", "nowhere"),
    corpus("show", path, "--format", "docx"),
  ]);
  assert.match(
    described.stdout,
    /^guides: .*\n {2}licence {4}MIT\n[^]*\nen: \d+ documents, [^]*\n {2}languages {2}en 100/,
  );
  const { texts } = JSON.parse(files.stdout) as Preview;
  const { documents, empty, bytes, dates, steps, repeats } = texts.en!;
  assert.deepEqual([documents, empty, bytes, repeats], [2, 1, 42, 0]);
  assert.deepEqual(dates, { first: "2020", last: "2022", documents: 2 });
  assert.deepEqual(
    steps.map(({ step, changed, dropped }) => [step, changed, dropped]),
    [
      ["lines", 1, 0],
      ["repeats", 0, 1],
    ],
  );
  assert.deepEqual([described.status, none.status, wrong.status], [0, 2, 2]);
  assert.match(wrong.stderr, /invalid --format: docx \(txt, jsonl, .*\)$/m);
});
