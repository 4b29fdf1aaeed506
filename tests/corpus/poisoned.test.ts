/** Corpora that would do harm: what cannot be read is refused, or left out where that is asked for, with its place; nothing is held that need not be. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { type FileText, load, streamFiles } from "../../src/corpus/index.js";
import { badRows } from "../../src/corpus/sources/bad-rows.js";
import { linesOf } from "../../src/corpus/sources/lines.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-poisoned-"));
after(() => rmSync(root, { recursive: true }));

function put(name: string, data: string | Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, data);
  return path;
}

async function read(text: string | FileText, notes: string[] = []): Promise<string[]> {
  const found: string[] = [];
  for await (const { text: content } of streamFiles({ text, notes })) found.push(content);
  return found;
}

const refused = (text: string | FileText, line: RegExp): Promise<void> =>
  assert.rejects(read(text), (error: Error) => line.test(error.message) && !error.message.includes("\n"), String(line));

test("malformed rows stop the reading with their line, or are left out, counted and named", async () => {
  const rows = [
    Buffer.from('{"text":"a"}'),
    Buffer.from('{"text":'),
    Buffer.from('{"text":"b"}'),
    Buffer.from('{"text":7}'),
    Buffer.from('["text"]'),
    Buffer.from('{"text":"caf\xe9"}', "latin1"),
    Buffer.from(`{"text":${"[".repeat(5000)}`),
    Buffer.from(""),
    Buffer.from('{"text":"c"}'),
  ];
  const paths = put("bad.jsonl", Buffer.concat(rows.flatMap((row) => [row, Buffer.from("\n")])));
  await refused(paths, /^load: invalid JSON in .*bad\.jsonl, line 2: /);
  const notes: string[] = [];
  assert.deepEqual(await read({ paths, bad: "skip" }, notes), ["a", "b", "c"]);
  const [note = ""] = notes;
  assert.match(note, /^text: 5 left out of .*bad\.jsonl that cannot be read: invalid JSON in .*, line 2: /);
  assert.match(
    note,
    /line 4: number; it must be text; invalid row in .*, line 5: it is not an object; .* not UTF-8: byte 0xe9 at offset 67; /,
  );
  const { texts, notes: told } = await load({ files: { en: { paths, bad: "skip" } }, heldOut: 0 });
  assert.deepEqual(texts.en!.train, ["a", "b", "c"]);
  assert.match(told.join("\n"), /^en: 5 left out of /m);
  const many = put("many.jsonl", '{"text":"a"}\n' + "x\n".repeat(5000));
  const short: string[] = [];
  await read({ paths: many, bad: "skip" }, short);
  assert.match(short[0]!, /^text: 5000 left out .*; and 4995 more$/);
  assert.ok(short[0]!.length < 2000);
});

test("bombs in gzip and Zstandard are refused in bounds, or the file left out and the next one read", async () => {
  const bombs = [
    put("bomb.jsonl.gz", gzipSync(Buffer.alloc(80 << 20, `{"text":"${"x".repeat(65_524)}"}\n`), { level: 1 })),
    put("bomb.jsonl.zst", Buffer.from("28b52ffd0050" + "02001078".repeat(1000), "hex")),
    put(
      "bomb.arrow.gz",
      gzipSync(Buffer.concat([Buffer.from("ffffffff", "hex"), Buffer.alloc(80 << 20)]), { level: 1 }),
    ),
  ];
  for (const path of bombs.slice(0, 2))
    await refused(path, /^load: .* unpacks to more than \d+ bytes, over 200 times its size; /);
  const good = put("good.jsonl", '{"text":"good"}');
  const torn = put("torn.jsonl.gz", gzipSync('{"text":"whole"}\n{"text":"torn"}').subarray(0, 30));
  const notes: string[] = [];
  const found = await read({ paths: [...bombs, torn, good], bad: "skip" }, notes);
  assert.equal(found.at(-1), "good");
  assert.equal(notes.length, 4);
  assert.match(
    notes[3]!,
    /^text: 1 left out of .*torn\.jsonl\.gz .*: cannot unpack .* as gzip: unexpected end of file$/,
  );
});

test("a line of 4 GB is refused with its place before it is held, in every format that has lines", async () => {
  const size = 4 * 2 ** 30 + 5;
  const before = process.memoryUsage().rss;
  for (const [name, line] of [
    ["a.jsonl", /^load: .*a\.jsonl, line 1 at offset 0 is longer than 1048576 bytes \(longest: /],
    ["a.csv", /^load: invalid CSV in .*a\.csv, row 0: Max Record Size: /],
    ["a.txt", /^load: .*a\.txt, document 1 is longer than 1048576 bytes \(documents: /],
  ] as const) {
    const paths = put(name, "");
    truncateSync(paths, size);
    await refused({ paths, longest: 1 << 20, documents: "paragraph" }, line);
    rmSync(paths);
  }
  assert.ok(process.memoryUsage().rss - before < 300 * 2 ** 20);
});

test("a line of 4 GB is left out, and the lines after it are read at their own places", async () => {
  const piece = Buffer.alloc(1 << 20, 120);
  async function* chunks(): AsyncGenerator<Buffer> {
    yield Buffer.from("first\n");
    for (let i = 0; i < 4096; i++) yield piece;
    yield Buffer.from("\nlast");
  }
  const bad = badRows("skip");
  const lines: [string, number, number][] = [];
  for await (const { bytes, number, offset } of linesOf({ chunks: chunks(), path: "p", longest: 1 << 26, bad }))
    lines.push([bytes.toString(), number, offset]);
  assert.deepEqual(lines, [
    ["first", 1, 0],
    ["last", 3, 6 + 4096 * 2 ** 20 + 1],
  ]);
  assert.deepEqual([bad.count, bad.told().slice(0, 24)], [1, "p, line 2 at offset 6 is"]);
});
