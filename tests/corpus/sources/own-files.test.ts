import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { after, test } from "node:test";
import fc from "../../property.js";
import { load } from "../../../src/corpus/index.js";
import { readFiles } from "../../../src/corpus/sources/files.js";
import { decodeUtf8, firstInvalid } from "../../../src/corpus/sources/utf8.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-own-"));
after(() => rmSync(root, { recursive: true }));

function put(name: string, data: string | Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, data);
  return path;
}

const textsOf = async (file: Parameters<typeof readFiles>[0]["files"][string]): Promise<string[]> =>
  (await readFiles({ files: { en: file } })).documents.en!.map(({ text }) => text);

test("a text file is cut where its reader's settings say, and nothing else of it changes", async () => {
  const path = put("a.txt", "one\ntwo\r\n\r\nthree\n \t\nfour\n");
  assert.deepEqual(await textsOf({ paths: path, documents: "paragraph" }), ["one\ntwo", "three", "four\n"]);
  assert.deepEqual(await textsOf({ paths: path, documents: "file" }), ["one\ntwo\r\n\r\nthree\n \t\nfour\n"]);
  assert.deepEqual(await textsOf(path), ["one\ntwo\r\n\r\nthree\n \t\nfour\n"]);
  const old = put("old.txt", "one\rtwo\r\rthree");
  assert.deepEqual(await textsOf({ paths: old, documents: "paragraph" }), ["one\rtwo", "three"]);
  const pages = put("pages.txt", "first page\n\nstill\fsecond");
  assert.deepEqual(await textsOf({ paths: pages, documents: "form-feed" }), ["first page\n\nstill", "second"]);
  assert.deepEqual(await textsOf(pages), ["first page\n\nstill\f", "second"]);
  const long = put("long.md", Array.from({ length: 30 }, (_, i) => `${i} `.padEnd(500, "x")).join("\n\n"));
  assert.deepEqual(
    (await textsOf(long)).map((text) => text.length),
    [...Array(7).fill(2008), 1002],
  );
  await assert.rejects(
    textsOf({ paths: path, documents: "page" as "file" }),
    /^Error: load: invalid documents: page; one of auto, file, form-feed, paragraph$/,
  );
});

test("no setting that keeps all loses a byte, whatever the text and whichever pieces it is read in", async () => {
  const text = fc.string({
    unit: fc.constantFrom("a", " ", "\t", "\n", "\r\n", "\r", "\f", "\u0085", "한", "x".repeat(900)),
    minLength: 1,
  });
  await fc.assert(
    fc.asyncProperty(text, async (all) => {
      const paths = put("any.txt", all);
      for (const documents of ["auto", "file"] as const)
        assert.equal((await textsOf({ paths, documents })).join(""), all);
      assert.equal((await textsOf({ paths, documents: "form-feed" })).join("\f"), all);
    }),
    { numRuns: 60 },
  );
});

test("jsonl gives one document a row, from the field that is named", async () => {
  const path = put("a.jsonl", `{"text":"one","id":7}\n\n{"text":"zwei\\nlines","id":"b"}`);
  assert.deepEqual(await textsOf(path), ["one", "zwei\nlines"]);
  const read = await readFiles({ files: { en: { paths: path, key: "id" }, ko: { paths: path, key: "id" } } });
  assert.deepEqual(
    read.documents.en!.map(({ key }) => key),
    ["7", "b"],
  );
  assert.equal(read.aligned, true);
  await assert.rejects(
    textsOf({ paths: path, field: "body" }),
    /^Error: load: missing field "body" in .*a\.jsonl, line 1; it has text, id$/,
  );
  await assert.rejects(
    textsOf({ paths: path, field: "id" }),
    /^Error: load: invalid field "id" in .*a\.jsonl, line 1: number; it must be text$/,
  );
  await assert.rejects(
    textsOf(put("b.jsonl", `{"text":"one"}\n{"text":`)),
    /^Error: load: invalid JSON in .*b\.jsonl, line 2: [^\n]*$/,
  );
  await assert.rejects(
    textsOf(put("c.jsonl", `[1]`)),
    /^Error: load: invalid row in .*c\.jsonl, row 1: it is not an object$/,
  );
});

