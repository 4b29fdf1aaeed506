/** The order of in-context pre-training: related documents side by side, near copies left out, and its control. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import { relatedPath } from "../../../src/corpus/orders/related.js";
import { rng } from "../../../src/rng.js";
import { byteTokenizer } from "../toy.js";

const dir = mkdtempSync(join(tmpdir(), "palimpsest-in-context-"));
after(() => rmSync(dir, { recursive: true }));
const tokenizer = byteTokenizer();

test("the path goes from each document to the nearest that is left, and begins where fewest come from", () => {
  // Tokens 1 and 2 tie documents 0, 2 and 4; 7 and 8 tie 1 and 3; 5 is like none. 9 is in all and says nothing.
  const documents = [
    [1, 2, 9],
    [7, 8, 9],
    [1, 2, 3, 9],
    [7, 8, 8, 9],
    [2, 3, 3, 9],
    [5, 9],
  ].map((ids) => Int32Array.from(ids));
  const path = relatedPath(documents, 2);
  assert.deepEqual([...path].sort(), [0, 1, 2, 3, 4, 5]);
  assert.equal(path[0], 5);
  const at = (i: number): number => path.indexOf(i);
  assert.equal(Math.abs(at(1) - at(3)), 1);
  assert.deepEqual(Math.max(at(0), at(2), at(4)) - Math.min(at(0), at(2), at(4)), 2);
  assert.deepEqual(relatedPath(documents, 2), path);
});

test("windows of related documents, each document once but near copies; the control has the same ones", async () => {
  const topics = ["ABCDEF", "ghijkl", "012345"];
  const chance = rng(3);
  const word = (letters: string): string => Array.from({ length: 30 }, () => letters[chance.int(6)]).join("");
  const unique = topics.flatMap((letters) => Array.from({ length: 8 }, () => word(letters)));
  const documents = chance.shuffle([...unique, `${unique[0]!}!`]);
  const shard = await corpus.encode({ documents, tokenizer, path: join(dir, "a.tokens") });
  const read = (permuted: boolean): string[] => {
    const stream = corpus.inContext({ permuted }).open({ shard, context: 61, seed: 1, steps: 12, tokenizer });
    // Two documents of 31 tokens a window, but for the copy, which is one longer.
    const windows = Array.from({ length: 12 }, (_, i) => tokenizer.decode(stream.next(i)));
    assert.equal(stream.epochs, 1);
    assert.ok(stream.segments!.every(({ length }) => length > 0));
    return windows;
  };
  const topicsOf = (window: string): number =>
    topics.filter((letters) => [...letters].some((letter) => window.replaceAll("<|endoftext|>", "").includes(letter)))
      .length;
  const [related, permuted] = [read(false), read(true)];
  assert.ok(related.filter((window) => topicsOf(window) === 1).length >= 9, related.join("\n"));
  assert.ok(permuted.filter((window) => topicsOf(window) === 1).length < 9);
  const letters = (windows: string[]): number => windows.join("").replaceAll("<|endoftext|>", "").length;
  assert.ok(Math.abs(letters(related) - letters(permuted)) <= 1);
  assert.throws(() => corpus.inContext({ neighbours: 0 }), /^Error: inContext: invalid neighbours: 0 \(a positive/);
  assert.throws(() => corpus.inContext({ alike: 2 }), /^Error: inContext: invalid alike: 2 \(from 0 to 1\)$/);
  shard.close();
});
