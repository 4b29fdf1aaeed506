/** Byte for byte: odd texts through every format, through tokenizers of several kinds, and their bytes counted by the file system. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { type FileText, encode, evalWindows, load, streamFiles } from "../../src/corpus/index.js";
import { bitsPerByte } from "../../src/measure/index.js";
import { extend, train } from "../../src/vocab/index.js";
import type { Tokenizer } from "../../src/types.js";
import { diagnostics, llama3Stages } from "../vocab/support.js";
import { oddTexts } from "./odd-texts.js";
import { byteTokenizer } from "./toy.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-odd-"));
after(() => rmSync(root, { recursive: true }));

const names = Object.keys(oddTexts);
const texts = Object.values(oddTexts);

function put(name: string, data: string | Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, data);
  return path;
}

async function read(text: FileText): Promise<string[]> {
  const found: string[] = [];
  for await (const { text: content } of streamFiles({ text })) found.push(content);
  return found;
}

const hex = (texts: readonly string[]): string[] => texts.map((text) => Buffer.from(text).toString("hex"));

test("forty odd texts come out of every format byte for byte", async () => {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = texts.map((text) => JSON.stringify({ text })).join("\n");
  const arrow = tableFromArrays({ text: texts });
  const files = [
    put("a.jsonl", lines),
    put("b.jsonl.gz", gzipSync(lines)),
    put(
      "a.json",
      JSON.stringify(
        texts.map((text) => ({ text })),
        null,
        1,
      ),
    ),
    put("a.csv", ["text,n", ...texts.map((text, i) => `${quoted(text)},${i}`)].join("\r\n")),
    put("a.tsv", ["n\ttext", ...texts.map((text, i) => `${i}\t${quoted(text)}`)].join("\n")),
    put(
      "a.parquet",
      new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "text", data: texts, type: "STRING" }] })),
    ),
    put("a.arrow", tableToIPC(arrow, { format: "file" })!),
    put("a.arrows", tableToIPC(arrow, { format: "stream" })!),
  ];
  assert.ok(texts.length >= 30 && files.length === 8);
  for (const paths of files) assert.deepEqual(hex(await read({ paths })), hex(texts), paths);
});

test("as text files they are the file's own bytes, but for one byte order mark in front, whole or cut", async () => {
  for (const [i, text] of texts.entries()) {
    const paths = put(`${i}.txt`, text);
    const own = readFileSync(paths);
    const wanted = own.subarray(0, 3).toString("hex") === "efbbbf" ? own.subarray(3) : own;
    for (const documents of ["file", "auto"] as const)
      assert.ok(Buffer.from((await read({ paths, documents })).join("")).equals(wanted), `${names[i]}, ${documents}`);
  }
});

let kinds: Record<string, Tokenizer>;
before(async () => {
  const french = diagnostics("fr").slice(0, 400);
  const base = await train({ texts: french, size: 700 });
  const { pattern } = llama3Stages(3) as { pattern?: { Regex: string } };
  kinds = {
    bytes: byteTokenizer(),
    "GPT-2's words": base,
    "Llama 3's words": await train({ texts: french, size: 600, ...(pattern && { pattern: pattern.Regex }) }),
    extended: await extend({ base, texts: diagnostics("ko").slice(0, 400), newTokens: 200 }),
  };
});

test("every tokenizer gives them back, and a shard's bytes and bits per byte are what the file system counts", async () => {
  const paths = texts.map((text, i) => put(`n${String(i).padStart(2, "0")}.md`, text));
  const { texts: loaded } = await load({ files: { odd: { paths, documents: "file" } }, heldOut: 0 });
  const documents = loaded.odd!.train;
  const marks = texts.filter((text) => text.startsWith("\ufeff")).length;
  const onDisk = paths.reduce((sum, path) => sum + statSync(path).size, 0) - 3 * marks;
  for (const [kind, tokenizer] of Object.entries(kinds)) {
    const ids = await tokenizer.encodeBatch(documents);
    for (const [i, document] of documents.entries()) {
      const spelled = Buffer.concat(ids[i]!.map((id) => tokenizer.bytesOf(id)));
      assert.ok(spelled.equals(Buffer.from(document)), `${kind}: ${names[i]}`);
      assert.equal(tokenizer.decode(ids[i]!), document, `${kind}: ${names[i]}`);
    }
    const shard = await encode({ documents, tokenizer, path: join(root, `${kind}.tokens`) });
    let [targets, bytes] = [0, 0];
    for (const window of evalWindows({ shard, context: 64 })) {
      targets += window.targets;
      bytes += window.bytes;
    }
    shard.close();
    // Of a model for which all tokens are alike: every token but the first is scored, ends of documents too.
    const scored = ids.reduce((sum, each) => sum + each.length + 1, 0) - 1;
    const counted = onDisk - tokenizer.bytesOf(ids[0]![0]!).length;
    const independent = (scored * Math.log2(tokenizer.size)) / counted;
    assert.deepEqual([targets, bytes], [scored, counted], kind);
    const bits = bitsPerByte({ nats: targets * Math.log(tokenizer.size), bytes });
    assert.ok(Math.abs(bits - independent) <= 1e-12 * independent, `${kind}: ${bits} and ${independent}`);
  }
});

test("a line of 50 MB is a document, as text and as a row", async () => {
  const line = Buffer.from("0123456789 단어".repeat(2_941_177));
  assert.ok(line.length >= 50_000_000);
  const sum = createHash("sha256").update(line).digest("hex");
  const row = Buffer.concat([Buffer.from('{"text":"'), line, Buffer.from('"}')]);
  for (const paths of [put("long.txt", line), put("long.jsonl", row)]) {
    const [text, ...more] = await read({ paths });
    assert.equal(createHash("sha256").update(text!).digest("hex"), sum);
    assert.equal(more.length, 0);
  }
});
