import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "../../property.js";
import { boundaries, encode, evalWindows, windows } from "../../../src/corpus/index.js";
import type { SamplerState, Shard } from "../../../src/corpus/index.js";
import { train } from "../../../src/vocab/index.js";
import { byteTokenizer } from "../toy.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-windows-"));
after(() => rmSync(root, { recursive: true }));
let files = 0;

async function shardOf(documents: string[], tokenizer = byteTokenizer()): Promise<Shard> {
  return encode({ documents, tokenizer, path: join(root, `${files++}.tokens`) });
}

const someDocuments = fc.array(
  fc.string({ unit: fc.constantFrom("t", "h", "e", " ", "한", "é", "😀"), maxLength: 30 }),
  { minLength: 1, maxLength: 12 },
);

test("in an epoch no token comes twice, and all come but those that do not fill a window", async () => {
  await fc.assert(
    fc.asyncProperty(someDocuments, fc.integer({ min: 1, max: 9 }), fc.integer(), async (documents, context, seed) => {
      const shard = await shardOf(documents);
      fc.pre(shard.length > context);
      const sampler = windows({ shard, context, seed });
      const all = [...shard.read(0, shard.length)];
      for (let epoch = 0; epoch < 3; epoch++) {
        assert.equal(sampler.epoch, epoch);
        const covered = new Set<number>();
        for (let i = 0; i < sampler.perEpoch; i++) {
          const { tokens, start } = sampler.next();
          assert.deepEqual([...tokens], all.slice(start, start + context + 1));
          tokens.forEach((_, k) => covered.add(start + k));
        }
        assert.equal(covered.size, sampler.perEpoch * (context + 1));
        assert.ok(shard.length - covered.size <= context);
      }
      shard.close();
    }),
    { numRuns: 40 },
  );
});

test("epochs are shuffled anew and shift their cutting, so that no token is left out for good", async () => {
  const shard = await shardOf(["x".repeat(996)]); // 997 tokens: 9 windows of 100 and 97 to spare
  const sampler = windows({ shard, context: 99, seed: 5 });
  const epochs = Array.from({ length: 1000 }, () =>
    Array.from({ length: sampler.perEpoch }, () => sampler.next().start),
  );
  assert.notDeepEqual(epochs[0], epochs[1]);
  assert.notDeepEqual(
    epochs[0],
    [...epochs[0]!].sort((a, b) => a - b),
  );
  const seen = new Set(epochs.flat().flatMap((start) => Array.from({ length: 100 }, (_, k) => start + k)));
  assert.equal(seen.size, 997);
  assert.ok(new Set(epochs.map((epoch) => Math.min(...epoch) % 100)).size > 90);
  const again = windows({ shard, context: 99, seed: 5 });
  assert.deepEqual(
    Array.from({ length: 9 }, () => again.next().start),
    epochs[0],
  );
  const other = windows({ shard, context: 99, seed: 6 });
  assert.notDeepEqual(
    Array.from({ length: 9 }, () => other.next().start),
    epochs[0],
  );
  shard.close();
});

test("a sampler restored from its state goes on as if never interrupted, at epoch ends too", async () => {
  const shard = await shardOf(["the thesis ".repeat(20), "한국어 ".repeat(9)]);
  const context = 16;
  const straight = windows({ shard, context, seed: 3 });
  const total = straight.perEpoch * 3;
  const starts = Array.from({ length: total }, () => straight.next().start);
  for (let cut = 0; cut <= total; cut++) {
    const first = windows({ shard, context, seed: 3 });
    for (let i = 0; i < cut; i++) first.next();
    const state = JSON.parse(JSON.stringify(first.state)) as SamplerState;
    const second = windows({ shard, context, seed: 3, state });
    assert.equal(second.epoch, first.epoch);
    assert.deepEqual(
      Array.from({ length: total - cut }, () => second.next().start),
      starts.slice(cut),
    );
    assert.deepEqual(second.state, straight.state);
  }
  const state = straight.state;
  assert.throws(
    () => windows({ shard, context: 8, seed: 3, state }),
    /^Error: windows: invalid state: its context is 16, not 8/,
  );
  assert.throws(
    () => windows({ shard, context, seed: 4, state }),
    /^Error: windows: invalid state: its seed is 3, not 4/,
  );
  assert.throws(
    () => windows({ shard, context, seed: 3, state: { ...state, position: 1e9 } }),
    /^Error: windows: invalid state: position/,
  );
  const other = await shardOf(["another text, long enough"]);
  assert.throws(
    () => windows({ shard: other, context, seed: 3, state }),
    /^Error: windows: invalid state: its shard is /,
  );
  assert.throws(
    () => windows({ shard, context: 100_000 }),
    /^Error: windows: invalid context: 100000; the shard has \d+ tokens and a window needs 100001$/,
  );
  assert.throws(() => windows({ shard, context: 0 }), /^Error: windows: invalid context: 0/);
  shard.close();
  other.close();
});

