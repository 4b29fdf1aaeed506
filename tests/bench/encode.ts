/**
 * Seconds from texts to ids: ours, Hugging Face's library from Python (all cores) and from Node. The published tokenizers
 * that were fetched before, else one that is trained here.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../src/corpus/cache.js";
import { published } from "../../src/model/published-rows.js";
import { publishedTokenizer } from "../../src/model/published.js";
import { stringify, train } from "../../src/vocab/index.js";
import { race, type Contender } from "./bpe-race.js";
import { ours, python, size, texts, type BpeOptions } from "./bpe.js";
import type { Row } from "./row.js";

const wanted = ["gpt2", "mistral-7b", "llama3", "qwen3", "gemma3"] as const;

export async function encode({ rounds = 3, onProgress }: BpeOptions = {}): Promise<Row[]> {
  const found = await texts();
  const mixed = Object.values(found).flatMap((list) => list.filter((_, i) => i % Object.keys(found).length === 0));
  const bases: Record<string, string> = {};
  for (const name of wanted) {
    const version = published[name].package.split("@").at(-1);
    if (existsSync(join(cacheFolder(), "tokenizers", `${name}-${version}.json`)))
      bases[published[name].family] = stringify(await publishedTokenizer({ name }));
  }
  if (Object.keys(bases).length === 0) bases["8,000 tokens"] = stringify(await train({ texts: mixed, size: 8000 }));
  const script = join(__dirname, "..", "golden", "vocab", "encode.py");
  const contenders: Contender[] = [
    { by: "palimpsest", command: ours("encode") },
    {
      by: "tokenizers, Python",
      command: python ? ["python3", script, "time"] : undefined,
      missing: "no Python with tokenizers here",
    },
    { by: "tokenizers, Node", command: ours("encode-native") },
  ];
  const rows: Row[] = [];
  for (const [name, base] of Object.entries(bases))
    rows.push(
      await race({
        work: `encode, ${name}, ${size(mixed)}`,
        contenders,
        request: { texts: mixed, base },
        rounds,
        onProgress,
      }),
    );
  return rows;
}
