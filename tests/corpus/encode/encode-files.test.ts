/** Files to shards as a stream: what `load` and `encode` make of them, with threads and without. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  documentPlaces,
  encode,
  encodeFiles,
  type EncodeFilesOptions,
  type FileText,
  keysOf,
  load,
  open,
  type StepGiven,
} from "../../../src/corpus/index.js";
import type { OnProgress, Tokenizer } from "../../../src/types.js";
import { train } from "../../../src/vocab/index.js";
import { palimpsest, palimpsests } from "../../cli/palimpsest.js";
import { byteTokenizer } from "../toy.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-encode-files-"));
after(() => rmSync(root, { recursive: true }));
const at = (name: string): string => join(root, name);

function put(name: string, rows: readonly object[]): string {
  writeFileSync(at(name), rows.map((row) => JSON.stringify(row)).join("\n"));
  return at(name);
}

/** 400 documents of lines of their own, each tenth with the text of another. */
const rows = Array.from({ length: 400 }, (_, i) => {
  const n = i % 10 === 9 ? i - 7 : i;
  return { text: `document ${n}\r\nthe 한국어 of ${n}  ${"word ".repeat(n % 13)}`, id: `row ${i}` };
});
const clean: StepGiven[] = ["lines", { name: "spaces" }];
const bytes = (dir: string, file: string): Buffer => readFileSync(join(dir, file));

async function loaded(files: Record<string, FileText>, tokenizer: Tokenizer): Promise<Buffer[]> {
  const { texts } = await load({ files, clean, heldOut: 0.2 });
  const { train, heldOut, marks } = Object.values(texts)[0]!;
  const shards = [
    await encode({ documents: train, marks: marks?.train, tokenizer, path: at("train") }),
    await encode({ documents: heldOut, marks: marks?.heldOut, tokenizer, path: at("held") }),
  ];
  return shards.map((shard) => {
    shard.close();
    return readFileSync(shard.path);
  });
}

