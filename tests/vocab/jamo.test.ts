import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import fc from "../property.js";
import { Tokenizer as Native } from "tokenizers";
import { encode } from "../../src/corpus/index.js";
import { parse, stringify, train } from "../../src/vocab/index.js";
import type { Tokenizer } from "../../src/types.js";
import { text } from "./odd.js";
import { diagnostics } from "./support.js";

const korean = diagnostics("ko");
let jamo: Tokenizer;
before(async () => {
  jamo = await train({ texts: korean, size: 1500, units: "jamo" });
});

test("Korean comes back as it was from its consonants and vowels, and tokens cut inside syllables", async () => {
  for (const line of korean) assert.equal(jamo.decode(await jamo.encode(line)), line);
  const ids = (await jamo.encodeBatch(korean.slice(0, 200))).flat();
  assert.ok(ids.some((id) => /^[\u1161-\u11ff]/.test(jamo.decode([id]))));
});

test("any text comes back in composed form", async () => {
  await fc.assert(
    fc.asyncProperty(text, async (sample) => {
      const whole = Buffer.from(sample).toString();
      assert.equal(jamo.decode(await jamo.encode(whole)), whole.normalize("NFC"));
    }),
    { seed: 3, numRuns: 300 },
  );
});

test("Hugging Face's library reads the file and encodes alike; the file is read back as the same tokenizer", async () => {
  const native = Native.fromString(stringify(jamo));
  const again = parse(stringify(jamo));
  for (const line of [...korean.slice(0, 100), "café Ångström déjà", "a"]) {
    const ids = (await native.encode(line, null, { addSpecialTokens: false })).getIds();
    assert.deepEqual(await jamo.encode(line), ids);
    assert.equal(again.decode(ids), line);
  }
});

test("a shard counts the bytes of the text as it was", async () => {
  const folder = mkdtempSync(join(tmpdir(), "palimpsest-jamo-"));
  try {
    const documents = korean.slice(0, 50);
    const shard = await encode({ documents, tokenizer: jamo, path: join(folder, "a.tokens") });
    assert.deepEqual(
      Array.from(shard.bytes),
      documents.map((line) => Buffer.byteLength(line)),
    );
    shard.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("units are named, and not with a tokenizer whose normaliser is taken", async () => {
  await assert.rejects(train({ texts: korean, size: 500, units: "syllables" as "jamo" }), /invalid units: syllables/);
  await assert.rejects(
    train({ texts: korean, size: 500, units: "jamo", like: jamo }),
    /invalid units: jamo \(the norm/,
  );
});
