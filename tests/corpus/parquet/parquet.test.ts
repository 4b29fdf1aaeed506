/** Parquet that lies: whatever a file says of its sizes and counts, it is read or it is one line, and neither hangs nor takes memory. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { brotliCompressSync, crc32, gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { readFiles } from "../../../src/corpus/sources/files.js";
import { lz4Block } from "../../../src/corpus/parquet/lz4.js";
import { rng } from "../../../src/rng.js";
import { rows } from "../../../src/runs/rows.js";
import { dataPage, dictionaryPage, forge, plainTexts, type Forged } from "./forge.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-parquet-"));
after(() => rmSync(root, { recursive: true }));
const path = join(root, "a.parquet");

/** What both readers make of it: texts, or the line without the reader's name. */
async function read(bytes: Uint8Array): Promise<string[] | string> {
  writeFileSync(path, bytes);
  const asRows = await rows({ path }).then((all) => all.map(({ text }) => String(text)), lineOf);
  const asTexts = await readFiles({ files: { en: path } }).then(
    ({ documents }) => documents.en!.map(({ text }) => text),
    lineOf,
  );
  assert.deepEqual(asRows, asTexts);
  return asTexts;
}

function lineOf(error: Error): string {
  const line =
    /^(?:runs\.rows: invalid Parquet in FILE|load: cannot read FILE as Parquet \(damaged, or another format\)): ([^\n]+)$/;
  const found = line.exec(error.message.replace(path, "FILE").replace(/ \(damaged, or another format\)$/, ""));
  assert.ok(found, error.message);
  return found[1]!;
}

const [plain, deltaBinary, deltaTexts, deltaLengths, dictionary] = [0, 5, 7, 6, 8];
const two = plainTexts("one", "two");

test("each codec is read, and one that is not is named", async () => {
  const bytes = Uint8Array.from(two);
  // A frame of one segment whose size is one byte, with one raw block.
  const zstd = [0x28, 0xb5, 0x2f, 0xfd, 0x20, two.length, (two.length << 3) | 1, 0, 0, ...two];
  const packed: [Forged["codec"], Uint8Array | number[]][] = [
    ["UNCOMPRESSED", two],
    ["SNAPPY", [two.length, (two.length - 1) << 2, ...two]],
    ["GZIP", gzipSync(bytes)],
    ["BROTLI", brotliCompressSync(bytes)],
    ["ZSTD", zstd],
    ["LZ4_RAW", [two.length << 4, ...two]],
  ];
  for (const [codec, page] of packed)
    assert.deepEqual(
      await read(forge({ rows: 2, codec, pages: [dataPage(2, plain, page, { 2: two.length })] })),
      ["one", "two"],
      codec,
    );
  assert.equal(
    await read(forge({ rows: 2, codec: "LZO", pages: [dataPage(2, plain, two)] })),
    '"text" is packed with LZO, which is not read; write it with one of UNCOMPRESSED, SNAPPY, GZIP, BROTLI, ZSTD, LZ4_RAW',
  );
  const abc = [0x38, 97, 98, 99, 3, 0, 0x10, 120];
  assert.equal(Buffer.from(lz4Block(Uint8Array.from(abc), 16)).toString(), "abcabcabcabcabcx");
  for (const [length, block] of [
    [15, abc],
    [16, [0x38, 97, 98, 99, 4, 0, 0x10, 120]],
    [16, abc.slice(0, 3)],
    [16, [0xf0]],
    [1 << 20, abc],
  ] as const)
    assert.throws(() => lz4Block(Uint8Array.from(block), length), /^Error: (an LZ4 block|a page of 8 bytes) that /);
});

