import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "../../property.js";
import { encode, open } from "../../../src/corpus/index.js";
import type { Shard } from "../../../src/corpus/index.js";
import { documentAt, documentPlaces } from "../../../src/corpus/shards/shard.js";
import type { OnProgress } from "../../../src/types.js";
import { byteTokenizer } from "../toy.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-shard-"));
after(() => rmSync(root, { recursive: true }));
let files = 0;
const fresh = (): string => join(root, `${files++}.tokens`);

async function withShard<T>(documents: string[], use: (shard: Shard) => T, tokenizer = byteTokenizer()): Promise<T> {
  const shard = await encode({ documents, tokenizer, path: fresh() });
  try {
    return use(shard);
  } finally {
    shard.close();
    rmSync(shard.path);
  }
}

test("a shard gives back the documents' tokens, each followed by the end of text, by any window", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(256, 70_000),
      fc.nat(),
      fc.nat(),
      async (documents, endOfText, a, b) => {
        const tokenizer = byteTokenizer({ endOfText, size: endOfText === 256 ? 260 : 70_001 });
        const expected = (await tokenizer.encodeBatch(documents)).flatMap((ids) => [...ids, endOfText]);
        await withShard(
          documents,
          (shard) => {
            assert.equal(shard.width, endOfText === 256 ? 2 : 4);
            assert.equal(shard.length, expected.length);
            assert.deepEqual([...shard.read(0, shard.length)], expected);
            const start = a % (expected.length + 1);
            const length = b % (expected.length - start + 1);
            assert.deepEqual([...shard.read(start, length)], expected.slice(start, start + length));
            assert.deepEqual(
              Array.from(shard.bytes),
              documents.map((text) => Buffer.byteLength(text)),
            );
            for (const [d, { start, length }] of documentPlaces(shard).entries()) {
              assert.equal(documentAt(shard, start), d);
              assert.equal(documentAt(shard, start + length - 1), d);
              assert.equal(expected[start + length - 1], endOfText);
            }
          },
          tokenizer,
        );
      },
    ),
    { numRuns: 40 },
  );
});

test("reading outside the shard, or after closing it, is one line", async () => {
  const shard = await encode({ documents: ["abc"], tokenizer: byteTokenizer(), path: fresh() });
  assert.equal(shard.length, 4);
  for (const [start, length] of [
    [-1, 2],
    [3, 2],
    [0, 5],
    [0.5, 1],
    [0, NaN],
  ] as const)
    assert.throws(
      () => shard.read(start, length),
      /^Error: read: invalid window: \S+ tokens from \S+; the shard has 4$/,
    );
  shard.close();
  shard.close();
  assert.throws(() => shard.read(0, 1), /^Error: read: shard .* is closed$/);
});

test("the same documents and tokenizer are encoded once; anything else is encoded anew", async () => {
  const path = fresh();
  let calls = 0;
  const counting = (options = {}): ReturnType<typeof byteTokenizer> => {
    const tokenizer = byteTokenizer(options);
    return { ...tokenizer, encodeBatch: (texts) => (calls++, tokenizer.encodeBatch(texts)) };
  };
  const make = async (documents: string[], tokenizer = counting()): Promise<string> => {
    const shard = await encode({ documents, tokenizer, path });
    shard.close();
    return shard.hash;
  };
  const first = await make(["one", "two"]);
  const bytes = readFileSync(path);
  assert.equal(await make(["one", "two"]), first);
  assert.equal(calls, 1);
  assert.notEqual(await make(["onet", "wo"]), first);
  assert.notEqual(await make(["one", "two"], counting({ prefix: " " })), first);
  assert.equal(calls, 3);
  assert.equal(await make(["one", "two"]), first);
  assert.deepEqual(readFileSync(path), bytes);
  writeFileSync(path, bytes.subarray(0, bytes.length - 1));
  assert.equal(await make(["one", "two"]), first);
  assert.deepEqual(readFileSync(path), bytes);
  assert.equal(calls, 5);
});

