/**
 * Runs the tests: every `tests/**\/*.test.ts`, or those whose path contains one of the arguments, each in a process of
 * its own: `npm test -- lab --test-name-pattern=interrupt`. It is `node --test`, with a say in the order of files.
 */
"use strict";
const { once } = require("node:events");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { run } = require("node:test");
const { spec } = require("node:test/reporters");
const { parseArgs } = require("node:util");
const { Worker } = require("node:worker_threads");

/** Those that take longest, longest first: begun last, they would be waited for alone. */
const longest = `
  lab/tour train/resume sweep/again engine/webgpu model/gguf-real lab/notebook/runner lab/browser cli/laws cli/main model/architectures
  model/gguf-tokenizer vocab/published engine/step sweep/kills sweep/sweep
`
  .trim()
  .split(/\s+/)
  .map((each) => `tests/${each}.test.ts`);

const cores = os.availableParallelism();
const root = path.resolve(__dirname, "..");
const { positionals: filters, values: flags } = parseArgs({
  allowPositionals: true,
  options: { "test-name-pattern": { type: "string", multiple: true } },
});

/** The files of TypeScript in a folder of the project and below, by their paths from its root. */
function sources(folder) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(file);
    return entry.name.endsWith(".ts") ? [file] : [];
  });
}

/** Compiles ahead what nearly every process would otherwise start the compiler for. */
async function compile(files) {
  const shares = Array.from({ length: cores }, (_, i) => files.filter((_, at) => at % cores === i));
  const file = path.join(__dirname, "compile.cjs");
  await Promise.all(shares.map((share) => once(new Worker(file, { workerData: share }), "exit")));
}

const rank = (file) => (longest.includes(file) ? longest.indexOf(file) : longest.length);

async function main() {
  const all = sources("tests").filter((file) => file.endsWith(".test.ts"));
  const gone = longest.filter((file) => !all.includes(file));
  if (gone.length > 0) throw new Error(`tests/run.cjs: invalid longest: ${gone.join(", ")} (no such file)`);
  const files = all
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort()
    .sort((a, b) => rank(a) - rank(b));
  if (files.length === 0) {
    process.stderr.write(`tests: no test file matches ${filters.join(", ") || "tests/**/*.test.ts"}\n`);
    process.exit(2);
  }
  if (filters.length === 0) await compile([...sources("src"), ...sources("tests")]);
  process.chdir(root);
  // One more than there are cores: some file always waits for a kernel, a browser or a child.
  const events = run({ files, concurrency: cores + 1, testNamePatterns: flags["test-name-pattern"] });
  events.on("test:fail", () => {
    process.exitCode = 1;
  });
  events.compose(new spec()).pipe(process.stdout);
}
void main();
