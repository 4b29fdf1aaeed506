/**
 * Seconds for Chinchilla's approach 3, ours and SciPy's, each in a process of its own that has the rows in memory before the
 * clock starts. They take turns. The rows are the 240 points of Besiroglu et al. 2024; both sides have the same objective,
 * analytic gradients and starts. Ours is one thread; SciPy's is one process, the same one core, and again as many processes as
 * there are cores. All are warm: the processes have each done a fit before the clock starts, and the thread some of the same work.
 *
 * Work: the whole grid of 4,500 starts; the best 300 of them by the objective; 1,000 resamples refitted from the optimum.
 * A fit that does not agree with the other to six digits is an error, not a time.
 *
 *   node -r ./tests/typescript.cjs tests/bench/laws.ts starts      one run of ours: the seconds and what was found
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type * as laws from "../../src/laws/index.js";
import type * as random from "../../src/rng.js";
import type { OnProgress } from "../../src/types.js";
import type { Measured, Row } from "./row.js";
import { typescript } from "../node.js";
import { pythonHas } from "../python.js";

const root = join(__dirname, "..", "..");
const table = join(root, "..", "shared", "data", "chinchilla_epoch_ai.csv");
const reference = join(root, "tests", "golden", "laws", "chinchilla.py");

type Work = "starts" | "ranked" | "bootstrap";
const works: Record<Work, string> = {
  starts: "Chinchilla, all 4,500 starts",
  ranked: "Chinchilla, best 300 of 4,500 starts",
  bootstrap: "Chinchilla, bootstrap of 1,000",
};

interface Outcome {
  seconds: number;
  version: string;
  /** The objective, the constants and the share of starts that came to it; not of the bootstrap. */
  value?: number;
  reached?: number;
  parameters?: Record<string, number>;
}

export function lawsRows({ rounds = 3, onProgress }: { rounds?: number; onProgress?: OnProgress } = {}): Row[] {
  const python = pythonHas("scipy");
  const cores = availableParallelism();
  const missing = existsSync(table) ? undefined : "the public rows are not beside this clone";
  const theirs = missing ?? (python ? undefined : "no Python with SciPy here");
  const rows: Row[] = [];
  const entries = Object.entries(works) as [Work, string][];
  let done = 0;
  for (const [work, name] of entries) {
    const shares = cores === 1 ? [1] : [1, cores];
    const measured: Measured[] = [
      { by: "palimpsest, 1 thread", rounds: [], ...(missing && { missing }) },
      ...shares.map((count) => ({
        by: `SciPy L-BFGS-B, ${count} process${count === 1 ? "" : "es"}`,
        rounds: [],
        ...(theirs && { missing: theirs }),
      })),
    ];
    const commands = [
      [process.execPath, ...typescript, __filename, work],
      ...shares.map((count) => ["python3", reference, table, "--bench", work, "--processes", `${count}`]),
    ];
    for (let round = 0; round < rounds; round++) {
      const outcomes = commands.flatMap((command, at) => {
        onProgress?.({ label: "bench", done: done++, total: entries.length * rounds * commands.length, note: name });
        if (measured[at]!.missing) return [];
        const outcome = run(command);
        measured[at]!.rounds.push(outcome.seconds);
        measured[at]!.version = outcome.version;
        return [outcome];
      });
      agree(outcomes);
      outcomes.forEach(({ reached }, at) => {
        if (reached !== undefined)
          measured[at]!.version += `, ${(100 * reached).toFixed(0)} % of starts reach the best`;
      });
    }
    rows.push({ work: name, unit: "s", measured });
  }
  return rows;
}

function run([program, ...args]: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(program!, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`bench: ${program} failed: ${stderr.trim().split("\n").at(-1)}`);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Outcome;
}

function agree([ours, ...others]: Outcome[]): void {
  for (const theirs of others) if (ours?.parameters && theirs.parameters) same(ours.parameters, theirs.parameters);
}

function same(ours: Record<string, number>, theirs: Record<string, number>): void {
  for (const [name, value] of Object.entries(ours)) {
    if (!(Math.abs(value / theirs[name]! - 1) < 5e-7))
      throw new Error(`bench: invalid ${name}: ${value} is not SciPy's ${theirs[name]} to six digits`);
  }
}

/** The 240 points: the five largest losses are left out, as by Besiroglu et al. */
export function chinchillaRows(): { parameters: number; tokens: number; loss: number }[] {
  const [header, ...lines] = readFileSync(table, "utf8").trim().split("\n");
  const [n, c, loss] = ["N", "C", "loss"].map((name) => header!.split(",").indexOf(name));
  const rows = lines.map((line) => {
    const cells = line.split(",").map(Number);
    return { parameters: cells[n!]!, tokens: cells[c!]! / (6 * cells[n!]!), loss: cells[loss!]! };
  });
  const fifth = rows.map((row) => row.loss).sort((a, b) => b - a)[4]!;
  return rows.filter((row) => row.loss < fifth);
}

/** What users run is what was built. The median of five, for a process that has only begun compiles as it goes. */
async function ours(work: Work): Promise<void> {
  const { fit, bootstrap } = (await import(join(root, "dist", "laws", "index.js"))) as typeof laws;
  const { rng } = (await import(join(root, "dist", "rng.js"))) as typeof random;
  const rows = chinchillaRows();
  const again = (found: laws.Fit, seed: number) =>
    bootstrap({ fit: found, rng: rng(seed), resamples: 1000, kind: "runs" });
  for (let i = 0; i < 3; i++) await again(fit({ law: "chinchilla", rows, polish: 300 }), 0);
  let found = fit({ law: "chinchilla", rows });
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const begun = performance.now();
    if (work === "bootstrap") await again(found, 1);
    else found = fit({ law: "chinchilla", rows, polish: work === "starts" ? 4500 : 300 });
    times.push((performance.now() - begun) / 1000);
  }
  const seconds = times.sort((a, b) => a - b)[2]!;
  const { objective, starts, parameters } = found;
  const fitted = work === "bootstrap" ? {} : { value: objective.value, reached: starts.reached, parameters };
  console.log(JSON.stringify({ seconds, version: process.version, ...fitted }));
}

if (require.main === module) void ours(process.argv[2] as Work);
