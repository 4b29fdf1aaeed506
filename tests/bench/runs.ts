/**
 * Seconds in which a folder of 10,000 runs becomes a table: anew, and opened again with nothing changed, beside pandas, which reads all
 * of them each time; and seconds of every command that looks at so many (`runs-verbs.ts`). The runs are made (`made-sweep.ts`).
 *
 *   node -r ./tests/typescript.cjs tests/bench/runs.ts < request.json      one run of ours
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { store } from "../../src/runs/index.js";
import type { OnProgress } from "../../src/types.js";
import { typescript } from "../node.js";
import { pythonHas } from "../python.js";
import { type Outcome, race } from "./bpe-race.js";
import { makeSweep } from "./made-sweep.js";
import type { Row } from "./row.js";
import { verbRows } from "./runs-verbs.js";

const root = join(__dirname, "..", "..");

export interface RunsOptions {
  /** 1,000 runs instead of 10,000. */
  quick?: boolean;
  rounds?: number;
  onProgress?: OnProgress;
}

export async function runsRows({ quick = false, rounds = 3, onProgress }: RunsOptions = {}): Promise<Row[]> {
  const count = quick ? 1000 : 10_000;
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-bench-runs-"));
  try {
    const sweep = await makeSweep(dir, count);
    const pandas = pythonHas("pandas", "pyarrow")
      ? { command: ["python3", join(root, "tests/bench/runs.py")] }
      : { command: undefined, missing: "no Python with pandas and pyarrow here" };
    const ours = [process.execPath, ...typescript, __filename];
    const works = { "made anew": true, "opened, nothing changed": false };
    const rows: Row[] = [];
    for (const [work, anew] of Object.entries(works))
      rows.push(
        await race({
          work: `table of ${count} runs, ${work}`,
          contenders: [
            { by: "palimpsest", command: ours },
            { by: "pandas", ...pandas },
          ],
          request: { dir: sweep.dir, count, anew, theirs: join(dir, "theirs.parquet") },
          rounds,
          onProgress,
        }),
      );
    return [...rows, ...(await verbRows({ sweep, rounds, onProgress }))];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function once(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const { dir, count, anew } = JSON.parse(readFileSync(0, "utf8")) as { dir: string; count: number; anew: boolean };
  if (anew) rmSync(join(dir, "runs.parquet"), { force: true });
  const begun = performance.now();
  const { rows, read } = await store({ dir });
  const seconds = (performance.now() - begun) / 1000;
  if (rows.length !== count || read !== (anew ? count : 0)) throw new Error(`bench: ${rows.length} rows, ${read} read`);
  const outcome: Outcome = { version, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(outcome));
}

if (require.main === module)
  once().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
