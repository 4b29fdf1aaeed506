/** The runs that a verb is given, as rows: of folders of runs those of their stores, filtered and sorted. `dir` is as the user would type it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Row, Store } from "../runs/index.js";
import { BadArguments, understand } from "./work.js";

export interface RowsOptions {
  where: string[];
  sort?: string;
}

export interface Gathered {
  rows: Row[];
  damaged: Store["damaged"];
}

export async function gather(
  dirs: readonly string[],
  { where, sort }: RowsOptions,
  signal: AbortSignal,
): Promise<Gathered> {
  const missing = dirs.find((dir) => !existsSync(dir));
  if (missing !== undefined) throw new BadArguments(`invalid folder: ${missing}: no such folder`);
  const { fitting, sorted, store } = await import("../runs/index.js");
  const { progressReporter } = await import("../lab/cell/progress.js");
  const { report, done } = progressReporter();
  const all: Row[] = [];
  const damaged: Store["damaged"] = [];
  const note = (text: string): void => void process.stderr.write(`note: ${text}\n`);
  try {
    for (const dir of dirs) {
      const found = await store({ dir, signal, onNote: note, onProgress: report });
      for (const row of found.rows) {
        row.dir = join(dir, String(row.dir));
        all.push(row);
      }
      damaged.push(...found.damaged.map(({ dir: inner, error }) => ({ dir: join(dir, inner), error })));
    }
  } finally {
    done();
  }
  for (const { dir, error } of damaged) note(`${dir} is left out: ${error}`);
  if (all.length === 0) throw new Error(`no runs in ${dirs.join(", ")} (a run is a folder with run.json)`);
  return { rows: understand(() => chosen(all)), damaged };

  function chosen(given: Row[]): Row[] {
    const rows = fitting(given, where);
    return sort === undefined ? rows : sorted(rows, sort);
  }
}
