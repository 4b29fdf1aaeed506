/**
 * Runs the tests: every `tests/**\/*.test.ts`, or those whose path contains one of the arguments.
 * Arguments that start with a dash go to `node --test`, e.g. `npm test -- lab --test-name-pattern=interrupt`.
 */
"use strict";
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith("-"));
const filters = args.filter((arg) => !arg.startsWith("-"));

function testsIn(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return testsIn(file);
    return entry.name.endsWith(".test.ts") ? [path.relative(root, file)] : [];
  });
}

const files = testsIn(__dirname)
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .sort();
if (files.length === 0) {
  process.stderr.write(`tests: no test file matches ${filters.join(", ") || "tests/**/*.test.ts"}\n`);
  process.exit(2);
}
const reporter = flags.some((flag) => flag.startsWith("--test-reporter")) ? [] : ["--test-reporter=spec"];
// One more than there are cores: some file always waits for a kernel, a browser or a child.
const concurrency = `--test-concurrency=${os.availableParallelism() + 1}`;
const loader = ["-r", path.join(__dirname, "typescript.cjs")];
const node = [...loader, "--test", concurrency, ...reporter, ...flags, ...files];
const { status, signal } = spawnSync(process.execPath, node, { cwd: root, stdio: "inherit" });
process.exit(signal ? 1 : (status ?? 1));
