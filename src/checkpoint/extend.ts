/**
 * A folder for a wider tokenizer, as `embed.grow` and `model.save` would write it, in little memory: the tables are read row by
 * row and nothing else is read at all.
 */
import { growPlan, initialisers, meanOf, newRows, type GrowReport, type InitOptions } from "../embed/index.js";
import type { Folder } from "./folder.js";
import { memoryFor } from "./memory.js";
import { openTable } from "./stored-table.js";
import { writeFolder } from "./write-folder.js";
import { resized } from "./write-rows.js";

export interface ExtendOptions extends InitOptions {
  /** What `open` gave. */
  base: Folder;
  /** The folder to write. */
  out: string;
  /** As in `embed.grow`. */
  rows?: readonly number[];
}

export interface Extended {
  report: GrowReport;
  /** Rows of the tables. */
  rows: number;
  /** Bytes of the table that were held in memory; 0 where it was read row by row. */
  held: number;
  /** Files of the base's folder that are not written, and why. */
  leftOut: Record<string, string>;
}

export async function extend(options: ExtendOptions): Promise<Extended> {
  const { base, out, rows: afresh, init, tokenizer, signal, onProgress } = options;
  const { dir, input, output, biases } = base;
  const caller = "checkpoint.extend";
  const initialiser =
    typeof init === "object" ? init : Object.hasOwn(initialisers, init) ? initialisers[init] : undefined;
  const held = initialiser
    ? memoryFor({ caller, init: typeof init === "object" ? "custom" : init, initialiser, shape: input.shape })
    : 0;
  const plan = growPlan({ base: base.tokenizer, tokenizer, ...(afresh && { rows: afresh }) });
  const opened = [input, output, ...biases].map((stored) => stored && openTable(dir, stored));
  try {
    const [inputTable, outputTable, ...biasTables] = opened;
    const { rows, tables, report } = await newRows({
      caller,
      base: {
        tokenizer: base.tokenizer,
        input: { name: input.name, table: inputTable! },
        output: output && { name: output.name, table: outputTable! },
      },
      options,
      ...plan,
      rows: base.rows,
    });
    for (const [n, bias] of biases.entries()) {
      const mean = meanOf(biasTables[n]!, plan.shared.base);
      tables[bias.name] = { made: new Float32Array(plan.newIds.length).fill(mean[0]!), mean };
    }
    const leftOut = await writeFolder({
      folder: base,
      out,
      rewritten: resized(base, { ...plan, tokenizer, rows, tables }),
      signal,
      onProgress,
    });
    return { report, rows, held, leftOut };
  } finally {
    for (const table of opened) table?.close();
  }
}
