/** Small notebooks for the tests of the runner and of JupyterLab. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNotebook, type Cell, type Notebook } from "../../src/lab/notebook/notebook.js";

/** A notebook of code cells; a source that begins with "#" is markdown. */
export function notebookOf(sources: string[], metadata: Record<string, unknown> = {}): Notebook {
  const cells = sources.map((source, at): Cell => {
    const shared = { id: `cell-${at}`, metadata: {}, source };
    return source.startsWith("#")
      ? { ...shared, cell_type: "markdown" }
      : { ...shared, cell_type: "code", outputs: [], execution_count: null };
  });
  return { cells, metadata, nbformat: 4, nbformat_minor: 5 };
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "palimpsest-test-"));
}

/** Writes a notebook into a folder of its own; returns its path. */
export function notebookFile(sources: string[], name = "book.ipynb"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, writeNotebook(notebookOf(sources)));
  return path;
}

/** What a cell computes without a pause until the file is there: for as long as a test wants it to. */
export const computeUntil = (path: string): string =>
  `await 0; while (!(require as any)("fs").existsSync(${JSON.stringify(path)}));`;
