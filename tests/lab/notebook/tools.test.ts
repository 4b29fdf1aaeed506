/** The Python tools that execute and compare notebooks, on one small notebook each: what they count, and what an error is to them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { environment } from "../../../src/environment.js";
import { installKernel } from "../../../src/lab/jupyter/kernelspec.js";
import { parseNotebook, writeNotebook, type Cell, type Notebook } from "../../../src/lab/notebook/notebook.js";
import { runNotebookFile } from "../../../src/lab/notebook/run-file.js";
import { notebookOf, temporaryFolder } from "../fixture.js";
import { pythonWith } from "../python.js";

const python = pythonWith("nbclient", "nbconvert", "papermill", "nbdime");
const metadata = {
  kernelspec: { name: "palimpsest", language: "typescript", display_name: "TypeScript (Palimpsest)" },
};
const sources = [
  "# A heading",
  "const shares: number[] = [0.5, 0.25];",
  "console.log(shares);",
  "console.log(shares.length);",
];

const script = `
import json, nbformat, nbclient, papermill, nbdime
from nbconvert.preprocessors import ExecutePreprocessor
from nbconvert import HTMLExporter
from papermill.exceptions import PapermillExecutionError
found = {}
# Seconds, on a machine that has much else to do.
patience = dict(timeout=180, startup_timeout=180, iopub_timeout=180)
good = nbclient.NotebookClient(nbformat.read("good.ipynb", 4), **patience).execute()
nbformat.write(good, "nbclient.ipynb")
bad, _ = ExecutePreprocessor(**patience, allow_errors=True).preprocess(nbformat.read("bad.ipynb", 4))
nbformat.write(bad, "nbconvert.ipynb")
found["html"] = HTMLExporter().from_notebook_node(bad)[0]
try:
    papermill.execute_notebook("bad.ipynb", "papermill.ipynb", progress_bar=False, start_timeout=180, iopub_timeout=180)
except PapermillExecutionError as error:
    found["papermill"] = [error.ename, error.evalue, error.exec_count]
found["diff"] = nbdime.diff_notebooks(nbformat.read("before.ipynb", 4), nbformat.read("after.ipynb", 4))
print(json.dumps(found))
`;

interface Difference {
  op: string;
  key: string | number;
  diff?: Difference[];
}

/** Where two notebooks differ: "cells/2/source". */
const places = (differences: Difference[]): string[] =>
  differences.flatMap(({ key, diff }) =>
    typeof key === "string" && key !== "cells" ? [key] : places(diff ?? []).map((place) => `${key}/${place}`),
  );

test(
  "nbclient, nbconvert, papermill and nbdime count, see errors, and see what changed",
  { skip: !python && "no nbclient, nbconvert, papermill or nbdime" },
  async () => {
    const dir = temporaryFolder();
    const read = (name: string): Notebook => parseNotebook(readFileSync(join(dir, `${name}.ipynb`), "utf8"), name);
    const write = (name: string, cells: string[]): void =>
      writeFileSync(join(dir, `${name}.ipynb`), writeNotebook(notebookOf(cells, metadata)));
    installKernel(join(dir, "share"));
    write("good", sources);
    write("bad", [...sources.slice(0, 3), 'throw new TypeError("no such share");', "console.log(shares.length);"]);
    const run = async (name: string, changed: boolean): Promise<void> => {
      const { notebook } = await runNotebookFile(join(dir, "good.ipynb"), { out: join(dir, "out"), changed });
      writeFileSync(join(dir, `${name}.ipynb`), writeNotebook(notebook));
    };
    await run("before", false);
    write(
      "good",
      sources.map((source) => source.replace("shares.length", "2 * shares.length")),
    );
    await run("after", true);
    write("good", sources);

    const env = environment({ JUPYTER_PATH: join(dir, "share") });
    const { status, stdout, stderr } = spawnSync(python!, ["-c", script], { cwd: dir, encoding: "utf8", env });
    assert.equal(status, 0, stderr);
    const found = JSON.parse(stdout.trim().split("\n").at(-1)!) as {
      html: string;
      papermill: unknown;
      diff: Difference[];
    };
    const shown = ({ cells }: Notebook): unknown[] =>
      cells
        .filter(({ cell_type: type }) => type === "code")
        .map(({ execution_count: count, outputs }: Cell) => [count, outputs]);
    assert.deepEqual(shown(read("nbclient")), shown(read("before")), "nbclient counts and shows what ours does");
    assert.deepEqual(
      shown(read("nbconvert")).map((each) => (each as unknown[])[0]),
      [1, 2, 3, 4],
    );
    assert.match(JSON.stringify(read("nbconvert").cells[3]!.outputs), /TypeError.*no such share/);
    assert.match(found.html, /no such share/);
    assert.deepEqual(found.papermill, ["TypeError", "no such share", 3]);
    assert.deepEqual(new Set(places(found.diff)), new Set(["cells/3/metadata", "cells/3/outputs", "cells/3/source"]));
  },
);