test("a page that says it is large is refused by what it says", async () => {
  const bomb = brotliCompressSync(new Uint8Array(1 << 20));
  const cases: [Forged, string][] = [
    [
      { rows: 2, codec: "BROTLI", pages: [dataPage(2, plain, bomb, { 2: 1_200_000_018 })] },
      '"text" has a page of 1200000018 bytes unpacked; at most 268435456 are read',
    ],
    [
      { rows: 2, codec: "BROTLI", pages: [dataPage(2, plain, bomb, { 2: 100 << 20 })] },
      '"text" has pages that become far more bytes than such a file holds',
    ],
    [
      { rows: 2, codec: "BROTLI", pages: [dataPage(2, plain, bomb, { 2: two.length })] },
      `"text" has a page of ${bomb.length} bytes that does not unpack to ${two.length}`,
    ],
    [
      { rows: 2, codec: "SNAPPY", pages: [dataPage(2, plain, [16, 0], { 2: 1 << 20 })] },
      '"text" has a page of 2 bytes that does not unpack to 1048576',
    ],
    [
      { rows: 2e9, pages: [dataPage(2e9, plain, two)] },
      '"text" has pages that become far more values than such a file holds',
    ],
  ];
  for (const [forged, line] of cases) {
    writeFileSync(path, forge(forged));
    await assert.rejects(readFiles({ files: { en: path } }), (error: Error) => lineOf(error) === line, line);
  }
  // Texts that share what stands before them: each is one byte longer than the last, n² / 2 bytes in all.
  const n = 20_000;
  const ones = [0x80, 0x01, 1, 0xa0, 0x9c, 0x01];
  const blocks = (n - 1) / 128 + 1;
  const grows = [...ones, 0, ...Array.from({ length: blocks }, () => [2, 0]).flat()];
  const each = [...ones, 2, ...Array.from({ length: blocks }, () => [0, 0]).flat()];
  const page = dataPage(n, deltaTexts, [...grows, ...each, ...Array<number>(n).fill(97)]);
  assert.equal(
    await read(forge({ rows: n, pages: [page] })),
    '"text" has pages that become far more bytes than such a file holds',
  );
});

test("a page that would never end, or ends before it says, is one line", async () => {
  const texts = dictionaryPage(2, two);
  const optional = { repetition_type: "OPTIONAL" } as const;
  const cases: [string, Forged][] = [
    ["a page with nothing as its size", { rows: 2, pages: [dataPage(2, plain, two, { 3: undefined })] }],
    ["a page with -8 as its size", { rows: 2, pages: [dataPage(2, plain, two, { 3: -8 })] }],
    ["a page of 99 bytes where 14 are left", { rows: 2, pages: [dataPage(2, plain, two, { 3: 99 })] }],
    ["a page of 14 bytes unpacked, not 15", { rows: 2, pages: [dataPage(2, plain, two, { 2: 15 })] }],
    ["3 values where the row group has 2 rows", { rows: 2, pages: [dataPage(3, plain, plainTexts("a", "b", "c"))] }],
    ["1 values where the row group has 2 rows", { rows: 2, pages: [dataPage(1, plain, two)] }],
    ["a page that ends inside a text", { rows: 2, pages: [dataPage(2, plain, [3, 0, 0, 0, 97, 98, 99, 9, 0, 0, 0])] }],
    ["a page of indices without a dictionary", { rows: 2, pages: [dataPage(2, dictionary, [1, 4, 0])] }],
    [
      "a page with the level or index 3 where 1 is the highest",
      { rows: 2, pages: [texts, dataPage(2, dictionary, [2, 4, 3])] },
    ],
    [
      "a page with a run of 1073741823 values where 2 are left",
      { rows: 2, pages: [texts, dataPage(2, dictionary, [1, 0xfe, 0xff, 0xff, 0xff, 7, 0])] },
    ],
    [
      "a page with a run of 17179869176 values where 2 are left",
      { rows: 2, pages: [texts, dataPage(2, dictionary, [1, 0xff, 0xff, 0xff, 0xff, 0x0f])] },
    ],
    [
      "a page that ends inside its levels",
      { rows: 2, element: optional, pages: [dataPage(2, plain, [99, 0, 0, 0, 4, 1])] },
    ],
    [
      "a page that ends inside its levels",
      {
        rows: 2,
        element: optional,
        pages: [{ header: { 1: 3, 8: { 1: 2, 2: 0, 3: 2, 4: 0, 5: 99, 6: 0 } }, bytes: two }],
      },
    ],
    [
      "a page with nothing as its size of levels",
      { rows: 2, pages: [{ header: { 1: 3, 8: { 1: 2, 2: 0, 3: 2, 4: 0 } }, bytes: two }] },
    ],
    ["a page without the header of its type", { rows: 2, pages: [{ header: { 1: 3 }, bytes: two }] }],
    ["a page of type 1", { rows: 2, pages: [{ header: { 1: 1 }, bytes: two }] }],
    [
      "a page with blocks of 128 differences in 0 parts",
      { rows: 2, pages: [dataPage(2, deltaLengths, [0x80, 1, 0, 2, 6, 0])] },
    ],
    [
      "a page with blocks of 4294967168 differences in 4294967295 parts",
      {
        rows: 2,
        type: "INT32",
        pages: [dataPage(2, deltaBinary, [0x80, 0xff, 0xff, 0xff, 0x0f, 0xff, 0xff, 0xff, 0xff, 0x0f, 2, 6, 0])],
      },
    ],
    [
      "an integer of more than 64 bits",
      { rows: 2, type: "INT64", pages: [dataPage(2, deltaBinary, [0x80, 1, 1, 2, ...Array<number>(99).fill(255)])] },
    ],
    ["a page with a text of -4 bytes", { rows: 1, pages: [dataPage(1, deltaLengths, [0x80, 1, 1, 1, 7])] }],
    [
      "a page with a text that shares more than there is",
      { rows: 1, pages: [dataPage(1, deltaTexts, [0x80, 1, 1, 1, 8, 0x80, 1, 1, 1, 2, 97])] },
    ],
    ["a page of BYTE_ARRAY in encoding 9, which is not read", { rows: 2, pages: [dataPage(2, 9, two)] }],
    [
      "a page whose checksum is not that of its bytes",
      { rows: 2, pages: [dataPage(2, plain, two, { 4: crc32(Uint8Array.from(two)) ^ 1 })] },
    ],
  ];
  for (const [line, forged] of cases) assert.equal(await read(forge(forged)), `"text" has ${line}`);
});

