/**
 * Seconds from texts to a trained tokenizer, and to a widened one, ours and Hugging Face's trainer, each in a process of
 * its own that has the texts in memory before the clock starts. They take turns. Hugging Face has no continued training:
 * beside ours stands its plain training to as many tokens. The texts are LibreOffice Help where it was fetched before
 * (fifty megabytes of many languages if there are so many), else TypeScript's messages, which npm has brought.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../src/corpus/cache.js";
import { load } from "../../src/corpus/index.js";
import { stringify, train } from "../../src/vocab/index.js";
import { race, type Contender } from "./bpe-race.js";
import type { OnProgress } from "../../src/types.js";
import type { Row } from "./row.js";
import { typescript } from "../node.js";
import { pythonHas } from "../python.js";

const root = join(__dirname, "..", "..");
const newTokens = 8000;

export interface BpeOptions {
  /** Turns that each program takes; defaults to 3. */
  rounds?: number;
  onProgress?: OnProgress;
}

export const python: boolean = pythonHas("tokenizers");
export const ours = (work: string): string[] => [process.execPath, ...typescript, join(__dirname, "bpe-once.ts"), work];
export const size = (list: string[]): string =>
  `${(list.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6).toFixed(1)} MB`;

export async function bpe({ rounds = 3, onProgress }: BpeOptions = {}): Promise<Row[]> {
  const theirs = python ? ["python3", join(root, "tests/golden/bpe.py"), "time"] : undefined;
  const contenders = (work: string): Contender[] => [
    { by: "palimpsest", command: ours(work) },
    { by: "tokenizers", command: theirs, missing: "no Python with tokenizers here" },
  ];
  const rows: Row[] = [];
  for (const [name, list] of Object.entries(await texts())) {
    for (const tokens of name.includes("languages") ? [32000] : [8000, 32000]) {
      const work = `BPE, ${tokens} tokens, ${size(list)} ${name}`;
      rows.push(
        await race({
          work,
          contenders: contenders("train"),
          request: { texts: list, size: tokens },
          rounds,
          onProgress,
        }),
      );
    }
    const base = stringify(await train({ texts: list.slice(0, 100), size: 2000 }));
    const work = `continued BPE, ${newTokens} new tokens, ${size(list)} ${name}`;
    const request = { texts: list, size: 257 + newTokens };
    const both = contenders("extend").map((each, i) => (i === 0 ? { ...each, more: { base, newTokens } } : each));
    rows.push(await race({ work, contenders: both, request, rounds, onProgress }));
  }
  return rows;
}

export async function texts(): Promise<Record<string, string[]>> {
  const fetched = join(cacheFolder(), "corpora", "libreoffice-help");
  const languages = existsSync(fetched) ? readdirSync(fetched).map((file) => file.replace(".jsonl", "")) : [];
  if (["en", "ko"].every((language) => languages.includes(language))) {
    const corpus = await load({ name: "libreoffice-help", languages, keepUntranslated: true });
    const parts = Object.entries(corpus.texts).map(([name, text]) => [name, text.train] as const);
    const found = Object.fromEntries(parts.filter(([name]) => name === "en" || name === "ko"));
    const all = parts.flatMap(([, list]) => list);
    let bytes = 0;
    const fifty = all.filter((text) => bytes < 50e6 && (bytes += Buffer.byteLength(text)));
    return bytes > 40e6 ? { ...found, [`in ${parts.length} languages`]: fifty } : found;
  }
  const folder = join(root, "node_modules/@tslab/typescript-for-tslab/lib");
  const files = readdirSync(folder)
    .map((language) => join(folder, language, "diagnosticMessages.generated.json"))
    .filter((file) => existsSync(file));
  const messages = files.flatMap((file) =>
    Object.values(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>),
  );
  return { [`of ${files.length} languages`]: messages };
}
