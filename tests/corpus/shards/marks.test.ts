/** Marks of documents: which tokens they reach, what a shard keeps of them, and what is refused. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "../../property.js";
import { encode, tokenizerHash } from "../../../src/corpus/index.js";
import { inPlace, weightsOf } from "../../../src/corpus/shards/marks.js";
import { checkHeader } from "../../../src/corpus/shards/header.js";
import type { Mark } from "../../../src/types.js";
import { train as trainTokenizer } from "../../../src/vocab/index.js";
import { byteTokenizer } from "../toy.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-marks-"));
after(() => rmSync(root, { recursive: true }));
let files = 0;
const fresh = (): string => join(root, `${files++}.tokens`);

async function weightsIn(text: string, ...marks: [number, number, number?][]): Promise<number[]> {
  const listed = marks.map(([from, to, weight = 1]): Mark => ({ from, to, weight }));
  const [placed] = await inPlace(byteTokenizer(), [text]);
  return weightsOf(text, listed, placed!.places);
}

test("a token counts that a mark touches, of however little; the end of text where the last mark ends the document", async () => {
  // a|b|th|e_|c, then the end.
  assert.deepEqual(await weightsIn("abthe c", [1, 2]), [0, 1, 0, 0, 0, 0]);
  assert.deepEqual(await weightsIn("abthe c", [3, 4]), [0, 0, 1, 0, 0, 0]);
  assert.deepEqual(await weightsIn("abthe c", [3, 5]), [0, 0, 1, 1, 0, 0]);
  assert.deepEqual(await weightsIn("abthe c", [6, 7, 3]), [0, 0, 0, 0, 3, 3]);
  assert.deepEqual(await weightsIn("abthe c", [0, 7], [2, 4, 0.5], [3, 6, 2]), [1, 1, 2, 2, 1, 1], "the last listed");
  assert.deepEqual(await weightsIn("ab"), [0, 0, 0]);
  assert.deepEqual(await weightsIn(""), [0]);
  // 😀 is four tokens, 한 two, the first of them of two bytes: each has the whole character.
  assert.deepEqual(await weightsIn("😀한a", [1, 2]), [1, 1, 1, 1, 0, 0, 0, 0]);
  assert.deepEqual(await weightsIn("😀한a", [2, 3]), [0, 0, 0, 0, 1, 1, 0, 0]);
});

test("the tokenizer's own places are those of the bytes that its tokens spell", async () => {
  const texts = ["the cat sat on the mat, 한국어 và tiếng Việt 😀😀 ".repeat(20)];
  const tokenizer = await trainTokenizer({ texts, size: 320 });
  const { encodeInPlace: own, ...bytesAlone } = tokenizer;
  assert.ok(own);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 30 }), async (drawn) => {
      const text = `${texts[0]!.slice(drawn.length % 7, 60)}${drawn} 한 ${drawn}`;
      const [native, spelled] = [await inPlace(tokenizer, [text]), await inPlace(bytesAlone, [text])];
      assert.deepEqual(native[0]!.ids, await tokenizer.encode(text));
      assert.deepEqual(native, spelled);
    }),
    { numRuns: 60 },
  );
});

test("a shard of marked documents keeps what each token counts for; one without marks keeps its bytes", async () => {
  const path = fresh();
  const plain = await encode({ documents: ["one", "two"], tokenizer: byteTokenizer(), path });
  plain.close();
  assert.deepEqual([...plain.weights(1, 7)], [1, 1, 1, 1, 1, 1, 1]);
  const link = (text: string): string => createHash("sha256").update(text).digest("hex");
  const { endOfText } = byteTokenizer();
  const first = `format 2 ${tokenizerHash(byteTokenizer())} ${endOfText}`;
  assert.equal(plain.hash, link(link(`${link(`${first}\none`)}\ntwo`)));
  const bytes = createHash("sha256").update(readFileSync(path)).digest("hex");
  assert.equal(bytes, "615d6f2c06f6b2c6557b205006426a4006299e927a31221f098133a57263f186");

  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 9 }).chain((text) =>
          fc.record({
            text: fc.constant(text),
            marks: fc.array(
              fc
                .tuple(fc.nat(text.length - 1), fc.nat(text.length - 1), fc.constantFrom(0, 0.25, 1, 3))
                .map(([a, b, weight]) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1, weight })),
              { maxLength: 3 },
            ),
          }),
        ),
        { minLength: 1, maxLength: 6 },
      ),
      fc.nat(),
      fc.nat(),
      async (given, a, b) => {
        const documents = given.map(({ text }) => text);
        const marks = given.map(({ marks }) => marks);
        const tokenizer = byteTokenizer();
        const placed = await inPlace(tokenizer, documents);
        const expected = placed.flatMap(({ places }, i) => weightsOf(documents[i]!, marks[i]!, places));
        const shard = await encode({ documents, marks, tokenizer, path: fresh() });
        assert.equal(expected.length, shard.length);
        const start = a % shard.length;
        const length = b % (shard.length - start + 1);
        assert.deepEqual([...shard.weights(start, length)], expected.slice(start, start + length));
        const unmarked = await encode({ documents, tokenizer, path: fresh() });
        assert.notEqual(shard.hash, unmarked.hash);
        assert.deepEqual(shard.read(0, shard.length), unmarked.read(0, shard.length));
        shard.close();
        unmarked.close();
      },
    ),
    { numRuns: 30 },
  );
});

test("marks that fit no document, and a tokenizer that cannot place them, are one line", async () => {
  const marked = (marks: Mark[][], options = {}): Promise<unknown> =>
    encode({ documents: ["abc"], marks, tokenizer: byteTokenizer(options), path: fresh() });
  await assert.rejects(marked([]), /^Error: encode: invalid marks: lists for 0 documents \(there are 1\)$/);
  for (const [from, to] of [
    [2, 2],
    [-1, 2],
    [0, 4],
    [0.5, 2],
  ] as const)
    await assert.rejects(
      marked([[{ from, to, weight: 1 }]]),
      /^Error: encode: invalid marks of document 0: \S+ to \S+ \(a stretch of its 3 UTF-16 units\)$/,
    );
  for (const weight of [-1, NaN, Infinity])
    await assert.rejects(
      marked([[{ from: 0, to: 1, weight }]]),
      /^Error: encode: invalid marks of document 0: weight \S+ \(a number from 0\)$/,
    );
  await assert.rejects(
    marked([[{ from: 0, to: 1, weight: 1 }]], { prefix: " " }),
    /^Error: encode: invalid marks: the tokenizer spells 4 bytes of a document of 3 and does not say/,
  );
});

test("a header that lies about what counts is a damaged shard", async () => {
  const marks = [[{ from: 0, to: 1, weight: 1 }]];
  const shard = await encode({ documents: ["abc"], marks, tokenizer: byteTokenizer(), path: fresh() });
  shard.close();
  assert.deepEqual(shard.counts, { at: [0, 1], weights: [1, 0] });
  const lie = (counts: unknown): unknown => checkHeader({ ...shard, counts }, 2, 2 * shard.length, "here");
  assert.doesNotThrow(() => lie(shard.counts));
  for (const counts of [
    null,
    [],
    { at: [0], weights: [-1] },
    { at: [0], weights: [1, 2] },
    { at: [0], weights: ["1"] },
    { at: [1], weights: [1] },
    { at: [0, 0], weights: [1, 0] },
    { at: [0, 4], weights: [1, 0] },
  ])
    assert.throws(() => lie(counts), /^Error: open: damaged shard here: [^\n]+$/, JSON.stringify(counts));
});
