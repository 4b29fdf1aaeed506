/** Word vectors of other programs: read as they are written, bounded, and refused by line. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { vectors } from "../../../src/corpus/index.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-vectors-"));
after(() => rmSync(root, { recursive: true }));
const path = join(root, "words.vec");
const read = (text: string | Uint8Array, most?: number) => {
  writeFileSync(path, text);
  return vectors({ path, ...(most !== undefined && { most }) });
};

test("with a first line of counts or without, words once, at most so many", () => {
  const plain = "the 1 -2.5 3e-1\n한국어 4 5 6 \nthe 7 7 7\n";
  for (const text of [plain, `3 3\n${plain}`, plain.replaceAll("\n", "\r\n")]) {
    const { words, vectors: found, counts } = read(text);
    assert.deepEqual(words, ["the", "한국어"]);
    assert.deepEqual(found, { shape: [2, 3], data: Float32Array.of(1, -2.5, 0.3, 4, 5, 6) });
    assert.deepEqual([...Array.from(counts)], [1, 1]);
  }
  assert.deepEqual(read(plain, 1).words, ["the"]);
  const long = Array.from({ length: 300_000 }, (_, n) => `w${n} ${n}.5`).join("\n");
  assert.equal(read(long).words.length, 200_000, "lines across pieces of the file are whole");
  assert.equal(read(long).vectors.data[199_999], 199_999.5);
});

test("what is no such file is refused in one line with its number", () => {
  const refused = (text: string | Uint8Array, message: RegExp): void => void assert.throws(() => read(text), message);
  refused("", /^Error: vectors: invalid file: .*words\.vec \(it has no words\)$/);
  refused("a 1 2\nb 1\n", /\(line 2 has 1 numbers, the lines before it 2\)$/);
  refused("a 1 x\n", /\(line 1 has what is no number: "a 1 x"\)$/);
  refused("a 1 2\nword\n", /\(line 2 has no numbers: "word"\)$/);
  refused(Buffer.alloc(3 << 20, 97), /\(line \d is over 1048576 bytes; a text of words and numbers is needed\)$/);
  assert.throws(() => vectors({ path: root }), /^Error: vectors: invalid file: .*: a folder/);
});
