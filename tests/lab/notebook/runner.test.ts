import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startKernel } from "../../../src/lab/notebook/connection.js";
import { parseNotebook, writeNotebook, type Notebook, type Output } from "../../../src/lab/notebook/notebook.js";
import { runNotebookFile } from "../../../src/lab/notebook/run-file.js";
import { runNotebook } from "../../../src/lab/notebook/runner.js";
import type { Progress } from "../../../src/types.js";
import { notebookFile, notebookOf, temporaryFolder } from "../fixture.js";

const outputsOf = (book: Notebook, at: number): Output[] => book.cells[at]?.outputs ?? [];

test("a notebook runs to its end: outputs, counts, parameters, displays, progress", async () => {
  const book = notebookOf([
    "# Start",
    'import { lab, show } from "palimpsest";\nconst { steps } = lab.params({ defaults: { steps: 1 } });\nconsole.log(steps, lab.here());',
    "   ",
    'const bar = lab.progress();\nbar.report({ label: "train", done: 1, total: 2, note: "9 tokens/s" });\nbar.done();\nconst y = 5;',
    "show([{ a: 1, b: 'x<y' }]);\ny;",
    'const chart = lab.liveChart({ data: [{ y: [1] }], layout: { title: { text: "Live" } } });',
    "for (let i = 2; i < 9; i++) chart.update({ data: [{ y: [1, i] }], layout: {} });",
  ]);
  book.cells[5]?.outputs?.push({ output_type: "stream", name: "stdout", text: "left by an earlier run" });
  const skipped = notebookOf(["throw new Error('skipped cells do not run');"]).cells.map((cell) => ({
    ...cell,
    id: "skipped",
    metadata: { tags: ["skip-execution"] },
  }));
  const before = writeNotebook(book);
  const heard: Progress[] = [];
  const folder = temporaryFolder();
  const result = await runNotebook(
    { ...book, cells: [...book.cells, ...skipped] },
    { folder, params: { steps: 7 }, onProgress: (each) => heard.push(each), name: "book" },
  );
  assert.equal(result.failure, undefined);
  assert.deepEqual([result.status, result.done, result.total], ["ok", 6, 6]);
  assert.equal(writeNotebook(book), before);

  const [told, ...cells] = result.notebook.cells;
  assert.deepEqual([told?.metadata, told?.execution_count, told?.outputs], [{ tags: ["injected-parameters"] }, 1, []]);
  const notebook = { ...result.notebook, cells };
  assert.deepEqual(
    notebook.cells.map((cell) => cell.execution_count),
    [undefined, 2, null, 3, 4, 5, 6, null],
  );
  assert.deepEqual(outputsOf(notebook, 1), [{ output_type: "stream", name: "stdout", text: `7 ${folder}\n` }]);
  assert.deepEqual(outputsOf(notebook, 3), []);
  const [table, five] = outputsOf(notebook, 4);
  assert.ok(table?.output_type === "display_data" && /x&lt;y/.test(String(table.data["text/html"])));
  assert.equal(table.data["text/plain"], "a  b\n1  x<y");
  const data = { "text/plain": "5" };
  assert.deepEqual(five, { output_type: "execute_result", data, metadata: {}, execution_count: 4 });
  const [live, ...others] = outputsOf(notebook, 5);
  assert.deepEqual(others, []);
  assert.ok(live?.output_type === "display_data");
  assert.deepEqual(live.data["application/vnd.plotly.v1+json"], { data: [{ y: [1, 8] }], layout: {} });
  assert.deepEqual(outputsOf(notebook, 6), []);

  assert.ok(heard.some((each) => each.label === "book 3/6 train" && each.done === 1 && each.note === "9 tokens/s"));
  assert.deepEqual(heard.at(-1), { label: "book", done: 6, total: 6 });
});

test("the first failing cell stops the run; what ran is on disk, its error too", async () => {
  const path = notebookFile([
    "console.log('one');",
    "# then",
    "(() => { throw new TypeError('no way'); })();",
    "console.log('never');",
  ]);
  const out = join(temporaryFolder(), "deep");
  const result = await runNotebookFile(path, { out });
  assert.equal(result.status, "failed");
  assert.deepEqual([result.failure?.cell, result.failure?.ename, result.failure?.evalue], [3, "TypeError", "no way"]);
  const saved = parseNotebook(readFileSync(join(out, "book.ipynb"), "utf8"));
  assert.deepEqual(outputsOf(saved, 0), [{ output_type: "stream", name: "stdout", text: "one\n" }]);
  const [error, ...others] = outputsOf(saved, 2);
  assert.ok(error?.output_type === "error" && error.ename === "TypeError");
  assert.match(error.traceback.join("\n"), /^TypeError: no way\n {4}at cell\[2\]:1:16/);
  assert.deepEqual(others, []);
  assert.deepEqual([outputsOf(saved, 3), saved.cells[3]?.execution_count], [[], null]);
});

test("a kernel that dies fails the cell that killed it, and says how", async () => {
  const result = await runNotebook(
    notebookOf(["1;", "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});"]),
  );
  assert.deepEqual([result.status, result.done, result.failure?.cell], ["failed", 1, 2]);
  assert.match(result.failure?.evalue ?? "", /^the kernel died: killed by SIGKILL/);
});

