/**
 * Seconds and memory that a merge of two large folders takes, beside reading both and writing one of them with nothing done in
 * between, and mergekit: each in a process of its own, all bytes on the device at the end but mergekit's, which does not ask. The
 * folders have the shape of Llama 3 8B in bfloat16, or fewer layers where the disk cannot hold them and the result.
 *
 *   node -r ./tests/typescript.cjs tests/bench/merge.ts merge < request.json      one run of ours
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";
import { merge, open } from "../../src/checkpoint/index.js";
import { mergekit } from "../../src/merge/index.js";
import type { OnProgress } from "../../src/types.js";
import { typescript } from "../node.js";
import { pythonHas } from "../python.js";
import { makeBigFolder } from "./big-folder.js";
import { type Contender, type Outcome, race } from "./bpe-race.js";
import type { Row } from "./row.js";

const root = join(__dirname, "..", "..");

export interface MergeFoldersOptions {
  /** A model of 0.2 B instead. */
  quick?: boolean;
  rounds?: number;
  onProgress?: OnProgress;
}

export async function mergeFolders({ quick = false, rounds = 1, onProgress }: MergeFoldersOptions = {}): Promise<
  Row[]
> {
  mkdirSync(join(root, "out"), { recursive: true });
  const work = mkdtempSync(join(root, "out", "merge-"));
  const { width, ffn, most } = quick ? { width: 512, ffn: 1792, most: 4 } : { width: 4096, ffn: 14336, most: 32 };
  const bytesOf = (layers: number): number => 2 * width * (2 * 128256 + layers * (2.5 * width + 3 * ffn));
  const { bavail, bsize } = statfsSync(work);
  let layers: number = most;
  while (layers > 1 && 3.2 * bytesOf(layers) > bavail * bsize) layers--;
  const bytes = bytesOf(layers);
  const [one, two, out] = ["one", "two", "out"].map((name) => join(work, name)) as [string, string, string];
  const configs = {
    linear: { merge_method: "linear", models: [one, two].map((model) => ({ model, parameters: { weight: 0.5 } })) },
    ties: {
      ...{ merge_method: "ties", base_model: one },
      models: [{ model: two, parameters: { weight: 0.5, density: 0.2 } }],
    },
  };
  const own = (what: string): string[] => [process.execPath, ...typescript, __filename, what];
  const kit = (): Pick<Contender, "command" | "missing"> => {
    if (!pythonHas("torch", "mergekit")) return { command: undefined, missing: "no Python with mergekit here" };
    if (bytes < 2 * freemem()) return { command: ["python3", join(root, "tests/bench/merge.py")] };
    return { command: undefined, missing: "needs more memory" };
  };
  try {
    onProgress?.({ label: "bench", done: 0, total: 1, note: `twice ${(bytes / 1e9).toFixed(1)} GB of random weights` });
    const shape = { vocabSize: 128256, newTokens: 1, width, layers, ffn, wider: join(work, "wider.json") };
    makeBigFolder({ dir: one, ...shape });
    makeBigFolder({ dir: two, ...shape, seed: 2 });
    const rows: Row[] = [];
    for (const [name, config] of Object.entries(configs)) {
      const contenders = [
        { by: "palimpsest", command: own("merge") },
        { by: "both read, one written", command: own("copy") },
        { by: "mergekit", ...kit() },
      ];
      const size = `${(bytes / 2e9).toFixed(1)} B bfloat16, ${layers} layers`;
      const request = { dirs: [one, two], config, out };
      rows.push(await race({ work: `merge two folders, ${name}, ${size}`, contenders, request, rounds, onProgress }));
    }
    return rows;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Request {
  dirs: [string, string];
  config: object;
  out: string;
}

/** One run of ours, or one of reading and writing. */
async function once(what: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const { dirs, config, out } = JSON.parse(readFileSync(0, "utf8")) as Request;
  const start = performance.now();
  if (what === "merge") {
    const { models, base, method } = mergekit(config);
    const folder = (input: object) => open({ dir: (input as { model: string }).model });
    await merge({ models: models.map(folder), base: base && folder(base), method, out });
  } else readAndWrite(dirs, out);
  const seconds = (performance.now() - start) / 1000;
  rmSync(out, { recursive: true });
  const outcome: Outcome = { version, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(what === "merge" ? outcome : { ...outcome, version: process.version }));
}

function readAndWrite(dirs: readonly string[], out: string): void {
  mkdirSync(out, { recursive: true });
  const block = new Uint8Array(1 << 20);
  for (const name of readdirSync(dirs[0]!)) {
    const from = dirs.map((dir) => openSync(join(dir, name), "r"));
    const to = openSync(join(out, name), "w");
    for (;;) {
      const count = Math.max(...from.map((handle) => readSync(handle, block)));
      if (count === 0) break;
      writeSync(to, block, 0, count);
    }
    fsyncSync(to);
    [to, ...from].forEach((handle) => closeSync(handle));
  }
}

if (require.main === module)
  once(process.argv[2] ?? "").catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
