/** papermill's own command on our kernel, with the translator as pip would install it: a module and its entry point. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { environment } from "../../../src/environment.js";
import { installKernel } from "../../../src/lab/jupyter/kernelspec.js";
import { parseNotebook, writeNotebook } from "../../../src/lab/notebook/notebook.js";
import { withParameters } from "../../../src/lab/notebook/parameters-cell.js";
import { notebookOf, temporaryFolder } from "../fixture.js";
import { pythonWith } from "../python.js";

const python = pythonWith("papermill");
const source = join(__dirname, "../../../src/lab/jupyter/papermill");
const folder = temporaryFolder();
const book = join(folder, "book.ipynb");
const given = { steps: 10, name: 'a "b" 한국', shares: [0, 0.5] };

/** A folder as `pip install --target` leaves it, by the entry points of pyproject.toml. */
function installed(): string {
  const site = join(folder, "site");
  const info = join(site, "palimpsest_papermill-0.1.0.dist-info");
  mkdirSync(info, { recursive: true });
  copyFileSync(join(source, "palimpsest_papermill.py"), join(site, "palimpsest_papermill.py"));
  const project = readFileSync(join(source, "pyproject.toml"), "utf8");
  const [, group, line] = /^\[project\.entry-points\."(.+)"\]\n(.+) = "(?:.+)"$/m.exec(project)!;
  const target = /^palimpsest = "(.+)"$/m.exec(project)![1];
  writeFileSync(join(info, "METADATA"), "Metadata-Version: 2.1\nName: palimpsest-papermill\nVersion: 0.1.0\n");
  writeFileSync(join(info, "entry_points.txt"), `[${group}]\n${line} = ${target}\n`);
  return site;
}

function papermill(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = environment({ PYTHONPATH: installed(), JUPYTER_PATH: join(folder, "share") });
  return spawnSync(python!, ["-m", "papermill", ...words], { encoding: "utf8", env, cwd: folder });
}

test("papermill puts parameters where --set does, and runs the notebook", { skip: !python && "no papermill" }, () => {
  installKernel(join(folder, "share"));
  const sources = [
    'import { lab } from "palimpsest";\nconst settings = lab.params({\n  defaults: {\n' +
      '    steps: 3, // updates\n    name: "x",\n    shares: [1],\n  },\n});',
    "console.log(JSON.stringify({ ...settings }));",
  ];
  const notebook = notebookOf(sources, {
    kernelspec: { name: "palimpsest", language: "typescript", display_name: "P" },
  });
  notebook.cells[0]!.metadata = { tags: ["parameters"] };
  writeFileSync(book, writeNotebook(notebook));
  const values = ["-p", "steps", "10", "-p", "name", given.name, "-y", "shares: [0, 0.5]"];
  const { status, stderr } = papermill(book, "out.ipynb", ...values, "-k", "palimpsest", "--start-timeout", "180");
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /unknown parameter/, "it knows which the notebook has");
  const { cells } = parseNotebook(readFileSync(join(folder, "out.ipynb"), "utf8"), "out.ipynb");
  const ours = withParameters(notebook, given).cells[1]!;
  const named = (text: string): string[] => text.split("\n").sort();
  assert.deepEqual(named(cells[1]!.source), named(ours.source));
  assert.deepEqual(cells[1]!.metadata.tags, ours.metadata.tags);
  assert.match(JSON.stringify(cells[2]), /\\"steps\\":10,\\"name\\":/);
});
