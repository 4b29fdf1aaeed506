/** Every cell of every notebook, and every TypeScript snippet of the README and the guides, compiles as the notebook kernel compiles it. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { codeCells, compileFaults, fenced, kernelCompiler, notebook, remoteLibraries, unreadable } from "./cells.js";
import { projectFiles, read } from "./sources.js";

const notebooks = projectFiles().filter((path) => path.endsWith(".ipynb") && path.startsWith("notebooks/"));
const compiler = kernelCompiler();
after(() => compiler.close());

test("the compiler of this test is the kernel's: it knows palimpsest and refuses what it does not have", () => {
  const imported = 'import { rng } from "palimpsest";\nconst seeded = rng(1);';
  assert.deepEqual(compileFaults(compiler, [imported, "const draw: number = seeded.uniform();"]), []);
  assert.match(compileFaults(compiler, [imported, "const draw: string = seeded.uniform();"]).join(), /cell 2, line 1:/);
  assert.match(compileFaults(compiler, ['import { nothing } from "palimpsest";']).join(), /nothing/);
});

for (const path of notebooks) {
  test(`${path} compiles, cell after cell`, () => {
    assert.deepEqual(compileFaults(compiler, codeCells(path)), []);
  });

  test(`${path} has no library from a network, no cell that is allowed to fail`, () => {
    assert.deepEqual(remoteLibraries(read(path)), []);
    const tags = notebook(path).cells.flatMap(({ metadata }) => metadata?.tags ?? []);
    assert.ok(!tags.includes("raises-exception"), "a raises-exception tag hides that later cells did not run");
  });

  test(`${path} has cells of at most 30 lines of 100 characters, and types in place of any`, () => {
    assert.deepEqual(codeCells(path).flatMap(unreadable), []);
  });
}

for (const page of projectFiles().filter((path) => /^(README|notebooks\/guides\/[a-z]+)\.md$/.test(path)))
  test(`the TypeScript of ${page} compiles, block after block`, () => {
    const blocks = fenced(read(page), "ts");
    assert.ok(blocks.length > 0, "it shows no TypeScript");
    assert.deepEqual(compileFaults(compiler, blocks), []);
  });

test("the readers of cells see what they are for", () => {
  assert.deepEqual(unreadable(`const a = 1;\n// ${"x".repeat(97)}`), []);
  assert.deepEqual(unreadable("a();\n".repeat(31)), ["31 lines: a();"]);
  assert.deepEqual(unreadable("lab.params();\n" + "a();\n".repeat(39)), []);
  assert.deepEqual(unreadable("x".repeat(101)), ["101 characters: " + "x".repeat(101)]);
  assert.deepEqual(unreadable("const many = [] as any[]; // as any reader knows"), ["any: const many = [] as any[];"]);
  assert.deepEqual(unreadable('f("as any: any", company);'), []);
  assert.equal(remoteLibraries('<script src="https://cdn.example.org/plotly.js">').length, 2);
  assert.equal(remoteLibraries("https:\\/\\/unpkg.com/x").length, 1);
  assert.deepEqual(remoteLibraries("https://arxiv.org/abs/2403.08763"), []);
  assert.deepEqual(fenced("```ts\na\n```\n\n```sh\nb\n```\n", "ts"), ["a\n"]);
});
