/**
 * A notebook file in, the executed notebook file out. The one that was given is never written to; what ran so far is on
 * disk after every cell, so that a kill loses no finished work. What each cell was run with is written into the executed
 * one, so that later only what has changed need run again.
 */
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { writeAtomically } from "../../files.js";
import { readText } from "../../json-file.js";
import { parseNotebook, writeNotebook, type Notebook } from "./notebook.js";
import { withParameters } from "./parameters-cell.js";
import { runNotebook, type RunOptions, type RunResult } from "./runner.js";
import { cellsOf, changedCells, type KnownCell, type Reason } from "./stale.js";

export interface RunFileOptions extends Omit<RunOptions, "only" | "records"> {
  /** The folder the executed notebook goes to, under its own name. */
  out: string;
  /** Runs only what is not as the executed notebook in `out` shows it, and what that needs. */
  changed?: boolean;
  /** Called with the cells that will run, and why, before the first does. */
  onChanged?: (reasons: readonly Reason[]) => void;
}

export interface RunFileResult extends RunResult {
  /** The executed notebook. */
  path: string;
}

export async function runNotebookFile(path: string, options: RunFileOptions): Promise<RunFileResult> {
  const { out, changed = false, params, onChanged } = options;
  const target = resolve(out, basename(path));
  if (target === resolve(path)) throw new Error(`runNotebookFile: invalid out: ${out}; it would overwrite ${path}`);
  const { notebook, cells, reasons, folder } = changesIn(path, options);
  // Found out now, not after the first cell has run for an hour.
  checkWritable(dirname(target));
  if (changed) onChanged?.(reasons);
  const result = await runNotebook(notebook, {
    name: basename(path, ".ipynb"),
    ...options,
    // The notebook has their cell already.
    params: undefined,
    env: {
      ...options.env,
      ...(params !== undefined && { PALIMPSEST_PARAMS: JSON.stringify(params) }),
      ...(changed && { PALIMPSEST_CHANGED: "1" }),
    },
    folder,
    records: new Map(cells.map(({ cell, record }) => [cell.id, record])),
    ...(changed && { only: new Set(reasons.map(({ known }) => known.cell.id)) }),
    onCell: (notebook) => {
      writeAtomically(target, writeNotebook(notebook));
      options.onCell?.(notebook);
    },
  });
  writeAtomically(target, writeNotebook(result.notebook));
  return { ...result, path: join(out, basename(path)) };
}

export interface Changes {
  /** The notebook, with the outputs that its executed copy has. */
  notebook: Notebook;
  cells: KnownCell[];
  reasons: Reason[];
  folder: string;
}

/** What `runNotebookFile` would run, and why, with `changed`; reads the notebook and its executed copy in `out`, if there is one. */
export function changesIn(
  path: string,
  { out, params, folder = dirname(resolve(path)), changed }: RunFileOptions,
): Changes {
  const given = parseNotebook(readText(path, "runNotebookFile"), path);
  const notebook = params === undefined ? given : withParameters(given, params);
  const cells = cellsOf(notebook, folder);
  if (!changed) return { notebook, cells, reasons: [], folder };
  const target = join(out, basename(path));
  const executed = existsSync(target) ? parseNotebook(readText(target, "runNotebookFile"), target) : undefined;
  return { notebook: withOutputs(notebook, executed), cells, reasons: changedCells(cells, executed), folder };
}

function withOutputs(notebook: Notebook, executed: Notebook | undefined): Notebook {
  const before = new Map(executed?.cells.map((cell) => [cell.id, cell]));
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    const { outputs = [], execution_count: count = null, metadata } = before.get(cell.id) ?? { metadata: {} };
    const { palimpsest } = metadata as Record<string, unknown>;
    return {
      ...cell,
      outputs,
      execution_count: count,
      metadata: { ...cell.metadata, ...(palimpsest !== undefined && { palimpsest }) },
    };
  });
  return { ...notebook, cells };
}

function checkWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Error(`runNotebookFile: cannot write to ${folder}: ${(error as Error).message}`, { cause: error });
  }
}