test("without a path the shard goes to the cache folder under its hash", async () => {
  const before = process.env.PALIMPSEST_CACHE;
  process.env.PALIMPSEST_CACHE = join(root, "cache");
  try {
    const shard = await encode({ documents: ["x"], tokenizer: byteTokenizer() });
    shard.close();
    assert.equal(shard.path, join(root, "cache", "shards", `${shard.hash}.tokens`));
    assert.ok(existsSync(shard.path));
  } finally {
    if (before === undefined) delete process.env.PALIMPSEST_CACHE;
    else process.env.PALIMPSEST_CACHE = before;
  }
});

test("a shard cut anywhere, or with a header that lies, is one line", async () => {
  const path = fresh();
  const shard = await encode({ documents: ["some text", "한국어"], tokenizer: byteTokenizer(), path });
  shard.close();
  const whole = readFileSync(path);
  for (let size = 0; size < whole.length; size += 7) {
    writeFileSync(path, whole.subarray(0, size));
    assert.throws(() => open(path), /^Error: open: [^\n]+$/, `cut at ${size}`);
  }
  const [head, trailer] = [shard.length * 2, whole.length - 16];
  const sum = trailer - 32;
  const lie = (change: (header: Record<string, unknown>) => void): void => {
    const header = JSON.parse(whole.toString("utf8", head, sum)) as Record<string, unknown>;
    change(header);
    writeFileSync(path, seal(whole.subarray(0, head), header));
  };
  lie(() => {});
  open(path).close();
  const lies: ((header: Record<string, unknown>) => void)[] = [
    (h) => (h.starts = [0, 5, 4_000_000_000]),
    (h) => (h.starts = [0, 30, 20]),
    (h) => (h.starts = []),
    (h) => (h.width = 4),
    (h) => (h.bytes = [1]),
    (h) => (h.tokenBytes = [1]),
    (h) => (h.unspelled = [0.5, 0]),
    (h) => (h.unspelled = [2 ** 40, 0]),
    (h) => (h.bytes = ["9", 9]),
    (h) => (h.bytes = { 0: 9, 1: 9, length: 2 }),
    (h) => (h.endOfText = 999),
    (h) => (h.format = 1),
    (h) => delete h.hash,
  ];
  for (const change of lies) {
    lie(change);
    assert.throws(() => open(path), /^Error: open: damaged shard [^\n]+$/, String(change));
  }
  const end = Buffer.from(whole);
  end.writeBigUInt64LE(2n ** 60n, trailer);
  writeFileSync(path, end);
  assert.throws(() => open(path), /^Error: open: damaged shard .*: a header of \d+ bytes in a file of \d+$/);
  assert.throws(() => open(join(root, "nowhere")), /^Error: open: cannot read shard .*nowhere: ENOENT$/);
});

/** A file of these ids and this header, as `encode` would write it, or as the version before did. */
function seal(ids: Uint8Array, header: object, first = false): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const sum = createHash("sha256").update(ids).update(json).digest();
  return Buffer.concat([ids, json, ...(first ? [] : [sum]), length, Buffer.from(first ? "PALSHARD" : "PALSHRD2")]);
}

test("a changed bit anywhere is seen on opening; encoding makes the shard anew and says so", async () => {
  const path = fresh();
  const documents = Array.from({ length: 50 }, (_, i) => `document ${i}, 한국어`);
  const make = async (onProgress?: OnProgress): Promise<void> =>
    (await encode({ documents, tokenizer: byteTokenizer(), path, onProgress })).close();
  await make();
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at += 13) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 1 << (at % 8);
    writeFileSync(path, changed);
    assert.throws(() => open(path), /^Error: open: [^\n]+$/, `byte ${at}`);
  }
  const notices: string[] = [];
  await make(({ label, notice }) => void (notice && notices.push(label)));
  assert.equal(notices.length, 1);
  assert.ok(notices[0]!.includes(path) && notices[0]!.endsWith(": it is made anew"), notices[0]);
  assert.deepEqual(readFileSync(path), whole);
});

