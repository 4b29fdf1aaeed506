/** Token files of other trainers: byte goldens, what is refused, and the trainers' own reading of them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { tokenFiles, type TokenFormatName, type TokenRow } from "../../../src/corpus/index.js";
import { mdsShards } from "../../../src/corpus/token-files/mds.js";
import { pythonHas } from "../../python.js";

const root = mkdtempSync(join(tmpdir(), "token-files-"));
after(() => rmSync(root, { recursive: true }));
const two: TokenRow[] = [{ tokens: [5, 6, 7, 0] }, { tokens: [8, 9, 0] }];
const names = Object.keys(tokenFiles) as TokenFormatName[];
const hex = (...path: string[]): string => readFileSync(join(root, ...path)).toString("hex");
const write = (format: TokenFormatName, dir: string, rows: Iterable<TokenRow> = two, vocabSize = 10) =>
  tokenFiles[format].write({ rows, dir: join(root, dir), vocabSize });

const ids = "0500060007000000080009000000";

test("two documents are Megatron's bytes, and int32 from 65,500 ids on", async () => {
  assert.deepEqual(await write("megatron", "m"), {
    files: ["tokens.bin", "tokens.idx"],
    dtype: "uint16",
    rows: 2,
    tokens: 7,
  });
  assert.equal(hex("m", "tokens.bin"), ids);
  assert.equal(
    hex("m", "tokens.idx"),
    "4d4d49444944580000" +
      "0100000000000000080200000000000000030000000000000004000000030000000000000000000000080000000000000000000000000000000100000000000000" +
      "0200000000000000",
  );
  assert.equal((await write("megatron", "m4", two, 65_499)).dtype, "uint16");
  assert.equal((await write("megatron", "m4", two, 65_500)).dtype, "int32");
  assert.equal(hex("m4", "tokens.bin").slice(0, 16), "0500000006000000");
});

test("two documents are datatrove's, OLMo-core's and litdata's bytes", async () => {
  await write("datatrove", "d");
  assert.equal(hex("d", "tokens.ds"), ids);
  assert.equal(hex("d", "tokens.ds.index"), "04000000000000000700000000000000");
  assert.match(readFileSync(join(root, "d", "tokens.ds.metadata"), "utf8"), /\|2\n7\n/);
  assert.equal((await write("datatrove", "d4", two, 65_537)).dtype, "uint32");
  await write("olmo", "o");
  assert.equal(hex("o", "tokens.npy"), ids);
  assert.equal(gunzipSync(readFileSync(join(root, "o", "tokens.csv.gz"))).toString(), "0,4\n4,7\n");
  await write("litdata", "l");
  assert.equal(hex("l", "chunk-0-0.bin"), "0200000010000000180000001e000000" + ids);
});

test("two texts are the bytes of MosaicML's shard", async () => {
  const samples = ["ab", "xyz"].map((text) => ({ values: { text: Buffer.from(text) } }));
  await mdsShards({ dir: join(root, "texts"), columns: { text: "str" }, samples });
  const shard = readFileSync(join(root, "texts", "shard.00000.mds"));
  assert.equal(shard.length, 198);
  assert.equal(createHash("sha1").update(shard).digest("hex"), "7eadbeecc30eedc2ab37eb86ed1a19c6a99c9a54");
});

test("what is no id of the vocabulary is refused by every format, and nothing is left", async () => {
  for (const format of names) {
    for (const [rows, line] of [
      [[{ tokens: [5, 10] }], /^tokenFiles: invalid token: 10 \(a whole number below 10\)$/],
      [[{ tokens: [1.5] }], /^tokenFiles: invalid token: 1.5/],
      [[], /^tokenFiles: invalid rows: none/],
    ] as const) {
      await assert.rejects(write(format, `bad-${format}`, rows), (error: Error) => line.test(error.message));
      const left = readdirSync(root).includes(`bad-${format}`) ? readdirSync(join(root, `bad-${format}`)) : [];
      assert.deepEqual(left, [], format);
    }
    await assert.rejects(
      tokenFiles[format].write({ rows: two, dir: root, vocabSize: 10, name: "../x" }),
      /invalid name/,
    );
  }
});

test("many rows are read by the trainers' own readers as they were written", async (t) => {
  if (!pythonHas("numpy")) return t.skip("no Python with numpy");
  const vocabSize = 60_000;
  const rows = Array.from({ length: 300 }, (_, i) => ({
    tokens: Array.from({ length: 33 }, (_, j) => (i * 977 + j * j * 31) % vocabSize),
    id: `row ${i}`,
    lang: i % 3 ? "ko" : "en",
    source: "test",
    text: `글 ${i}`,
  }));
  for (const format of names)
    await tokenFiles[format].write({ rows, dir: join(root, "live", format), vocabSize, limit: 8000 });
  const script = join(__dirname, "..", "..", "golden", "token_files_check.py");
  const { stdout, stderr, status } = spawnSync("python3", [script, join(root, "live"), `${vocabSize}`], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0, stderr);
  const found = JSON.parse(stdout.trim().split("\n").at(-1)!) as Record<string, unknown>;
  const wanted = rows.map(({ tokens }) => tokens);
  const { "megatron bytes": same, "parquet rows": columns, olmo, ...read } = found;
  assert.deepEqual(olmo, wanted.flat());
  for (const [format, given] of Object.entries(read)) assert.deepEqual(given, wanted, format);
  if (columns)
    assert.deepEqual(
      columns,
      rows.map(({ tokens, ...rest }) => ({ ...rest, tokens: tokens.length })),
    );
  if (same !== undefined) assert.equal(same, true);
  const missing = names.filter((format) => !(format in found));
  if (missing.length > 0) t.diagnostic(`not read, their packages are missing: ${missing.join(", ")} ${stderr}`);
});
