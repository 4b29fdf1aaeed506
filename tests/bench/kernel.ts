/**
 * How heavy a notebook kernel is beside ipykernel and Deno's: its start, its first completion, an import, many small cells, and the
 * memory that it holds after them. Each round starts every kernel anew; all are spoken to by the same client, over ZeroMQ.
 */
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { kernelScript } from "../../src/lab/paths.js";
import { startKernel, type Kernel } from "../../src/lab/notebook/connection.js";
import type { OnProgress } from "../../src/types.js";
import { pythonHas } from "../python.js";
import type { Measured, Row } from "./row.js";

interface Contender {
  by: string;
  /** The kernel's program, to which the connection file is added; undefined where it is not here. */
  program?: string[];
  missing: string;
  /** A cell that imports a library of the kind; not every kernel has one without a network. */
  library?: string;
}

const onPath = (name: string): string | undefined =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

function contenders(): Contender[] {
  const deno = onPath("deno");
  const python = pythonHas("ipykernel") ? ["python3", "-m", "ipykernel_launcher", "-f"] : undefined;
  return [
    {
      by: "palimpsest",
      program: [process.execPath, kernelScript],
      missing: "not built",
      library: 'import { charts, corpus, embed, laws, mixture, model, show, train } from "palimpsest";',
    },
    {
      by: "ipykernel",
      program: python,
      missing: "no Python with ipykernel here",
      ...(pythonHas("torch") && { library: "import torch" }),
    },
    { by: "Deno", program: deno ? [deno, "jupyter", "--kernel", "--conn"] : undefined, missing: "no deno here" },
  ];
}

/** What is measured of one kernel, in seconds; `cpu` is of all its threads. */
interface Figures {
  start: number;
  completion: number;
  library?: number;
  cells: number;
  cpu?: number;
  megabytes?: number;
}

export interface KernelBench {
  /** Small cells per kernel; defaults to 1,000. */
  cells?: number;
  /** Kernels of each kind; defaults to 3. */
  rounds?: number;
  onProgress?: OnProgress;
}

export async function kernelRows({ cells = 1000, rounds = 3, onProgress }: KernelBench = {}): Promise<Row[]> {
  const all = contenders();
  const figures = all.map((): Figures[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [at, { by, program, library }] of all.entries()) {
      onProgress?.({
        label: "bench",
        done: round * all.length + at,
        total: rounds * all.length,
        note: `kernel, ${by}`,
      });
      if (program) figures[at]!.push(await measure(program, cells, library));
    }
  const row = (work: string, value: (of: Figures) => number | undefined, memory = false): Row => ({
    work,
    unit: "s",
    measured: all.map(({ by, program, missing, library }, at): Measured => {
      const values = figures[at]!.map(value).filter((each) => each !== undefined);
      const megabytes = memory ? figures[at]!.flatMap((of) => of.megabytes ?? []) : [];
      const why = program ? (library ? "no /proc here" : "no such library") : missing;
      return { by, rounds: values, peakMegabytes: megabytes, ...(values.length === 0 && { missing: why }) };
    }),
  });
  return [
    row("kernel: from nothing to the value of a cell", (of) => of.start),
    row("kernel: first completion, right after", (of) => of.completion),
    row("kernel: first import (palimpsest, torch)", (of) => of.library),
    row(`kernel: ${cells} cells like 1 + 2`, (of) => of.cells, true),
    row(`kernel: processor time of those`, (of) => of.cpu),
  ];
}

async function measure(program: string[], cells: number, library?: string): Promise<Figures> {
  const begun = performance.now();
  const kernel = await startKernel({ program });
  const run = (code: string): Promise<unknown> => kernel.request("execute_request", { code, silent: false });
  try {
    await run("1 + 1");
    const start = (performance.now() - begun) / 1000;
    const completion = await seconds(() => kernel.request("complete_request", { code: "par", cursor_pos: 3 }));
    const imported = library === undefined ? {} : { library: await seconds(() => run(library)) };
    const before = processOf(kernel)?.cpu ?? 0;
    const wall = await seconds(async () => {
      for (let i = 0; i < cells; i++) await run(`${i} + 2`);
    });
    const { cpu, megabytes } = processOf(kernel) ?? {};
    return { start, completion, ...imported, cells: wall, ...(cpu !== undefined && { cpu: cpu - before, megabytes }) };
  } finally {
    await kernel.close();
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

/** Processor seconds so far and memory held now; only Linux tells these of another process. */
function processOf({ pid }: Kernel): { cpu: number; megabytes: number } | undefined {
  if (process.platform !== "linux") return undefined;
  // After the name, which may hold anything: 12th and 13th are ticks, of which a second has 100 on every Linux that Node runs on.
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  return { cpu: (Number(stat[11]) + Number(stat[12])) / 100, megabytes: kilobytes / 1000 };
}
