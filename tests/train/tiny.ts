/** The smallest thing that can be trained: two made-up languages, a tokenizer of 300, a model of width 16. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { rng } from "../../src/rng.js";
import type { LanguageModel, StateArrays, Text } from "../../src/types.js";
import { fresh } from "../../src/train/pretrain.js";
import type { Run } from "../../src/train/index.js";
import { train as trainTokenizer } from "../../src/vocab/index.js";

const { PALIMPSEST_CACHE: inherited } = process.env;

/** A folder that is gone after the tests of a file; while they run, the cache of everything below is in it. */
export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-train-"));
  before(() => void (process.env.PALIMPSEST_CACHE = join(dir, "cache")));
  after(() => {
    if (inherited === undefined) delete process.env.PALIMPSEST_CACHE;
    else process.env.PALIMPSEST_CACHE = inherited;
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

const syllables: Record<string, string[]> = {
  old: ["ba", "de", "gi", "lo", "mu", "na", "re"],
  new: ["šó", "ťa", "ýk", "žů", "ně", "řu", "ďi"],
};

/** Documents of words that a first-order chain over syllables makes: something can be learned from them, soon. */
export function language(name: "old" | "new", documents = 40): Text {
  const random = rng(name === "old" ? 1 : 2);
  const parts = syllables[name]!;
  const document = (): string => {
    let at = random.int(parts.length);
    let text = "";
    for (let i = 0; i < 120; i++) {
      text += parts[at]!;
      if (random.uniform() < 0.3) text += " ";
      at = random.uniform() < 0.8 ? (at + 1) % parts.length : random.int(parts.length);
    }
    return text;
  };
  const all = Array.from({ length: documents }, document);
  return { name, train: all.slice(4), heldOut: all.slice(0, 4) };
}

export async function tinyModel(seed = 1): Promise<LanguageModel> {
  const texts = [...language("old").train, ...language("new").train];
  const tokenizer = await trainTokenizer({ texts, size: 290 });
  const config = { width: 16, layers: 1, heads: 2, kvHeads: 1, ffn: 32, context: 16 };
  return fresh({ size: "nano", tokenizer, seed, config });
}

/** A run without what the clock wrote. */
export function bare(run: Run): { steps: object[]; evaluations: object[] } {
  const steps = run.steps.map((row) => ({ ...row, tokensPerSecond: 0 }));
  return { steps, evaluations: run.evaluations };
}

/** Byte for byte. */
export function sameWeights(a: StateArrays, b: StateArrays): void {
  assert.deepEqual(Object.keys(a).sort(), Object.keys(b).sort());
  for (const [name, { shape, data }] of Object.entries(a)) {
    assert.deepEqual(b[name]!.shape, shape, name);
    const bytes = (array: ArrayBufferView): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
    assert.ok(bytes(data).equals(bytes(b[name]!.data)), `${name} differs`);
  }
}