test("boundaries are where documents begin", async () => {
  const shard = await shardOf(["abc", "", "de"]); // a b c # # d e #
  assert.deepEqual(boundaries(shard, 0, 8), [4, 5]);
  assert.deepEqual(boundaries(shard, 4, 4), [1]);
  assert.deepEqual(boundaries(shard, 3, 1), []);
  assert.deepEqual(boundaries(shard, 5, 3), []);
  assert.deepEqual(windows({ shard, context: 7 }).next().boundaries, [4, 5]);
  shard.close();
});

test("evaluation scores every token but the first once, and its bytes are those of the text", async () => {
  await fc.assert(
    fc.asyncProperty(
      someDocuments,
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom("", " ", "the "),
      async (documents, context, prefix) => {
        const shard = await shardOf(documents, byteTokenizer({ prefix }));
        fc.pre(shard.length > 1);
        const all = shard.read(0, shard.length);
        const scored = new Map<number, number>();
        const list = evalWindows({ shard, context });
        for (const { tokens, start, counted, targets } of list) {
          assert.deepEqual([tokens.length, counted.length], [context + 1, context]);
          assert.equal(
            counted.reduce((a, b) => a + b, 0),
            targets,
          );
          for (let i = 0; i < context; i++) {
            if (counted[i] === 0) assert.equal(tokens[i + 1], shard.endOfText);
            else {
              assert.equal(tokens[i + 1], all[start + i + 1]);
              assert.equal(tokens[i], all[start + i]);
              scored.set(start + i + 1, (scored.get(start + i + 1) ?? 0) + 1);
            }
          }
        }
        assert.deepEqual(
          [...scored.keys()].sort((a, b) => a - b),
          Array.from({ length: shard.length - 1 }, (_, i) => i + 1),
        );
        assert.ok([...scored.values()].every((times) => times === 1));
        const original = documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
        // The first token of all is not scored; where it is an end of text, what its document spells is not either.
        const first = shard.starts[1] === 1 ? shard.unspelled[0]! : shard.tokenBytes[all[0]!]!;
        assert.equal(
          list.reduce((sum, { bytes }) => sum + bytes, 0),
          original - first,
        );
        shard.close();
      },
    ),
    { numRuns: 60 },
  );
});

test("bytes of each window are those of its own targets, with a tokenizer of the lab", async () => {
  const documents = [
    "The palimpsest keeps what was written before. ".repeat(12),
    "양피지에는 먼저 쓴 글이 남아 있다. 😀 ".repeat(12),
  ];
  const tokenizer = await train({ texts: documents, size: 330 });
  const shard = await shardOf(documents, tokenizer);
  assert.deepEqual(Array.from(shard.unspelled), [0, 0]);
  for (const { tokens, start, targets, bytes } of evalWindows({ shard, context: 11 })) {
    const spelled = [...tokens.slice(1, targets + 1)].filter((id) => id !== tokenizer.endOfText);
    assert.equal(
      bytes,
      spelled.reduce((sum, id) => sum + tokenizer.bytesOf(id).length, 0),
      `window at ${start}`,
    );
  }
  shard.close();
});

test("maxTokens takes windows spread over the whole shard", async () => {
  const shard = await shardOf(["x".repeat(1000)]);
  const some = evalWindows({ shard, context: 10, maxTokens: 50 });
  assert.deepEqual(
    some.map(({ start }) => start),
    [0, 200, 400, 600, 800],
  );
  assert.equal(evalWindows({ shard, context: 10, maxTokens: 1 }).length, 1);
  assert.equal(evalWindows({ shard, context: 10, maxTokens: 1e9 }).length, 100);
  assert.throws(() => evalWindows({ shard, context: 10, maxTokens: 0 }), /^Error: evalWindows: invalid maxTokens: 0/);
  assert.throws(() => evalWindows({ shard, context: 1.5 }), /^Error: evalWindows: invalid context: 1\.5/);
  shard.close();
  const empty = await shardOf([""]);
  assert.throws(() => evalWindows({ shard: empty, context: 10 }), /^Error: evalWindows: invalid shard: 1 tokens/);
  empty.close();
});
