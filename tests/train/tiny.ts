/** The smallest thing that can be trained: two made-up languages, a tokenizer of 300, a model of width 16. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { rng } from "../../src/rng.js";
import type { LanguageModel, Text } from "../../src/types.js";
import { fresh } from "../../src/train/pretrain.js";
import { train as trainTokenizer } from "../../src/vocab/index.js";

/** A folder that is gone after the tests; the cache of everything below is in it. */
export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-train-"));
  process.env.PALIMPSEST_CACHE = join(dir, "cache");
  after(() => rmSync(dir, { recursive: true, force: true }));
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
