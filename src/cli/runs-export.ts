/** `palimpsest runs export`: the table of runs and their curves for other programs. */
import { join, resolve } from "node:path";
import type { Row } from "../runs/index.js";
import { gather, type RowsOptions } from "./runs-rows.js";
import { BadArguments, type Outcome, type Work } from "./work.js";

export interface ExportVerbOptions extends RowsOptions {
  to: string;
  out: string;
  curves?: boolean;
  by?: string;
}

interface Asked {
  rows: Row[];
  dirs: readonly string[];
  out: string;
  withCurves: boolean;
  by: string | undefined;
  signal: AbortSignal;
}

/** Each answers with what it wrote. */
export const exporters: Record<string, (asked: Asked) => Promise<string[]>> = {
  async parquet({ rows, out, withCurves, signal }) {
    const { curveKinds, curves, kindsOf, writeRows } = await import("../runs/index.js");
    const [table, long] = [join(out, "runs.parquet"), join(out, "curves.parquet")];
    await writeRows({ path: table, kinds: kindsOf(rows), rows: [rows] });
    if (!withCurves) return [table];
    await writeRows({ path: long, kinds: curveKinds, rows: curves({ rows, signal }) });
    return [table, long];
  },
  async csv({ rows, out, withCurves, signal }) {
    const { columnsOf, curveKinds, curves, writeCsvRows } = await import("../runs/index.js");
    const [table, long] = [join(out, "runs.csv"), join(out, "curves.csv")];
    await writeCsvRows({ path: table, columns: columnsOf(rows), rows: [rows] });
    if (!withCurves) return [table];
    await writeCsvRows({ path: long, columns: Object.keys(curveKinds), rows: curves({ rows, signal }) });
    return [table, long];
  },
  async html({ rows, dirs, out, by, signal }) {
    const { mostOnPage, pageOf } = await import("./runs-page.js");
    if (rows.length > mostOnPage)
      throw new Error(`${rows.length} runs are more than a page shows, ${mostOnPage} (choose with --where)`);
    const { writeAtomically } = await import("../files.js");
    const path = /\.html?$/i.test(out) ? out : join(out, "runs.html");
    writeAtomically(path, await pageOf({ rows, of: dirs.join(", "), by, signal }));
    return [path];
  },
};

export async function exportVerb(dirs: string[], options: ExportVerbOptions, { signal }: Work): Promise<Outcome> {
  const { to, out, by, curves: withCurves = false } = options;
  if (!Object.hasOwn(exporters, to))
    throw new BadArguments(`invalid --to: ${to} (one of ${Object.keys(exporters).join(", ")})`);
  if (to !== "html" && dirs.some((dir) => resolve(dir) === resolve(out)))
    throw new BadArguments(`invalid --out: ${out} is a folder of runs, whose own table is there (another folder)`);
  const { rows, damaged } = await gather(dirs, options, signal);
  if (rows.length === 0) throw new Error("no run fits --where");
  const written = await exporters[to]!({ rows, dirs, out, withCurves, by, signal });
  return { json: { runs: rows.length, written, damaged }, text: `wrote ${rows.length} runs: ${written.join(", ")}` };
}