test("an abort lets interruptible work finish and runs no further cell", async () => {
  const controller = new AbortController();
  const training = `
    import { lab } from "palimpsest";
    const model = await lab.interruptible(async (signal) => {
      const bar = lab.progress();
      for (let step = 0; !signal.aborted; step++) {
        bar.report({ label: "train", done: step, total: 1e9 });
        await new Promise((r) => setTimeout(r, 5));
      }
      return "kept";
    });
    console.log(model);`;
  const onProgress = ({ label, done }: Progress): void => {
    if (label.endsWith("train") && done > 3) controller.abort();
  };
  const result = await runNotebook(notebookOf([training, "console.log('never');"]), {
    signal: controller.signal,
    onProgress,
  });
  assert.deepEqual([result.status, result.done, result.failure], ["interrupted", 1, undefined]);
  assert.deepEqual(outputsOf(result.notebook, 0), [{ output_type: "stream", name: "stdout", text: "kept\n" }]);
  assert.deepEqual(outputsOf(result.notebook, 1), []);
});

test("what cannot run is refused in one line, before a kernel starts", async () => {
  const python = notebookOf(["1"], { kernelspec: { name: "python3", language: "python", display_name: "Python 3" } });
  await assert.rejects(runNotebook(python), {
    message: "runNotebook: invalid notebook language: python (not a TypeScript notebook)",
  });
  await assert.rejects(
    runNotebookFile("/nowhere/x.ipynb", { out: "out" }),
    /^Error: runNotebookFile: no such file: \/nowhere\/x.ipynb$/,
  );
  const path = notebookFile([]);
  await assert.rejects(runNotebookFile(path, { out: join(path, "..") }), /invalid out: .*overwrite/);
});

test("a missing kernel, and one that dies at once, are one clear line", async () => {
  await assert.rejects(
    startKernel({ script: "/nowhere/kernel.js" }),
    /^Error: startKernel: missing kernel: \/nowhere\/kernel.js; build it/,
  );
  const broken = join(temporaryFolder(), "kernel.js");
  await assert.rejects(startKernel({ script: broken }), /missing kernel/);
  writeFileSync(broken, "console.error('cannot load zeromq'); process.exit(3);");
  await assert.rejects(startKernel({ script: broken }), {
    message: "the kernel died: exit code 3; it said: cannot load zeromq",
  });
});

/** What the first line of each failing cell says, and its error: the compiler's words, or what stands in their place. */
const refused: Record<string, [source: string, evalue: string]> = {
  "a cell that does not compile fails with the compiler's words": [
    "const x: string = 1;\nconst z: number = 'a';",
    "1:7 - Type 'number' is not assignable to type 'string'.",
  ],
  "a magic is named in one line, with where it stands": [
    "%%bash\nls -la",
    "1:1 - no magics here: line 1 is %%bash; this kernel runs TypeScript alone",
  ],
  "a magic of the shell is named too": [
    "const n = 1;\n!pip install numpy",
    "2:6 - no magics here: line 2 is !pip install numpy; this kernel runs TypeScript alone",
  ],
};

test("a cell tagged raises-exception may fail and the run goes on; a dead kernel is another matter", async (t) => {
  const failing = Object.values(refused).map(([source]) => source);
  const others = [
    "throw new Error('expected');",
    "console.log('after');",
    "const rest = 7\n  % 4;\nconst not =\n!rest;",
  ];
  const sources = [...failing, ...others, "process.exit(3);", "1"];
  const book = notebookOf(sources, { kernelspec: { name: "tslab", display_name: "a TypeScript of another name" } });
  const [thrown, after, noMagic, dies] = [0, 1, 2, 3].map((at) => failing.length + at) as [
    number,
    number,
    number,
    number,
  ];
  for (const at of [...failing.keys(), thrown, dies]) book.cells[at]!.metadata = { tags: ["raises-exception"] };
  const { status, done, failure, notebook } = await runNotebook(book);
  assert.deepEqual([status, done, failure?.cell, failure?.ename], ["failed", dies, dies + 1, "KernelError"]);
  const errorOf = (at: number): Output | undefined =>
    outputsOf(notebook, at).find((each) => each.output_type === "error");
  assert.ok(errorOf(thrown));
  assert.deepEqual(outputsOf(notebook, after), [{ output_type: "stream", name: "stdout", text: "after\n" }]);
  assert.deepEqual([notebook.cells[noMagic]!.execution_count, errorOf(noMagic)], [noMagic + 1, undefined]);
  for (const [at, [what, [, evalue]]] of Object.entries(refused).entries())
    await t.test(what, () => {
      const error = errorOf(at);
      assert.ok(error?.output_type === "error");
      assert.equal(error.evalue, evalue);
      assert.equal(outputsOf(notebook, at).length, 1);
      assert.equal(error.traceback.length, evalue.includes("magics") ? 1 : 2);
    });
});

test("a notebook for another kernel is refused before it runs, by its language or by its kernel's name", async () => {
  for (const metadata of [
    { kernelspec: { name: "python3", display_name: "Python 3" } },
    { kernelspec: null, language_info: { name: "python" } },
  ])
    await assert.rejects(runNotebook(notebookOf(["1"], metadata)), /python.*\(not a TypeScript notebook\)$/);
});