test("a shard of the version before opens where what can be checked of it fits, and is encoded anew", async () => {
  const path = fresh();
  const documents = ["some text", "more"];
  (await encode({ documents, tokenizer: byteTokenizer(), path })).close();
  const whole = readFileSync(path);
  const head = 14 * 2; // "e " is one token, and there are two ends of text.
  const header = JSON.parse(whole.toString("utf8", head, whole.length - 48)) as object;
  const ids = (change: (ids: Uint16Array) => void): Uint8Array => {
    const copy = new Uint8Array(whole.subarray(0, head));
    change(new Uint16Array(copy.buffer));
    return copy;
  };
  writeFileSync(
    path,
    seal(
      ids(() => {}),
      { ...header, format: 1 },
      true,
    ),
  );
  const old = open(path);
  assert.deepEqual([old.format, old.length], [1, 14]);
  old.close();
  const changes: [(ids: Uint16Array) => void, RegExp][] = [
    [(all) => (all[3] = 260), /token 3 is 260, its vocabulary has 260 ids$/],
    [(all) => (all[8] = 65), /document 0 ends with 65, not with the end of text, 256$/],
    [(all) => (all[3] = 101), /document 0 spells 8 bytes, not 9$/],
  ];
  for (const [change, line] of changes)
    for (const first of [true, false]) {
      writeFileSync(path, seal(ids(change), { ...header, format: first ? 1 : 2 }, first));
      assert.throws(() => open(path), line);
    }
  writeFileSync(
    path,
    seal(
      ids(() => {}),
      { ...header, format: 1 },
      true,
    ),
  );
  (await encode({ documents, tokenizer: byteTokenizer(), path })).close();
  assert.deepEqual(readFileSync(path), whole);
});

test("an aborted, failing or overfull encoding leaves no file", async (context) => {
  const path = join(root, "stopped", "a.tokens");
  const controller = new AbortController();
  const documents = Array.from({ length: 600 }, (_, i) => `document ${i}`);
  const stopped = encode({
    documents,
    tokenizer: byteTokenizer(),
    path,
    signal: controller.signal,
    onProgress: ({ done }) => done > 0 && controller.abort(new Error("enough")),
  });
  await assert.rejects(stopped, /^Error: enough$/);
  const broken = { ...byteTokenizer(), encodeBatch: () => Promise.resolve([[300]]) };
  await assert.rejects(
    encode({ documents: ["x"], tokenizer: broken, path }),
    /^Error: encode: invalid id from the tokenizer: 300; it has 260 ids$/,
  );
  await assert.rejects(
    encode({ documents: [], tokenizer: byteTokenizer(), path }),
    /^Error: encode: invalid documents: \[\]/,
  );
  assert.deepEqual(readdirSync(join(root, "stopped")), []);

  const small = mkdtempSync(join(root, "small-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", small], { stdio: "ignore" });
  } catch {
    context.diagnostic("full disk not tried: mounting a small tmpfs needs root");
    return;
  }
  try {
    const large = Array.from({ length: 100 }, () => "x".repeat(10_000));
    await assert.rejects(
      encode({ documents: large, tokenizer: byteTokenizer(), path: join(small, "a.tokens") }),
      /^Error: writeAtomically: cannot write .*: the disk is full \(ENOSPC\)$/,
    );
    assert.deepEqual(readdirSync(small), []);
  } finally {
    execFileSync("umount", [small]);
  }
});

test("progress goes from nothing to all, and two shards of the same text are the same bytes", async () => {
  const documents = Array.from({ length: 700 }, (_, i) => `문서 ${i}`);
  const seen: number[] = [];
  const [a, b] = [fresh(), fresh()];
  (
    await encode({
      documents,
      tokenizer: byteTokenizer(),
      path: a,
      onProgress: ({ done, total }) => (assert.equal(total, 700), seen.push(done)),
    })
  ).close();
  (await encode({ documents, tokenizer: byteTokenizer(), path: b })).close();
  assert.deepEqual(seen, [0, 256, 512, 700]);
  assert.deepEqual(readFileSync(a), readFileSync(b));
  assert.ok(statSync(a).size > 0);
});