test("JSON is read as it is written: an array, one object over many lines, lines with Python's NaN, rows without text", async () => {
  const rows = [{ text: "one", id: 1 }, { text: "two\ud83d\ude00\t\f" }];
  const texts = rows.map(({ text }) => text);
  assert.deepEqual(await textsOf(put("array.json", `\ufeff ${JSON.stringify(rows, null, 2)}\n`)), texts);
  assert.deepEqual(await textsOf(put("lines.json", rows.map((row) => JSON.stringify(row)).join("\r\n"))), texts);
  assert.deepEqual(await textsOf(put("single.json", JSON.stringify(rows[0], null, 2))), ["one"]);
  const odd = put(
    "nan.jsonl",
    `{"text": "a NaN \\" NaN", "score": NaN}\n{"text": "b", "score": [-Infinity, Infinity]}\n`,
  );
  assert.deepEqual(await textsOf(odd), ['a NaN " NaN', "b"]);
  const sparse = put("sparse.jsonl", `{"id":1}\n\n{"text":null}\n{"text":"a"}\n{"text":""}\n{"text":"b"}`);
  const { texts: kept, notes } = await load({ files: { en: sparse }, heldOut: 0 });
  assert.deepEqual(kept.en!.train, ["a", "b"]);
  assert.match(
    notes.join("\n"),
    /^en: 2 rows of .*sparse\.jsonl without "text" passed over\nen: 1 document without text/,
  );
  await assert.rejects(
    textsOf(put("torn.jsonl", `{"text": "${'\\"'.repeat(100_000)}`)),
    /^Error: load: invalid JSON in .*torn\.jsonl, line 1: [^\n]*$/,
  );
});

