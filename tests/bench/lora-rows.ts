/**
 * A step of LoRA at rank 8 beside the step of all weights, ours and PyTorch's with PEFT, and beside what its FLOPs and bytes
 * say of it: the full step without the products that make gradients of frozen weights and without the optimiser's passes over
 * them, with the low-rank products, at the rates that this machine has for both.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { configOf, parameterCount } from "../../src/model/index.js";
import { linearLayers } from "../../src/architecture/index.js";
import { typescript } from "../node.js";
import { findPython, keep, run } from "./programs.js";
import { median, type Measured, type Row } from "./row.js";
import { largest, timed, type StepRowsOptions, type StepSize } from "./step-rows.js";

const rank = 8;
const small: StepSize = { work: "4.26 M parameters", shape: "4096,256,4,4,4,704,128,8", steps: 10 };

export async function loraRows({ rounds, threads, quick, device, onProgress }: StepRowsOptions): Promise<Row[]> {
  const python = await findPython();
  const script = join(__dirname, "step.ts");
  const ours = ({ shape, steps }: StepSize, of: number): string[] => [
    ...[process.execPath, ...typescript, script, shape, device, `${timed(steps, quick)}`, `${threads}`, `${of}`],
  ];
  const torch = ({ shape, steps }: StepSize, of: number): string[] => [
    ...[python ?? "python3", join(__dirname, "step.py"), shape, "eager", `${timed(steps, quick)}`],
    ...[`${threads}`, `${of}`],
  ];
  const rows: Row[] = [];
  for (const size of quick ? [small] : [small, largest(quick)]) {
    const { work, shape } = size;
    const measured: (Measured & { command?: string[] })[] = [
      { by: "palimpsest, rank 8", command: ours(size, rank), rounds: [], peakMegabytes: [] },
      { by: "palimpsest, all weights", command: ours(size, 0), rounds: [], peakMegabytes: [] },
      { by: "PEFT, rank 8, eager", command: torch(size, rank), rounds: [], peakMegabytes: [] },
      { by: "PyTorch, all weights, eager", command: torch(size, 0), rounds: [], peakMegabytes: [] },
    ];
    for (let round = 0; round < rounds; round++)
      for (const [done, each] of measured.entries()) {
        onProgress?.({ label: "bench", done, total: measured.length, note: `${work}, ${each.by}` });
        if (python === undefined && each.command![0] === "python3") each.missing = "no Python with torch here";
        else keep(each, await run(each.command!));
      }
    const full = measured[1]!;
    if (full.rounds.length > 0) measured.splice(1, 0, predicted({ shape, device, threads, full }));
    rows.push({
      work: `LoRA step, ${work}`,
      unit: "tokens/s",
      measured: measured.map(({ command: _, ...rest }) => rest),
    });
  }
  return rows;
}

/** Numbers read or written for each parameter: twelve operators of AdamW, and the norm of the gradient. */
const passes = 29;

function predicted(at: { shape: string; device: string; threads: number; full: Measured }): Measured {
  const { shape, device, threads, full } = at;
  const [vocabSize, width, layers, heads, kvHeads, ffn, context, batch] = shape.split(",").map(Number) as number[];
  const config = configOf({ vocabSize, width, layers, heads, kvHeads, ffn, context } as Parameters<typeof configOf>[0]);
  const tokens = batch! * context!;
  const matrices = linearLayers(config);
  const added = matrices.reduce((sum, each) => sum + rank * (each.out + each.width), 0);
  const { total } = parameterCount(config);
  const script = join(__dirname, "rates.ts");
  const args = [...typescript, script, `${tokens},${width},${ffn},${total}`, device, `${threads}`];
  const rates = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Record<
    "flops" | "bytes",
    number
  >;
  const products = matrices.reduce((sum, each) => sum + each.out * each.width, 0) + vocabSize! * width!;
  const flops = 2 * tokens * products - 6 * tokens * added;
  const bytes = 4 * passes * (total - added);
  const seconds = tokens / median(full.rounds) - flops / rates.flops - bytes / rates.bytes;
  // No moments of frozen weights. Their gradients were no part of the peak: that is at the end of the forward pass, which both
  // steps have alike, and gradients come to less than the activations whose place they take.
  const megabytes = median(full.peakMegabytes!) - (8 * (total - added)) / 2 ** 20;
  return {
    by: "what FLOPs and bytes say",
    version: `${(rates.flops / 1e9).toFixed(0)} GFLOP/s, ${(rates.bytes / 1e9).toFixed(1)} GB/s`,
    rounds: [tokens / seconds],
    peakMegabytes: [megabytes],
  };
}
