/**
 * Seconds from texts to a trained tokenizer, ours and Hugging Face's trainer, each in a process of its own that has the
 * texts in memory before the clock starts. They take turns. The texts are LibreOffice Help where it was fetched before,
 * else TypeScript's messages, which npm has brought.
 *
 *   node --import tsx tests/bench/bpe.ts < request.json      one run of ours: {"texts", "size"} in, the seconds out
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../src/corpus/cache.js";
import { load } from "../../src/corpus/index.js";
import { train } from "../../src/vocab/index.js";
import type { OnProgress } from "../../src/types.js";
import type { Measured, Row } from "./row.js";

const root = join(__dirname, "..", "..");
const sizes = [8000, 32000];

export interface BpeOptions {
  /** Turns that each program takes; defaults to 3. */
  rounds?: number;
  onProgress?: OnProgress;
}

export interface Outcome {
  version: string;
  seconds: number;
  peakMegabytes: number;
}

export async function bpe({ rounds = 3, onProgress }: BpeOptions = {}): Promise<Row[]> {
  const python = spawnSync("python3", ["-c", "import tokenizers"], { stdio: "ignore" }).status === 0;
  const contenders = [
    { by: "palimpsest", command: [process.execPath, "--import", "tsx", __filename] },
    { by: "tokenizers", command: python ? ["python3", join(root, "tests/golden/bpe.py"), "time"] : undefined },
  ];
  const rows: Row[] = [];
  const corpora = Object.entries(await texts());
  const total = corpora.length * sizes.length * rounds * contenders.length;
  let done = 0;
  for (const [name, list] of corpora)
    for (const size of sizes) {
      const measured: Measured[] = contenders.map(({ by, command }) => ({
        by,
        rounds: [],
        peakMegabytes: [],
        ...(!command && { missing: "no Python with tokenizers here" }),
      }));
      const megabytes = list.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;
      const row: Row = { work: `BPE, ${size} tokens, ${megabytes.toFixed(1)} MB ${name}`, unit: "s", measured };
      for (let round = 0; round < rounds; round++)
        for (const [at, { by, command }] of contenders.entries()) {
          onProgress?.({ label: "bench", done: done++, total, note: `${row.work}, ${by}` });
          if (command) keep(measured[at]!, await run(command, { texts: list, size }));
        }
      rows.push(row);
    }
  onProgress?.({ label: "bench", done: total, total });
  return rows;
}

function keep(measured: Measured, outcome: Outcome | { missing: string }): void {
  if ("missing" in outcome) {
    measured.missing = outcome.missing;
    return;
  }
  measured.version = outcome.version;
  measured.rounds.push(outcome.seconds);
  measured.peakMegabytes?.push(outcome.peakMegabytes);
}

async function texts(): Promise<Record<string, string[]>> {
  const fetched = join(cacheFolder(), "corpora", "libreoffice-help");
  if (["en", "ko"].every((language) => existsSync(join(fetched, `${language}.jsonl`)))) {
    const corpus = await load({ name: "libreoffice-help", languages: ["en", "ko"], keepUntranslated: true });
    return Object.fromEntries(Object.entries(corpus.texts).map(([name, text]) => [name, text.train]));
  }
  const folder = join(root, "node_modules/@tslab/typescript-for-tslab/lib");
  const files = readdirSync(folder)
    .map((language) => join(folder, language, "diagnosticMessages.generated.json"))
    .filter((file) => existsSync(file));
  const messages = files.flatMap((file) =>
    Object.values(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>),
  );
  return { [`in ${files.length} languages`]: messages };
}

/** What the program prints is its result. One that fails is a row without numbers, not the end of the others. */
export function run([program, ...args]: string[], request: object): Promise<Outcome | { missing: string }> {
  return new Promise((resolve) => {
    const child = spawn(program!, args, { cwd: root, stdio: "pipe" });
    let output = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
    child.on("error", ({ message }) => resolve({ missing: `failed: ${message}` }));
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as Outcome);
      else resolve({ missing: `failed: ${complaint.trim().split("\n").at(-1) || `exit code ${code}`}` });
    });
    child.stdin.on("error", () => {}); // it ended before it had read everything; its exit code says why
    child.stdin.end(JSON.stringify(request));
  });
}

/** One run of ours. */
async function once(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const request = JSON.parse(readFileSync(0, "utf8")) as { texts: string[]; size: number };
  const start = performance.now();
  await train(request);
  const seconds = (performance.now() - start) / 1000;
  const outcome: Outcome = { version, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(outcome));
}

if (require.main === module)
  once().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