test("what a file holds arrives byte for byte, by every reader; cleaning is what was asked for, and is told", async () => {
  const code = 'def f(x):\n    if x:\n\treturn  "e\u0301"\n\n\n\n# end \f of page\u000bthird\u0085fourth\u001ffifth';
  const { parquetWriteFile } = await import("hyparquet-writer");
  const twice = [code, code, "other"];
  const parquet = join(root, "code.parquet");
  parquetWriteFile({ filename: parquet, columnData: [{ name: "text", data: twice, type: "STRING" }] });
  const lines = put("code.jsonl", twice.map((text) => JSON.stringify({ text })).join("\n"));
  for (const paths of [parquet, lines]) {
    const { texts, notes, cleaning } = await load({ files: { py: paths }, heldOut: 0 });
    assert.deepEqual([texts.py!.train, notes, cleaning], [twice, [], { py: [] }]);
  }
  const cleaned = await load({ files: { py: lines }, heldOut: 0, clean: ["spaces", "repeats"] });
  assert.deepEqual(cleaned.texts.py!.train, [
    'def f(x):\nif x:\nreturn "e\u0301"\n\n\n\n# end \f of page\u000bthird\u0085fourth\u001ffifth',
    "other",
  ]);
  assert.deepEqual(
    cleaned.cleaning.py!.map(({ step, changed, dropped, bytes }) => [step, changed, dropped, bytes]),
    [
      ["spaces", 2, 0, 12],
      ["repeats", 0, 1, Buffer.byteLength(cleaned.texts.py!.train[0]!)],
    ],
  );
  assert.deepEqual(cleaned.notes, [
    "py: spaces changed 2 documents, 12 bytes fewer",
    "py: repeats dropped 1 document (the text of another), 67 bytes fewer",
  ]);
  await assert.rejects(
    load({ files: { py: lines }, clean: ["tabs"] }),
    /^Error: load: invalid step: "tabs" \(one of lines, surrogates, /,
  );
  await assert.rejects(
    load({ name: "udhr", languages: ["en"], clean: ["nfc"] }),
    /^Error: load: invalid clean: nfc; it is for files, and udhr has cleaning of its own$/,
  );
  await assert.rejects(
    load({ files: { py: put("half.jsonl", '{"text":"a\\ud83d"}\n{"text":"b"}') } }),
    /^Error: load: invalid text in py: half\.jsonl#0 has half a surrogate pair, \\ud83d, which UTF-8 cannot hold/,
  );
});

test("a text that is repeated is kept, all of it on one side", async () => {
  const rows = Array.from({ length: 100 }, (_, i) => JSON.stringify({ text: `문장 ${i % 10}` })).join("\n");
  const { texts } = await load({ files: { ko: put("upsampled.jsonl", rows) }, heldOut: 0.2 });
  const { train, heldOut } = texts.ko!;
  assert.equal(train.length + heldOut.length, 100);
  assert.ok(heldOut.length >= 10 && heldOut.length % 10 === 0 && !heldOut.some((text) => train.includes(text)));
  await assert.rejects(
    load({ files: { ko: put("same.jsonl", '{"text":"a"}\n{"text":"a"}') } }),
    /^Error: load: invalid number of documents in ko: 2; a split needs at least two different ones, /,
  );
});

test("a held-out text of the user's own is kept whole and never trained on; what it shares with the train part is told", async () => {
  const train = put("train.jsonl", '{"text":"a"}\n{"text":"b"}\n{"text":"b"}');
  const heldOut = put("test.txt", "b\n\nc");
  const files = {
    ko: { train, heldOut, documents: "paragraph" as const },
    en: put("en2.jsonl", '{"text":"x"}\n{"text":"y"}'),
  };
  const { texts, notes } = await load({ files });
  assert.deepEqual(texts.ko, { name: "ko", train: ["a", "b", "b"], heldOut: ["b", "c"] });
  assert.deepEqual([texts.en!.train.length, texts.en!.heldOut.length], [1, 1]);
  assert.deepEqual(notes, ["ko: 50% of the held-out text is lines that the train part has too"]);
  await assert.rejects(
    load({ files: { ko: { train } } }),
    /^Error: load: invalid files of ko: give either paths, or train and heldOut$/,
  );
  await assert.rejects(
    load({ files: { ko: { train, heldOut: put("none.jsonl", "\n") } } }),
    /^Error: load: no held-out text in ko of /,
  );
});

test("Parquet gives one document a row, and a missing column, a wrong type and a truncated file are one line", async () => {
  const { parquetWriteFile } = await import("hyparquet-writer");
  const path = join(root, "a.parquet");
  const rows = Array.from({ length: 50 }, (_, i) => `문서 ${i} ${"x".repeat(i)}`);
  parquetWriteFile({
    filename: path,
    columnData: [
      { name: "text", data: rows, type: "STRING" },
      { name: "n", data: rows.map((_, i) => i), type: "INT32" },
    ],
    rowGroupSize: 20,
  });
  assert.deepEqual(await textsOf(path), rows);
  const keyed = await readFiles({ files: { ko: { paths: path, key: "n" } } });
  assert.equal(keyed.documents.ko![49]!.key, "49");
  await assert.rejects(
    textsOf({ paths: path, field: "body" }),
    /^Error: load: missing field "body" in .*a\.parquet; it has text, n$/,
  );
  await assert.rejects(
    textsOf({ paths: path, field: "n" }),
    /^Error: load: invalid field "n" in .*a\.parquet, row 1: number; it must be text$/,
  );
  const whole = readFileSync(path);
  for (const size of [0, 5, 11, 12, 40, whole.length >> 1, whole.length - 9, whole.length - 1]) {
    const cut = put("cut.parquet", whole);
    truncateSync(cut, size);
    await assert.rejects(
      textsOf(cut),
      /^Error: load: cannot read .*cut\.parquet as Parquet \(damaged, or another format\): [^\n]+$/,
      `cut at ${size}`,
    );
  }
  // The data torn out, the footer whole.
  await assert.rejects(
    textsOf(put("torn.parquet", Buffer.concat([whole.subarray(0, 4), whole.subarray(whole.length >> 1)]))),
    /^Error: load: cannot read .*torn\.parquet as Parquet \(damaged, or another format\): [^\n]+$/,
  );
});

test("a file that is not UTF-8 is one line with the file and the offset", async () => {
  const latin = Buffer.concat([Buffer.from("ok\nok 한\n"), Buffer.from("caf\xe9", "latin1")]);
  await assert.rejects(
    textsOf(put("latin.txt", latin)),
    /^Error: load: .*latin\.txt is not UTF-8: byte 0xe9 at offset 13; no encoding is likely; /,
  );
  const rows = Buffer.concat([Buffer.from(`{"text":"한"}\n`), Buffer.from(`{"text":"\xe9"}`, "latin1")]);
  await assert.rejects(
    textsOf(put("latin.jsonl", rows)),
    /^Error: load: .*latin\.jsonl is not UTF-8: byte 0xe9 at offset 24; /,
  );
  assert.deepEqual(await textsOf(put("bom.txt", "\ufeffone")), ["one"]);
});

test("an encoding is named when the bytes speak for it and decode, by the name that iconv takes", async () => {
  const encoded = {
    korean: ["CP949", "b9ae bcad 2030 3a20 bec8 b3e7 c7cf bcbc bfe4 20bc bcb0 e8c0 d4b4 cfb4 d92e 0a"],
    japanese: ["CP932", "82b1 82ea 82cd 93fa 967b 8cea 82cc 95b6 8fcd 82c5 82b7 8142 0a"],
    french: [
      "CP1252",
      Buffer.from("Les élèves ont été reçus à l'école où le maître leur a donné des leçons.\n", "latin1").toString(
        "hex",
      ),
    ],
    wide: ["UTF-16LE", Buffer.from("안녕하세요 세계입니다. 그래요\n", "utf16le").toString("hex")],
  };
  for (const [name, [encoding, hex]] of Object.entries(encoded)) {
    const bytes = Buffer.from(hex!.replace(/ /g, "").repeat(5), "hex");
    await assert.rejects(
      textsOf(put(`${name}.txt`, bytes)),
      new RegExp(
        `not UTF-8: byte 0x.. at offset \\d+; it reads as ${encoding}( or [A-Z0-9-]+)?: convert it, .* iconv -f ${encoding} -t UTF-8$`,
      ),
    );
  }
  const noise = Buffer.from(Array.from({ length: 999 }, (_, i) => (i * i * 31 + i * 7) % 256));
  await assert.rejects(textsOf(put("noise.txt", noise)), /; no encoding is likely; /);
});

test("packed files are read by what they hold, within bounds; folders and globs in the order of names", async () => {
  const text = Array.from({ length: 50 }, (_, i) => `{"text":"문서 ${i}"}\n`).join("");
  const texts = Array.from({ length: 50 }, (_, i) => `문서 ${i}`);
  mkdirSync(join(root, "packed", "deep"), { recursive: true });
  const gz = put("packed/b.jsonl.gz", gzipSync(text));
  put("packed/deep/a.jsonl", text.slice(0, text.indexOf("\n")));
  put("packed/a.jsonl", gzipSync(text));
  assert.deepEqual(await textsOf(gz), texts);
  assert.deepEqual(await textsOf(join(root, "packed", "a.jsonl")), texts);
  assert.deepEqual(await textsOf(join(root, "packed")), [...texts, ...texts, "문서 0"]);
  assert.deepEqual(await textsOf(join(root, "pac*", "**", "a.jsonl")), [...texts, "문서 0"]);
  put("[1].txt", "one");
  assert.deepEqual(await textsOf(join(root, "[1].txt")), ["one"]);
  await assert.rejects(textsOf(join(root, "*.docx")), /^Error: load: no such file: .*\*\.docx \(nothing matches\)$/);
  put("packed/readme.md", "x");
  await assert.rejects(
    textsOf(join(root, "packed")),
    /^Error: load: invalid folder: .*packed holds \.jsonl, \.md; name the files you mean, e\.g\. /,
  );
  await assert.rejects(
    textsOf(put("bomb.txt.gz", gzipSync(Buffer.alloc(80 << 20)))),
    /^Error: load: .*bomb\.txt\.gz unpacks to more than 67108864 bytes, /,
  );
  const whole = gzipSync(text);
  for (const torn of [
    whole.subarray(0, 40),
    Buffer.from(whole.map((byte, i) => (i === whole.length - 6 ? byte ^ 1 : byte))),
  ])
    await assert.rejects(
      textsOf(put("torn.gz.jsonl", torn)),
      /^Error: load: cannot unpack .*torn\.gz\.jsonl as gzip: [^\n]+$/,
    );
});

/** What `zstd -19` makes of fifty lines, checksum included. */
const zstandard = Buffer.from(
  "28b52ffd04683d030092040f14c0ebfe0fafdf7f2195c37fdf92edde32fd16e7dce089440821841042c8eeeeeeeeeeffffff6fdbb66d27744c217b83274688b04e498512ac2d265c31a811e0ef7f06a0a3d20111fc2304313f555551352a5349111594a738698a8921100a13140ef855ac543791",
  "hex",
);

test("Zstandard is read, frame after frame, and a flipped byte or a cut never changes the text in silence", async () => {
  const texts = Array.from({ length: 50 }, (_, i) => `문서 ${i}`);
  assert.deepEqual(await textsOf(put("lines.jsonl.zst", zstandard)), texts);
  const skipped = Buffer.from("502a4d1803000000616263", "hex");
  const frames = Buffer.concat([zstandard, skipped, zstandard]);
  assert.deepEqual(await textsOf(put("frames.jsonl", frames)), [...texts, ...texts]);
  const flipped = (i: number): Buffer => Buffer.from(zstandard.map((byte, k) => (k === i ? byte ^ 16 : byte)));
  const damaged = [...zstandard.keys()].flatMap((i) => [flipped(i), ...(i > 3 ? [zstandard.subarray(0, i)] : [])]);
  let harmless = 0;
  for (const bytes of damaged)
    try {
      assert.deepEqual(await textsOf(put("damaged.jsonl.zst", bytes)), texts);
      harmless++;
    } catch (error) {
      assert.match(String(error), /^Error: load: (cannot unpack .* as Zstandard: |.* is not UTF-8: )[^\n]*$/);
    }
  // A reserved bit, the size of the window, bits that fill a byte up.
  assert.ok(harmless > 0 && harmless < 10, `${harmless}`);
  // A header without sizes and a window of 1 MB, then blocks of one byte that stands for 128 KB.
  const bomb = Buffer.from("28b52ffd0050" + "02001041".repeat(1000), "hex");
  await assert.rejects(
    textsOf(put("bomb.txt.zst", bomb)),
    /^Error: load: .*bomb\.txt\.zst unpacks to more than 67108864 bytes, /,
  );
});

test("what is no regular file is one line at once", { skip: process.platform === "win32" }, async () => {
  const pipe = join(root, "pipe.jsonl");
  execFileSync("mkfifo", [pipe]);
  await assert.rejects(textsOf(pipe), /^Error: load: invalid file: .*pipe\.jsonl: a pipe \(name a regular file\)$/);
  await assert.rejects(
    textsOf({ paths: "/dev/zero", format: "txt" }),
    /^Error: load: invalid file: \/dev\/zero: a device \(name a regular file\)$/,
  );
});

test("the offset is where the first sequence that is not well-formed begins", () => {
  const fatal = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const isText = (bytes: Uint8Array): boolean => {
    try {
      fatal.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const byte = fc.oneof(
    fc.constantFrom(0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff),
    fc.integer({ min: 0, max: 255 }),
  );
  fc.assert(
    fc.property(
      fc
        .uint8Array({ maxLength: 4 })
        .chain((head) => fc.array(byte, { maxLength: 12 }).map((tail) => Uint8Array.from([...head, ...tail]))),
      (bytes) => {
        const at = firstInvalid(bytes);
        assert.equal(at === -1, isText(bytes));
        if (at === -1) return;
        assert.ok(isText(bytes.subarray(0, at)));
        for (let end = at + 1; end <= bytes.length; end++) assert.ok(!isText(bytes.subarray(0, end)));
        assert.throws(() => decodeUtf8(bytes, "f", 100), new RegExp(`offset ${100 + at};`));
      },
    ),
    { numRuns: 2000 },
  );
});

test("files of unknown kind, missing files and languages, and options that contradict are one line", async () => {
  await assert.rejects(textsOf(join(root, "nowhere.txt")), /^Error: load: no such file: .*nowhere\.txt$/);
  await assert.rejects(
    textsOf(put("a.docx", "x")),
    /^Error: load: unknown format of .*a\.docx; name it \.txt, .* \.parquet or \.arrow \(.*\), or give its format$/,
  );
  assert.deepEqual(await textsOf({ paths: join(root, "a.docx"), format: "txt" }), ["x"]);
  await assert.rejects(
    textsOf({ paths: put("k.txt", "x"), key: "id" }),
    /^Error: load: invalid key for .*k\.txt: a text file has no fields/,
  );
  await assert.rejects(
    load({ files: { en: join(root, "a.txt") }, languages: ["ko"] }),
    /^Error: load: invalid language: ko; the files are for en$/,
  );
  await assert.rejects(
    load({}),
    /^Error: load: invalid options: give one of name, dataset and files, or generated alone$/,
  );
  await assert.rejects(load({ files: { en: put("empty.txt", "") } }), /^Error: load: no text in en of .*empty\.txt$/);
});

test("files load as a corpus: split, keyed, the same again under the same seed", async () => {
  const rows = (language: string): string =>
    Array.from({ length: 200 }, (_, i) => JSON.stringify({ id: i, text: `${language}  text ${i}` })).join("\n");
  const files = {
    en: { paths: put("en.jsonl", rows("en")), key: "id" },
    ko: { paths: put("ko.jsonl", rows("한국어")), key: "id" },
  };
  const corpus = await load({ files, seed: 4, heldOut: 0.1 });
  assert.deepEqual([corpus.name, corpus.languages, corpus.aligned], ["files", ["en", "ko"], true]);
  assert.deepEqual(corpus.keys.en, corpus.keys.ko);
  assert.equal(corpus.texts.en!.train.length + corpus.texts.en!.heldOut.length, 200);
  assert.equal(corpus.texts.ko!.train[0], `한국어  text ${corpus.keys.ko!.train[0]}`);
  assert.deepEqual(await load({ files, seed: 4, heldOut: 0.1 }), corpus);
  assert.notDeepEqual((await load({ files, seed: 5, heldOut: 0.1 })).keys, corpus.keys);
  const half = await load({ files, seed: 4, heldOut: 0.1, maxBytes: 1000 });
  const bytes = [...half.texts.en!.train, ...half.texts.en!.heldOut].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  );
  assert.ok(bytes <= 1000 && bytes > 900, `${bytes}`);
  assert.ok(half.keys.en!.heldOut.every((key) => corpus.keys.en!.heldOut.includes(key)));
  await assert.rejects(load({ files, signal: AbortSignal.abort(new Error("stopped")) }), /^Error: stopped$/);
  for (const bad of [{ heldOut: 1 }, { heldOut: NaN }, { seed: 0.5 }, { maxBytes: 0 }])
    await assert.rejects(load({ files, ...bad }), /^Error: load: invalid (heldOut|seed|maxBytes): /);
});
