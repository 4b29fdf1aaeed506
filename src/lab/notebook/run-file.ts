/**
 * A notebook file in, the executed notebook file out. The one that was given is never written to; what ran so far is on
 * disk after every cell, so that a kill loses no finished work.
 */
import { accessSync, constants, mkdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { writeAtomically } from "../../files.js";
import { readText } from "../../json-file.js";
import { parseNotebook, writeNotebook } from "./notebook.js";
import { runNotebook, type RunOptions, type RunResult } from "./runner.js";

export interface RunFileOptions extends RunOptions {
  /** The folder the executed notebook goes to, under its own name. */
  out: string;
}

export interface RunFileResult extends RunResult {
  /** The executed notebook. */
  path: string;
}

export async function runNotebookFile(path: string, options: RunFileOptions): Promise<RunFileResult> {
  const target = resolve(options.out, basename(path));
  if (target === resolve(path))
    throw new Error(`runNotebookFile: invalid out: ${options.out}; it would overwrite ${path}`);
  const given = parseNotebook(readText(path, "runNotebookFile"), path);
  // Found out now, not after the first cell has run for an hour.
  checkWritable(dirname(target));
  const folder = options.folder ?? dirname(resolve(path));
  const result = await runNotebook(given, {
    name: basename(path, ".ipynb"),
    ...options,
    folder,
    onCell: (notebook) => {
      writeAtomically(target, writeNotebook(notebook));
      options.onCell?.(notebook);
    },
  });
  writeAtomically(target, writeNotebook(result.notebook));
  return { ...result, path: join(options.out, basename(path)) };
}

function checkWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Error(`runNotebookFile: cannot write to ${folder}: ${(error as Error).message}`, { cause: error });
  }
}
