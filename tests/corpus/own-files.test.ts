import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { load } from "../../src/corpus/index.js";
import { readFiles } from "../../src/corpus/sources/files.js";
import { decodeUtf8, firstInvalid } from "../../src/corpus/sources/utf8.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-own-"));
after(() => rmSync(root, { recursive: true }));

function put(name: string, data: string | Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, data);
  return path;
}

const textsOf = async (file: Parameters<typeof readFiles>[0]["files"][string]): Promise<string[]> =>
  (await readFiles({ files: { en: file } })).documents.en!.map(({ text }) => text);

test("a text file is cut where its reader's settings say", async () => {
  const path = put("a.txt", "one\ntwo\r\n\r\nthree\n \t\nfour\n");
  assert.deepEqual(await textsOf({ paths: path, documents: "paragraph" }), ["one\ntwo", "three", "four\n"]);
  assert.deepEqual(await textsOf({ paths: path, documents: "file" }), ["one\ntwo\n\nthree\n \t\nfour\n"]);
  assert.deepEqual(await textsOf(path), ["one\ntwo\n\nthree\n\nfour\n"]);
  const pages = put("pages.txt", "first page\n\nstill\fsecond");
  assert.deepEqual(await textsOf(pages), ["first page\n\nstill", "second"]);
  const long = put("long.md", Array.from({ length: 30 }, (_, i) => `${i} `.padEnd(500, "x")).join("\n\n"));
  assert.deepEqual(
    (await textsOf(long)).map((text) => text.length),
    [...Array(7).fill(2006), 1002],
  );
  await assert.rejects(
    textsOf({ paths: path, documents: "page" as "file" }),
    /^Error: load: invalid documents: page; one of auto, file, form-feed, paragraph$/,
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
    /^Error: load: invalid row in .*c\.jsonl, line 1: it is not an object$/,
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
    /^Error: load: .*latin\.txt is not UTF-8: byte 0xe9 at offset 13; convert it/,
  );
  const rows = Buffer.concat([Buffer.from(`{"text":"한"}\n`), Buffer.from(`{"text":"\xe9"}`, "latin1")]);
  await assert.rejects(
    textsOf(put("latin.jsonl", rows)),
    /^Error: load: .*latin\.jsonl is not UTF-8: byte 0xe9 at offset 24; /,
  );
  assert.deepEqual(await textsOf(put("bom.txt", "\ufeffone")), ["one"]);
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
    /^Error: load: unknown format of .*a\.docx; name it \.txt, \.jsonl or \.parquet, or give its format$/,
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
  await assert.rejects(load({}), /^Error: load: invalid options: give either name or files$/);
  await assert.rejects(
    load({ files: { en: put("empty.txt", " \n") } }),
    /^Error: load: no text in en of .*empty\.txt$/,
  );
});

test("files load as a corpus: cleaned, split, keyed, the same again under the same seed", async () => {
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
  assert.equal(corpus.texts.ko!.train[0], `한국어 text ${corpus.keys.ko!.train[0]}`);
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
