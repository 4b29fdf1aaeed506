/**
 * Seconds that the algebra of FOCUS, WECHSEL and OFA takes, ours with ONNX Runtime's products and NumPy's, each in a process
 * of its own that has its random vectors and table in memory before the clock starts. They take turns.
 *
 *   node -r ./tests/typescript.cjs tests/bench/embed.ts focus < request.json      one run of ours, the seconds out
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transpose, type Matrix } from "../../src/embed/matmul.js";
import { mix } from "../../src/embed/mix.js";
import { softmaxOfNearest } from "../../src/embed/nearest.js";
import { sparsemax } from "../../src/embed/sparsemax.js";
import { singular } from "../../src/embed/svd.js";
import { alignWords } from "../../src/embed/token-vectors.js";
import { numerics } from "../../src/engine/numerics.js";
import { rng } from "../../src/rng.js";
import type { OnProgress } from "../../src/types.js";
import { run, type Outcome } from "./bpe-race.js";
import type { Measured, Row } from "./row.js";
import { typescript } from "../node.js";
import { pythonHas } from "../python.js";

const root = join(__dirname, "..", "..");
const full = { old: 32000, new: 8000, dim: 100, width: 512, rank: 200, pairs: 5000 };
const methods = ["focus", "wechsel", "ofa"] as const;

export interface EmbedOptions {
  /** A quarter of the old and of the new tokens. */
  quick?: boolean;
  /** Turns that each program takes; defaults to 3. */
  rounds?: number;
  onProgress?: OnProgress;
}

export async function embed({ quick = false, rounds = 3, onProgress }: EmbedOptions = {}): Promise<Row[]> {
  const request = quick ? { ...full, old: 8000, new: 2000 } : full;
  const python = pythonHas("numpy");
  const rows: Row[] = [];
  const total = methods.length * rounds * 2;
  let done = 0;
  for (const method of methods) {
    const contenders = [
      { by: "palimpsest", command: [process.execPath, ...typescript, __filename, method] },
      { by: "NumPy", command: python ? ["python3", join(root, "tests/bench/embed.py"), method] : undefined },
    ];
    const measured: Measured[] = contenders.map(({ by, command }) => ({
      by,
      rounds: [],
      peakMegabytes: [],
      ...(!command && { missing: "no Python with NumPy here" }),
    }));
    for (let round = 0; round < rounds; round++)
      for (const [at, { by, command }] of contenders.entries()) {
        onProgress?.({ label: "bench", done: done++, total, note: `${method}, ${by}` });
        if (!command) continue;
        const outcome = await run(command, request);
        if ("missing" in outcome) measured[at]!.missing = outcome.missing;
        else {
          measured[at]!.version = outcome.version;
          measured[at]!.rounds.push(outcome.seconds);
          measured[at]!.peakMegabytes!.push(outcome.peakMegabytes);
        }
      }
    rows.push({ work: `${method}, ${request.new} rows from ${request.old} × ${request.width}`, unit: "s", measured });
  }
  onProgress?.({ label: "bench", done: total, total });
  return rows;
}

/** One run of ours. */
async function once(method: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const sizes = JSON.parse(readFileSync(0, "utf8")) as typeof full;
  const random = rng(1);
  const normal = (rows: number, width: number): Matrix => ({
    shape: [rows, width],
    data: Float32Array.from({ length: rows * width }, () => random.normal()),
  });
  const [keys, queries] = [normal(sizes.old, sizes.dim), normal(sizes.new, sizes.dim)];
  const values = normal(sizes.old, sizes.width);
  const { width } = sizes;
  const value = (key: number) => values.data.subarray(key * width, (key + 1) * width);
  const [x, y] = [normal(sizes.pairs, sizes.dim), normal(sizes.pairs, sizes.dim)];
  const rows = new Float32Array(sizes.new * sizes.width);
  const names = Array.from({ length: sizes.old }, (_, n) => `w${n}`);
  const fast = numerics();
  const miss = (): void => {};
  const ten = (cosines: Float32Array) => softmaxOfNearest(cosines, 10, 0.1);

  const start = performance.now();
  if (method === "focus") await mix({ queries, keys, value, width, rows, weigh: sparsemax, miss, numerics: fast });
  if (method === "wechsel") {
    const known = names.slice(0, sizes.pairs);
    const all = Float32Array.from(keys.data);
    all.set(x.data);
    const base = { words: names, counts: names.map(() => 1), vectors: { ...keys, data: all } };
    const target = { words: known, counts: known.map(() => 1), vectors: y };
    const turned = await alignWords({
      base,
      target,
      dictionary: known.map((name) => [name, name] as const),
      numerics: fast,
    });
    await mix({ queries, keys: turned.vectors, value, width, rows, weigh: ten, few: 10, miss, numerics: fast });
  }
  if (method === "ofa") {
    const { vectors } = await singular({ table: values, rank: sizes.rank, matmul: fast.matmul });
    await mix({ queries, keys, value, width, rows, weigh: ten, few: 10, miss, numerics: fast });
    const right = { shape: vectors.shape, data: Float32Array.from(vectors.data) };
    rows.set(
      (await fast.matmul(await fast.matmul({ shape: [sizes.new, sizes.width], data: rows }, right), transpose(right)))
        .data,
    );
  }
  const seconds = (performance.now() - start) / 1000;
  if (!rows.every(Number.isFinite)) throw new Error(`${method}: rows that are not finite`);
  const outcome: Outcome = { version, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(outcome));
}

if (require.main === module)
  once(process.argv[2] ?? "").catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