test("a footer that does not fit its file or its schema is one line, catchable", async () => {
  const pages = [dataPage(2, plain, two)];
  const cases: [string, Omit<Forged, "rows" | "pages">][] = [
    ['a row group with "q" where the schema has "text"', { chunk: { path_in_schema: ["q"] } }],
    ['"text" lies outside the file', { chunk: { data_page_offset: 10_000n } }],
    ['"text" lies outside the file', { chunk: { total_compressed_size: -1n } }],
    ['"text" lies outside the file', { chunk: { total_compressed_size: 1n << 40n } }],
    ['a schema with a column "text" without a type', { element: { type: undefined } }],
    ['"text" holds DATE as BYTE_ARRAY, which is not read', { element: { converted_type: "DATE" } }],
    ['"text" holds BSON as BYTE_ARRAY, which is not read', { element: { converted_type: "BSON" } }],
    ['"text" holds DECIMAL as BYTE_ARRAY, which is not read', { element: { converted_type: "DECIMAL" } }],
    ['a schema with the column "__proto__"', { element: { name: "__proto__" } }],
  ];
  for (const [line, forged] of cases) assert.equal(await read(forge({ rows: 2, pages, ...forged })), line);
  assert.equal(
    await read(forge({ rows: 1, pages: [dataPage(1, plain, [1, 0, 0, 0, 0xff])] })),
    "text that is not UTF-8",
  );
});

test("a changed byte gives rows or one line in the words of the reader", async () => {
  const random = rng(9);
  const whole = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "text", data: Array.from({ length: 60 }, (_, i) => `text ${i % 7}`), type: "STRING" },
        { name: "n", data: Array.from({ length: 60 }, (_, i) => (i % 3 ? i : null)), type: "INT32" },
      ],
      rowGroupSize: 25,
    }),
  );
  const bare = /Cannot |undefined|is not a |call stack|Invalid |bounds|iterable|allocation|argument|BigInt/;
  for (let i = 0; i < 200; i++) {
    const bytes = whole.slice();
    for (let k = 0; k < 1 + (i % 3); k++) bytes[random.int(bytes.length)] = random.int(256);
    writeFileSync(path, bytes);
    await rows({ path }).then(
      (all) => assert.equal(all.length, 60),
      (error: Error) => assert.doesNotMatch(error.message.replace(path, ""), bare),
    );
  }
});
