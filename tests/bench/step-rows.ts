/**
 * Tokens per second of a whole training step, ours and PyTorch's, at four sizes. Every program is a process of its own;
 * they take turns (A B C, A B C, …), so that a machine that warms up or is shared treats all alike.
 */
import { join } from "node:path";
import type { OnProgress } from "../../src/types.js";
import { findPython, keep, run } from "./programs.js";
import type { Row } from "./row.js";
import { typescript } from "../node.js";

/** vocab, width, layers, heads, key-value heads, feed-forward, context, batch; steps are timed after four that are not. */
export interface StepSize {
  work: string;
  shape: string;
  steps: number;
}

/** SmolLM2-135M's shape; in a quick run with 6 of its 30 layers. */
export const largest = (quick: boolean): StepSize => ({
  work: `${quick ? 50 : 135} M parameters, 512 tokens`,
  shape: `49152,576,${quick ? 6 : 30},9,3,1536,512,1`,
  steps: 4,
});

const sizes = (quick: boolean): StepSize[] => [
  { work: "0.14 M parameters", shape: "512,64,2,2,2,192,128,8", steps: 40 },
  { work: "0.94 M parameters", shape: "1024,128,4,4,4,352,128,8", steps: 20 },
  { work: "4.26 M parameters", shape: "4096,256,4,4,4,704,128,8", steps: 10 },
  largest(quick),
];

/** Of a quick run, a third. */
export const timed = (steps: number, quick: boolean): number => (quick ? Math.max(3, Math.round(steps / 3)) : steps);

/** Minutes a turn, so only when they are asked for: `--only step-135m`. */
export const batchesOf135M: StepSize[] = [
  { work: "135 M parameters, 2 × 256 tokens", shape: "49152,576,30,9,3,1536,256,2", steps: 4 },
  { work: "135 M parameters, 8 × 256 tokens", shape: "49152,576,30,9,3,1536,256,8", steps: 3 },
];

interface Contender {
  by: string;
  command(shape: string, steps: number): [program: string, ...args: string[]];
}

export interface StepRowsOptions {
  /** Turns that each program takes. */
  rounds: number;
  /** Threads of every program. */
  threads: number;
  /** Fewer steps, and fewer layers of the largest model. */
  quick: boolean;
  /** Our device; PyTorch runs on the CPU. */
  device: string;
  onProgress?: OnProgress;
}

export async function stepRows(options: StepRowsOptions & { of?: readonly StepSize[] }): Promise<Row[]> {
  const { rounds, threads, quick, device, of = sizes(quick), onProgress } = options;
  const python = await findPython();
  const contenders = contendersOf(device, threads, python);
  const rows: Row[] = of.map(({ work }) => ({
    work: `train step, ${work}`,
    unit: "tokens/s",
    measured: contenders.map(({ by, missing }) => ({ by, rounds: [], peakMegabytes: [], ...(missing && { missing }) })),
  }));
  const total = rounds * of.length * contenders.filter(({ missing }) => !missing).length;
  let done = 0;
  for (const [at, { shape, steps, work }] of of.entries()) {
    for (let round = 0; round < rounds; round++) {
      for (const [which, { by, command, missing }] of contenders.entries()) {
        if (missing) continue;
        onProgress?.({ label: "bench", done, total, note: `${work}, ${by}` });
        keep(rows[at]!.measured[which]!, await run(command(shape, timed(steps, quick))));
        done++;
      }
    }
  }
  onProgress?.({ label: "bench", done, total });
  return rows;
}

function contendersOf(
  device: string,
  threads: number,
  python: string | undefined,
): (Contender & { missing?: string })[] {
  const torch = (by: string, mode: string): Contender & { missing?: string } => ({
    by,
    command: (shape, steps) => [python ?? "python3", join(__dirname, "step.py"), shape, mode, `${steps}`, `${threads}`],
    ...(python === undefined && { missing: "no Python with torch here" }),
  });
  const script = join(__dirname, "step.ts");
  return [
    {
      by: `palimpsest (${device})`,
      command: (shape, steps) => [process.execPath, ...typescript, script, shape, device, `${steps}`, `${threads}`],
    },
    torch("PyTorch eager", "eager"),
    torch("PyTorch compile", "compile"),
  ];
}
