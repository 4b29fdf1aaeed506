import { createHash } from "node:crypto";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { parse, stringify, train, unreachable } from "../../src/vocab/index.js";
import type { Progress } from "../../src/types.js";
import { diagnostics, mergesOf, tangled } from "./support.js";

interface Golden {
  ties: { texts: string[]; size: number; minFrequency: number; merges: string[] }[];
  diagnostics: {
    textSha256: string;
    size: number;
    count: number;
    mergesSha256: string;
    first: string[];
    last: string[];
  }[];
}
const golden = JSON.parse(fs.readFileSync(path.join(__dirname, "../golden/bpe.json"), "utf8")) as Golden;
const sha256 = (lines: string[]): string => createHash("sha256").update(lines.join("\n")).digest("hex");

test("learns the merges that Hugging Face learns from texts full of ties", async () => {
  for (const { texts, size, minFrequency, merges } of golden.ties) {
    const tokenizer = await train({ texts, size, minFrequency });
    assert.deepEqual(mergesOf(tokenizer), merges, JSON.stringify(texts));
  }
});

test("learns the merges that Hugging Face learns from TypeScript's Korean messages", async (t) => {
  const texts = diagnostics("ko");
  for (const { textSha256, size, count, mergesSha256, first, last } of golden.diagnostics) {
    if (sha256(texts) !== textSha256) return t.skip("another version of the messages is installed");
    const merges = mergesOf(await train({ texts, size }));
    assert.deepEqual(merges.slice(0, 50), first);
    assert.deepEqual(merges.slice(-50), last);
    assert.equal(merges.length, count);
    assert.equal(sha256(merges), mergesSha256);
  }
});

test("specials come first, then the bytes in the order of their characters, then merges", async () => {
  const tokenizer = await train({ texts: ["ababab"], size: 300, specials: ["<|endoftext|>", "<pad>"] });
  assert.equal(tokenizer.tokenOf(0), "<|endoftext|>");
  assert.equal(tokenizer.endOfText, 0);
  assert.equal(tokenizer.tokenOf(1), "<pad>");
  assert.equal(tokenizer.tokenOf(2), "!");
  assert.equal(tokenizer.tokenOf(257), "\u0143");
  assert.deepEqual(mergesOf(tokenizer), ["a b", "ab ab", "abab ab"]);
  assert.equal(tokenizer.size, 261);
  assert.equal(tokenizer.idOf("ababab"), 260);
});

test("a special that the text spells out gets no second id, and a vocabulary may hold any key", async () => {
  const texts = ["<s> <s> <s> __proto__ __proto__ __proto__ constructor constructor"];
  const tokenizer = await train({ texts, size: 400, specials: ["<s>", "<|endoftext|>"], pattern: "[^ ]+| " });
  assert.ok(mergesOf(tokenizer).some((merge) => merge.replace(" ", "") === "<s>"));
  assert.equal(tokenizer.idOf("<s>"), 0);
  assert.ok(tokenizer.idOf("__proto__")! > 257);
  assert.deepEqual(await parse(stringify(tokenizer)).encode("__proto__"), [tokenizer.idOf("__proto__")]);
});

test("every token that was trained is reachable", async () => {
  assert.deepEqual(unreachable(await train({ texts: diagnostics("ja"), size: 3000 })), []);
});

test("gives the same tokenizer whatever iterable brings the texts", async () => {
  const texts = tangled(5);
  const fromSet = await train({ texts: new Set(texts), size: 300 });
  const fromArray = await train({ texts: [...new Set(texts)], size: 300 });
  assert.deepEqual(fromSet.json, fromArray.json);
});

test("reports progress to the end, and stops when asked", async () => {
  const seen: Progress[] = [];
  await train({ texts: diagnostics("ko"), size: 1000, onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(new Set(seen.map(({ label }) => label)), new Set(["counting words", "learning merges"]));
  assert.ok(seen.every(({ done, total }) => done <= total));
  assert.equal(seen.at(-1)!.done, 1000 - 257);
  assert.equal(seen.at(-1)!.total, 1000 - 257);
  const controller = new AbortController();
  const stop = train({
    texts: diagnostics("ko"),
    size: 8000,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  });
  await assert.rejects(stop, /^Error: enough$/);
});

test("refuses what it cannot train in one line", async () => {
  const texts = ["a"];
  await assert.rejects(train({ texts, size: 256 }), /^RangeError: train: invalid size: 256 \(at least 257: .*\)$/);
  await assert.rejects(train({ texts, size: NaN }), /^RangeError: train: invalid size: NaN/);
  await assert.rejects(train({ texts, size: 300, minFrequency: NaN }), /^RangeError: train: invalid minFrequency: NaN/);
  await assert.rejects(train({ texts, size: 300, specials: [] }), /^Error: train: invalid specials: \[\]/);
  await assert.rejects(train({ texts: [3 as unknown as string], size: 300 }), /^TypeError: train: invalid texts: 3/);
  await assert.rejects(train({ texts, size: 300, specials: ["<a>", "<b>"] }), /name it in endOfText/);
  const tokenizer = await train({ texts, size: 300, specials: ["<a>", "<b>"], endOfText: "<b>" });
  assert.equal(tokenizer.endOfText, 1);
});
