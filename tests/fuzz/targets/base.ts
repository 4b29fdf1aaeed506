/** Reader of the cache: a base that was trained before, and the shards that it read. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pretrain } from "../../../src/train/index.js";
import type { Tokenizer } from "../../../src/types.js";
import { train as trainTokenizer } from "../../../src/vocab/index.js";
import type { Files, Target } from "../types.js";

const documents = ["the first document, which is long enough", "and the second one"];
let tokenizer: Promise<Tokenizer> | undefined;

/** What the cache in `dir` gives, or what is made anew where it gives nothing. */
async function baseFrom(dir: string): Promise<unknown> {
  process.env.PALIMPSEST_CACHE = join(dir, "cache");
  const { weights, evaluations } = await pretrain({
    size: "nano",
    config: { width: 16, layers: 1, heads: 2, kvHeads: 1, ffn: 32, context: 16 },
    on: { name: "en", train: documents, heldOut: ["a third"] },
    tokenizer: await (tokenizer ??= trainTokenizer({ texts: documents, size: 260 })),
    steps: 2,
    batch: 1,
  });
  return { weights, evaluations };
}

async function cache(): Promise<Files> {
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-fuzz-seed-"));
  try {
    await baseFrom(dir);
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map(({ parentPath, name }) => join(parentPath, name));
    return Object.fromEntries(paths.map((path) => [relative(dir, path), readFileSync(path)]));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export const baseTargets: readonly Target[] = [
  {
    name: "cached-base",
    summary: "a base of the cache: as it was trained, or trained anew",
    sources: ["src/train/pretrain.ts", "src/train/run/resume.ts", "src/train/run/keep-folder.ts"],
    seeds: async () => [await cache()],
    read: baseFrom,
    intact: true,
  },
];
