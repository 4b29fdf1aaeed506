/**
 * Seconds and memory that widening a large folder takes, beside a plain copy of its files, `resize_token_embeddings` of
 * transformers, which saves what it loaded, and mergekit's tokensurgeon, which makes new rows as ours does, of their pieces:
 * each in a process of its own, all bytes on the device at the end. The folder has
 * the shape of Llama 3 8B, or fewer layers where the disk cannot hold it twice more.
 *
 *   node -r ./tests/typescript.cjs tests/bench/widen.ts extend < request.json      one run of ours
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { freemem } from "node:os";
import { join } from "node:path";
import { extend, open } from "../../src/checkpoint/index.js";
import { readTokenizer } from "../../src/model/index.js";
import type { OnProgress } from "../../src/types.js";
import { typescript } from "../node.js";
import { pythonHas } from "../python.js";
import { makeBigFolder } from "./big-folder.js";
import { type Contender, type Outcome, race } from "./bpe-race.js";
import type { Row } from "./row.js";

const root = join(__dirname, "..", "..");

export interface WidenFolderOptions {
  /** A model of 0.2 B instead. */
  quick?: boolean;
  rounds?: number;
  onProgress?: OnProgress;
}

export async function widenFolder({ quick = false, rounds = 1, onProgress }: WidenFolderOptions = {}): Promise<Row[]> {
  mkdirSync(join(root, "out"), { recursive: true });
  const work = mkdtempSync(join(root, "out", "widen-"));
  const { width, ffn, most } = quick ? { width: 512, ffn: 1792, most: 4 } : { width: 4096, ffn: 14336, most: 32 };
  const bytesOf = (layers: number): number => 2 * width * (2 * 128256 + layers * (2.5 * width + 3 * ffn));
  const { bavail, bsize } = statfsSync(work);
  let layers: number = most;
  while (layers > 1 && 2.2 * bytesOf(layers) > bavail * bsize) layers--;
  const bytes = bytesOf(layers);
  const request = { dir: join(work, "base"), wider: join(work, "wider.json"), out: join(work, "out"), rows: 136256 };
  const memory = 1.6 * bytes;
  const python = (script: string, ...packages: string[]): Pick<Contender, "command" | "missing"> => {
    if (!pythonHas(...packages)) return { command: undefined, missing: `no Python with ${packages.at(-1)} here` };
    if (memory < freemem()) return { command: ["python3", join(root, "tests/bench", script)] };
    return { command: undefined, missing: `needs about ${(memory / 1e9).toFixed(0)} GB of memory` };
  };
  const own = (what: string): string[] => [process.execPath, ...typescript, __filename, what];
  try {
    onProgress?.({ label: "bench", done: 0, total: 1, note: `${(bytes / 1e9).toFixed(1)} GB of random weights` });
    makeBigFolder({ ...request, vocabSize: 128256, newTokens: 8000, width, layers, ffn });
    const contenders = [
      { by: "palimpsest", command: own("extend") },
      { by: "a copy of the files", command: own("copy") },
      { by: "transformers, resize_token_embeddings", ...python("widen.py", "torch", "transformers") },
      { by: "mergekit, tokensurgeon by pieces", ...python("tokensurgeon.py", "torch", "mergekit") },
    ];
    const shape = `${(bytes / 2e9).toFixed(1)} B bfloat16, ${layers} layers`;
    return [await race({ work: `widen a folder by 8,000 tokens, ${shape}`, contenders, request, rounds, onProgress })];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Request {
  dir: string;
  wider: string;
  out: string;
}

/** One run of ours, or one copy. */
async function once(what: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const { dir, wider, out } = JSON.parse(readFileSync(0, "utf8")) as Request;
  const start = performance.now();
  if (what === "extend")
    await extend({ base: open({ dir }), out, tokenizer: readTokenizer({ path: wider }), init: "subword-mean" });
  else await copyAll(dir, out);
  const seconds = (performance.now() - start) / 1000;
  rmSync(out, { recursive: true });
  const outcome: Outcome = { version, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(what === "extend" ? outcome : { ...outcome, version: process.version }));
}

async function copyAll(dir: string, out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(dir)) {
    await copyFile(join(dir, name), join(out, name));
    const handle = openSync(join(out, name), "r+");
    fsyncSync(handle);
    closeSync(handle);
  }
}

if (require.main === module)
  once(process.argv[2] ?? "").catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
