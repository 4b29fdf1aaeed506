/**
 * Llama 3's own tokenizer widened by 8,000 tokens of Korean, Finnish and Hindi (LibreOffice Help, train part): seconds and
 * memory, and bytes per token before and after on the held-out part. Hugging Face's library has nothing to stand beside it.
 * A row without numbers where the tokenizer or the texts were not fetched before.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, load } from "../../src/corpus/index.js";
import { published } from "../../src/model/published-rows.js";
import { publishedTokenizer } from "../../src/model/published.js";
import { extend, report, stringify } from "../../src/vocab/index.js";
import { race } from "./bpe-race.js";
import { ours, size, type BpeOptions } from "./bpe.js";
import type { Row } from "./row.js";

const newTokens = 8000;
const languages = ["en", "ko", "fi", "hi"];

export async function widen({ rounds = 3, onProgress }: BpeOptions = {}): Promise<Row[]> {
  const work = `widen Llama 3 by ${newTokens} tokens`;
  const version = published.llama3.package.split("@").at(-1);
  const kept = [
    join(cacheFolder(), "tokenizers", `llama3-${version}.json`),
    ...languages.map((language) => join(cacheFolder(), "corpora/libreoffice-help", `${language}.jsonl`)),
  ].every((file) => existsSync(file));
  const missing = "not fetched: palimpsest tokenizer report llama3, palimpsest corpus build libreoffice-help";
  if (!kept) return [{ work, unit: "s", measured: [{ by: "palimpsest", rounds: [], missing }] }];

  const { texts } = await load({ name: "libreoffice-help", languages });
  const base = await publishedTokenizer({ name: "llama3" });
  const learn = languages.slice(1).flatMap((language) => texts[language]!.train);
  const row = await race({
    work: `${work}, ${size(learn)}`,
    contenders: [{ by: "palimpsest", command: ours("extend") }],
    request: { texts: learn, base: stringify(base), newTokens },
    rounds,
    onProgress,
  });
  const wide = await extend({ base, texts: learn, newTokens });
  console.log(`${work} of ${languages.slice(1).join(", ")}: bytes per token on held-out text`);
  for (const language of languages) {
    const [before, after] = [base, wide].map((tokenizer) => report({ tokenizer, texts: texts[language]!.heldOut }));
    const [old, now] = [(await before!).bytesPerToken, (await after!).bytesPerToken];
    console.log(`  ${language}  ${old.toFixed(4)}  ${now.toFixed(4)}  ${((now / old - 1) * 100).toFixed(2)} %`);
  }
  return [row];
}
