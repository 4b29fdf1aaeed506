/**
 * Runs the tests: every `tests/**\/*.test.ts`, or those whose path contains one of the arguments:
 * `npm test -- lab --test-name-pattern=interrupt`. It is `node --test` with a say in the order of files, and with small
 * files together in a process: many would spend longer on loading the library than on their tests.
 */
"use strict";
const { spawn } = require("node:child_process");
const { createHash } = require("node:crypto");
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
  lab/tour train/rows train/resume sweep/again engine/webgpu model/gguf-real lab/notebook/runner lab/browser cli/laws cli/main model/architectures
  model/gguf-tokenizer vocab/published engine/step sweep/kills sweep/sweep train/handoff
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

/** So many small files share a process. */
const size = 8;
/**
 * What a file does to its process, which its neighbours would see: such a file has one of its own. So has one that writes the
 * least of numbers, which a process that trained takes for zero (`set_denormal_as_zero`).
 */
const own = /process\.(env\S* = |chdir\(|memoryUsage\(|on(ce)?\()|setHost\(|mutate\(/;

/** The files that have a process of their own, then groups of the others. */
function grouped(files) {
  const sharing = files.filter(
    (file) => !longest.includes(file) && !own.test(fs.readFileSync(path.join(root, file), "utf8")),
  );
  const folder = path.join(root, "node_modules", ".cache", "tests");
  fs.mkdirSync(folder, { recursive: true });
  const groups = Array.from({ length: Math.ceil(sharing.length / size) }, (_, i) => {
    const members = sharing.slice(i * size, (i + 1) * size);
    const places = JSON.stringify(members.map((file) => [file, path.join(root, file)]));
    const code = `const { describe } = require("node:test");\nfor (const [name, file] of ${places}) describe(name, () => require(file));\n`;
    const group = path.join(folder, `${createHash("sha256").update(code).digest("hex")}.cjs`);
    fs.writeFileSync(group, code);
    return group;
  });
  const alone = files.filter((file) => !sharing.includes(file));
  // Files that take longest, groups from the back of the alphabet, whose folders take longest, and what is short.
  return [...alone.slice(0, longest.length), ...groups.reverse(), ...alone.slice(longest.length)];
}

/** Starts the server of oracle.py, which ends with this process. */
function startOracle() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "palimpsest-oracle-"));
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  const socket = path.join(folder, "socket");
  const args = [path.join(__dirname, "oracle.py"), "--serve", socket];
  const env = { ...process.env, HF_HUB_OFFLINE: "1" };
  const server = spawn("python3", args, { env, stdio: ["pipe", "ignore", "ignore"] });
  server.on("error", () => {}); // No Python: what needs it skips.
  server.unref();
  server.stdin.unref();
  process.env.PALIMPSEST_ORACLE = socket;
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
  if (filters.length === 0) {
    startOracle();
    await compile([...sources("src"), ...sources("tests")]);
  }
  process.chdir(root);
  // One more than there are cores: some file always waits for a kernel, a browser or a child.
  const events = run({ files: grouped(files), concurrency: cores + 1, testNamePatterns: flags["test-name-pattern"] });
  events.on("test:fail", () => {
    process.exitCode = 1;
  });
  events.compose(new spec()).pipe(process.stdout);
}
void main();