test("the shards are those of load and encode, with threads and without, twice", async () => {
  const tokenizer = await train({ texts: rows.map(({ text }) => text), size: 300 });
  const files = { ko: { paths: put("ko.jsonl", rows), key: "id" } };
  const expected = await loaded(files, tokenizer);
  for (const workers of [0, 0, 1]) {
    const dir = at("out");
    const { languages } = await encodeFiles({ files, tokenizer, dir, clean, heldOut: 0.2, workers });
    assert.deepEqual([bytes(dir, "ko.train.tokens"), bytes(dir, "ko.held-out.tokens")], expected);
    const { train, heldOut, notes } = languages.ko!;
    assert.equal(train.documents + heldOut!.documents, 400);
    assert.match(notes.join("\n"), /^ko: lines changed 400 documents, 400 bytes fewer\nko: spaces changed/);
    assert.deepEqual(JSON.parse(bytes(dir, "encoded.json").toString()), {
      tokenizer: open(join(dir, train.file)).tokenizer,
      languages,
    });
    const { split, clean: steps } = languages.ko!;
    assert.deepEqual([split, steps], [{ heldOut: 0.2, seed: 1 }, [{ name: "lines" }, { name: "spaces" }]]);
  }
  const shard = open(join(at("out"), "ko.train.tokens"));
  const keyOf = keysOf(shard)!;
  for (const [d, { start, length }] of documentPlaces(shard).entries()) {
    const row = rows.find(({ id }) => id === keyOf(d))!;
    assert.equal(tokenizer.decode([...shard.read(start, length - 1)]).split("\n")[0], row.text.split("\r")[0]);
  }
  writeFileSync(join(at("out"), "ko.train.keys"), "row 1\n");
  assert.throws(
    () => keysOf(shard),
    /^Error: open: \S+ko\.train\.keys names 1 documents, its shard has \d+ \(remove it/,
  );
});

test("documents that a form has marked keep their marks, beside some without", async () => {
  const tokenizer = byteTokenizer();
  const form = { name: "weighted", words: ["한국어"], weight: 3 };
  const files = {
    ko: {
      paths: put(
        "marked.jsonl",
        rows.map(({ text }) => ({ text: text.replace(/\r\n| {2}| $/g, "_") })),
      ),
      form,
    },
  };
  const expected = await loaded(files, tokenizer);
  await encodeFiles({ files, tokenizer, dir: at("marked"), clean, heldOut: 0.2 });
  assert.deepEqual([bytes(at("marked"), "ko.train.tokens"), bytes(at("marked"), "ko.held-out.tokens")], expected);
});

test("of documents that belong together none is left alone where a step drops the other, in memory and in a stream", async () => {
  const answers = Array.from({ length: 40 }, (_, i) => ({ prompt: "a", chosen: `b${i % 30}`, rejected: `c${i}` }));
  const files = { en: { paths: put("answers.jsonl", answers), form: "preferences" as const } };
  const { texts, notes } = await load({ files, clean: ["repeats"], heldOut: 0 });
  assert.deepEqual(notes, [
    "en: repeats dropped 10 documents (the text of another), 30 bytes fewer",
    "en: 10 documents left out, for the other of the pair was",
  ]);
  assert.equal(texts.en!.train.length, 60);
  const common = { files, tokenizer: byteTokenizer(), dir: at("pairs"), clean: ["repeats"], heldOut: 0 };
  const streamed = (await encodeFiles(common)).languages.en!;
  assert.deepEqual([streamed.notes, streamed.train.documents], [notes, 60]);
});

test("by date, later documents are held out, and those of which it is not known are in neither part", async () => {
  const dated = Array.from({ length: 60 }, (_, i) => ({
    text: `of ${i}\n`.repeat(3),
    date: i % 10 === 9 ? "2015" : `20${10 + (i % 10)}`,
  }));
  const files = { en: { paths: put("dated.jsonl", [...dated, dated[8]!]), date: "date" } };
  const tokenizer = byteTokenizer();
  const { texts } = await load({ files, until: "2015-06" });
  const { languages } = await encodeFiles({ files, tokenizer, dir: at("dated"), until: "2015-06" });
  const { train, heldOut, notes, split } = languages.en!;
  assert.deepEqual(split, { heldOut: 0, seed: 1, until: "2015-06" });
  assert.deepEqual([train.documents, heldOut!.documents], [texts.en!.train.length, texts.en!.heldOut.length]);
  assert.deepEqual(notes, ["en: 12 documents on neither side of 2015-06: not known, or there twice"]);
});

test("what was cut off before anything was saved begins anew, held-out files are kept whole, and none are left of an earlier run without them", async () => {
  const dir = at("killed");
  mkdirSync(join(dir, ".encoding"), { recursive: true });
  writeFileSync(join(dir, ".encoding/ko.train.tokens"), "half");
  const [train, heldOut] = [put("train.jsonl", rows.slice(0, 30)), put("test.jsonl", rows.slice(0, 3))];
  const common = { tokenizer: byteTokenizer(), dir };
  const given = await encodeFiles({ ...common, files: { ko: { train, heldOut } } });
  assert.deepEqual([given.languages.ko!.train.documents, given.languages.ko!.heldOut!.documents], [30, 3]);
  assert.deepEqual(readdirSync(dir).sort(), [
    "encoded.json",
    ...["held-out.keys", "held-out.tokens", "train.keys", "train.tokens"].map((end) => `ko.${end}`),
  ]);
  const whole = await encodeFiles({ ...common, files: { ko: train }, heldOut: 0 });
  assert.ok(whole.languages.ko!.heldOut === undefined && !existsSync(join(dir, "ko.held-out.tokens")));
});

/** Encodes again and again, each time cut off after a few batches more, until it is done; the number of times that it went on. */
async function cutOff(options: EncodeFilesOptions, after: number): Promise<number> {
  for (let goneOn = 0, cuts = 0; ; cuts++) {
    let reports = 0;
    const onProgress: OnProgress = ({ notice }) => {
      if (notice) goneOn++;
      else if (++reports > after + (cuts % 3)) throw new Error("cut off");
    };
    try {
      await encodeFiles({ ...options, onProgress });
      return goneOn;
    } catch (error) {
      assert.equal((error as Error).message, "cut off");
      assert.ok(cuts < 60, "it does not come further");
    }
  }
}

test("cut off anywhere and called again it goes on, and the bytes are those of one call", async () => {
  const many = Array.from({ length: 1200 }, (_, i) => ({
    ...{
      prompt: `question ${i % 900}\r\n`,
      chosen: `because of ${i % 1100} and this`,
      rejected: `no ${"so ".repeat(i % 9)}`,
    },
    text: `document ${i % 1300}\r\nthe 한국어 of ${i % 1300} ${"word ".repeat(i % 13)}`,
  }));
  const halves = [
    put("a.jsonl", many.slice(0, 700)),
    put("b.jsonl", many.slice(700)),
    put("c.jsonl", many.slice(0, 300)),
  ];
  const common = { tokenizer: byteTokenizer(), every: 2000 };
  const score: StepGiven = { name: "score", by: { name: "compression" }, best: 0.9 } as unknown as StepGiven;
  const given: Record<string, Omit<EncodeFilesOptions, "tokenizer" | "dir">> = {
    plain: { files: { ko: halves.slice(0, 2), en: halves[2]! }, heldOut: 0.2 },
    steps: {
      files: { ko: { train: halves.slice(0, 2), heldOut: halves[2]! } },
      clean: ["lines", "repeats", { name: "minhash" }, "nfc", score, { name: "substring", length: 8 }],
    },
    pairs: { files: { en: { paths: halves.slice(0, 2), form: "preferences" } }, clean: ["repeats"] },
  };
  for (const [name, own] of Object.entries(given)) {
    const options = { ...common, ...own };
    await encodeFiles({ ...options, dir: at(`${name}.whole`) });
    assert.ok((await cutOff({ ...options, dir: at(`${name}.cut`) }, 2)) > 2, name);
    const names = readdirSync(at(`${name}.whole`));
    assert.deepEqual(readdirSync(at(`${name}.cut`)), names);
    for (const file of names) assert.deepEqual(bytes(at(`${name}.cut`), file), bytes(at(`${name}.whole`), file), file);
  }
});

test("a folder takes one language after another, in any order to the same bytes; a kill loses none, another tokenizer is refused", async () => {
  const files = { ko: put("one.jsonl", rows.slice(0, 300)), en: put("other.jsonl", rows.slice(200)) };
  const common = { tokenizer: byteTokenizer(), every: 1, heldOut: 0.2 };
  const [forth, back] = [at("forth"), at("back")];
  const notices: string[] = [];
  const onProgress: OnProgress = ({ label, notice }) => notice && notices.push(label);
  for (const [dir, order] of [
    [forth, ["ko", "en"]],
    [back, ["en", "ko"]],
  ] as const)
    for (const each of order) await encodeFiles({ ...common, files: { [each]: files[each] }, dir, onProgress });
  const names = readdirSync(forth);
  assert.equal(names.length, 9);
  assert.deepEqual(readdirSync(back), names);
  for (const file of names) assert.deepEqual(bytes(back, file), bytes(forth, file), file);
  assert.deepEqual(notices, []);

  const before = names.map((file) => bytes(forth, file));
  const third = { fi: put("third.jsonl", rows.slice(0, 200)) };
  const stop: OnProgress = ({ note }) => {
    if (/^\d{3} /.test(note ?? "")) throw new Error("cut off");
  };
  await assert.rejects(encodeFiles({ ...common, files: third, dir: forth, onProgress: stop }), /^Error: cut off$/);
  assert.deepEqual(
    names.map((file) => bytes(forth, file)),
    before,
  );
  await encodeFiles({ ...common, files: third, dir: forth });

  const tokenizer = await train({ texts: ["a b"], size: 257 });
  await assert.rejects(
    encodeFiles({ ...common, tokenizer, files: third, dir: back }),
    /^Error: encode: invalid tokenizer: [0-9a-f]{16} \(\S+back holds en, ko in tokens of [0-9a-f]{16}; encode with that tokenizer, or into another folder\)$/,
  );
  // One that is encoded again replaces what it was, and is what it would be alone; of those whose shards are gone nothing is said.
  const again = await encodeFiles({ ...common, seed: 2, files: { en: files.en }, dir: back, onProgress });
  assert.deepEqual(Object.keys(again.languages), ["en", "ko"]);
  assert.match(notices.join("\n"), /^split with another heldOut, seed or until: ko \(a document may be/);
  rmSync(join(back, "ko.train.tokens"));
  const only = await encodeFiles({ ...common, tokenizer, files: { en: files.en }, dir: back });
  assert.deepEqual(Object.keys(only.languages), ["en"]);
  writeFileSync(join(back, "encoded.json"), '{"tokenizer":');
  await assert.rejects(
    encodeFiles({ ...common, files: third, dir: back }),
    /^Error: encode: invalid JSON: \S+encoded.json \(it is/,
  );
  assert.ok(existsSync(join(back, "en.train.tokens")) && !existsSync(join(back, ".encoding")));
});

test("what was cut off and is asked for otherwise is one line that names what changed, and nothing is lost", async () => {
  const file = put("changed.jsonl", rows);
  utimesSync(file, 0, 1);
  const options = { tokenizer: byteTokenizer(), every: 1, files: { ko: file }, dir: at("changed") };
  const stop: OnProgress = ({ note }) => {
    if (/^384 /.test(note ?? "")) throw new Error("cut off");
  };
  await assert.rejects(encodeFiles({ ...options, onProgress: stop }), /^Error: cut off$/);
  await assert.rejects(
    encodeFiles({ ...options, seed: 2, heldOut: 0.1 }),
    /^Error: encode: \S+\.encoding holds an encoding that was cut off, with another heldOut, another seed \(give what/,
  );
  utimesSync(file, 0, 2);
  await assert.rejects(encodeFiles(options), ({ message }: Error) =>
    message.includes(`cut off, with another size or time of ${file} (give what`),
  );
  utimesSync(file, 0, 1);
  const progress = join(at("changed"), ".encoding/progress.json");
  const saved = readFileSync(progress, "utf8");
  writeFileSync(progress, saved.slice(0, -1));
  await assert.rejects(encodeFiles(options), /^Error: encode: damaged \S+progress\.json \(remove \S+ to begin anew\)$/);
  writeFileSync(progress, saved);
  const notices: string[] = [];
  await encodeFiles({ ...options, onProgress: ({ label, notice }) => notice && notices.push(label) });
  assert.match(notices.join(), /^going on with ko, of which \d+ documents \(0\.000 GB\) are encoded already$/);
});

test("what cannot be encoded is one line, and leaves nothing", async () => {
  const common = { tokenizer: byteTokenizer(), dir: at("bad") };
  const half = put("half.jsonl", [{ text: "a" }, { text: "b\ud800" }]);
  await assert.rejects(
    encodeFiles({ ...common, files: { ko: half } }),
    /^Error: encode: invalid text in ko: half\.jsonl#1 has half a surrogate pair, \\ud800, .* \(clean: \["surrogates"\] replaces it\)$/,
  );
  await assert.rejects(
    encodeFiles({ ...common, files: { ko: put("none.jsonl", [{ text: "" }]) } }),
    /^Error: encode: no text to train on in ko of \S+none\.jsonl$/,
  );
  await assert.rejects(
    encodeFiles({ ...common, files: { ko: half }, heldOut: 1 }),
    /^Error: encode: invalid heldOut: 1;/,
  );
  assert.deepEqual(readdirSync(at("bad")), []);
});

test("the command encodes by language, says what came out, and refuses what it cannot mean with exit code 2", async () => {
  writeFileSync(at("tokenizer.json"), JSON.stringify((await train({ texts: ["a b"], size: 257 })).json));
  put("en.jsonl", rows);
  const verb = ["corpus", "encode", `en=${at("en.jsonl")}`, "--tokenizer", at("tokenizer.json"), "--out", at("cli")];
  const about = { name: "mine", summary: "a", licence: "CC0-1.0", source: "b" };
  const described = {
    ...about,
    languages: { en: { paths: "en.jsonl", template: "{text}\n" } },
    clean: ["lines", "repeats"],
  };
  writeFileSync(at("mine.json"), JSON.stringify(described));
  const dataset = ["corpus", "encode", at("mine.json"), ...verb.slice(3, 5), "--out", at("described")];
  const [encoded, byDescription] = await Promise.all([
    palimpsest(
      [...verb, "--template", "{text}\\n", "--clean", '["lines",{"name":"repeats"}]', "--workers", "0"],
      process.env,
    ),
    palimpsest([...dataset, "--workers", "0"]),
  ]);
  const wrong = palimpsests([
    [...verb, "--held-out", "1"],
    [...verb, "--quotes", "both"],
    [...dataset, "--key", "id"],
  ]);
  assert.equal(encoded.status, 0, encoded.stderr);
  assert.match(encoded.stdout, /\nnote: en: repeats dropped 40 documents \(the text of another\), /);
  assert.match(encoded.stdout, /\na recipe names them: "shards": \{"en":\{"train":"\S+en\.train\.tokens"/);
  assert.equal(byDescription.status, 0, byDescription.stderr);
  assert.deepEqual(bytes(at("described"), "en.train.tokens"), bytes(at("cli"), "en.train.tokens"));
  assert.match(encoded.stderr, /encoding en 100% \(\d+\/\d+\) 360 documents/);
  assert.deepEqual(
    wrong.map(({ status, stderr }) => [status, stderr.replace("palimpsest corpus encode: ", "").trim()]),
    [
      [2, "invalid --held-out: 1 (a share below 1)"],
      [2, "invalid --quotes: both (quotes of CSV and TSV: fields (the default), or none where they are text)"],
      [2, `--key is for files; ${at("mine.json")} says how it is read`],
    ],
  );
});
