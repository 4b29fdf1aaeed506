/** The command as a user types it, compiled. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { commandLine } from "../../src/cli/main.js";
import { notebookFile, temporaryFolder } from "../lab/fixture.js";
import { pythonWith } from "../lab/python.js";
import { main, palimpsests, type Ran } from "./palimpsest.js";

function palimpsest(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8", cwd: temporaryFolder() });
}

function verbs(command: Command): Command[] {
  return command.commands.flatMap((each) => [each, ...verbs(each)]);
}

test("every verb's --help has an example that begins with the verb", async () => {
  const all = verbs(await commandLine());
  assert.ok(all.length >= 3);
  for (const verb of all) {
    let text = "";
    verb.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
    const words = `${verb.parent?.parent ? `${verb.parent.name()} ` : ""}${verb.name()}`;
    assert.match(text, new RegExp(`Example:\n  \\$ (npx )?palimpsest ${words}`), words);
  }
});

test("exit codes: 0 for help and version, 2 for what is not understood", () => {
  assert.equal(palimpsest("--version").status, 0);
  assert.equal(palimpsest("bogus").status, 2);
  assert.deepEqual(
    palimpsests([["--help"], ["run", "--help"], ["--version"]]).map(({ status }) => status),
    [0, 0, 0],
  );
  const path = notebookFile(["1"]);
  const broken = ["{", "[1]"].map((text, i) => {
    const file = join(temporaryFolder(), `params-${i}.json`);
    writeFileSync(file, text);
    return ["run", path, "--params", file];
  });
  const bad = [["bogus"], ["run"], ["run", "x.ipynb", "--bogus"], ["run", "missing.ipynb"], ["kernel", "bogus"]];
  bad.push(
    ["figures"],
    ["figures", "x", "--column", "cvpr"],
    ["figures", "x", "--format", "eps"],
    ["figures", "x", "--dpi", "x"],
  );
  const settings = notebookFile(["lab.params({ defaults: { steps: 300, languages: ['en'] } })"]);
  const sets = [
    [settings, "--set", "stesp=3"],
    [settings, "--set", "steps=3", "--set", "steps=many"],
    [settings, "--set", "steps"],
    [path, "--set", "steps=3"],
  ].map((args) => ["run", ...args]);
  sets.push(["tour", "--params", '{"peaks":1}']);
  const others = [...sets, ["run", path, path], ["lab", "--port", "x"], ["run", path, "--out", "/dev/null/out"]];
  const said = palimpsests([...bad, ...broken, ...others], { cwd: temporaryFolder() });
  for (const [i, { status, stdout, stderr }] of said.slice(0, bad.length).entries()) {
    assert.equal(status, 2, bad[i]!.join(" "));
    assert.ok(stderr.length > 0 && stdout === "", bad[i]!.join(" "));
  }
  for (const { status, stderr } of said.slice(bad.length, -others.length)) {
    assert.equal(status, 2);
    assert.match(stderr, /^palimpsest run: invalid --params: [^\n]*\n$/);
  }
  const settingFaults = said.slice(-others.length).slice(0, sets.length);
  assert.deepEqual(
    settingFaults.slice(0, -1).map(({ status, stderr }) => [status, stderr.replaceAll(/\S*\/book/g, "book")]),
    [
      "book.ipynb: params: invalid parameter: stesp; did you mean steps? this notebook has steps, languages",
      "invalid --set: steps=many (a number is needed; its default is 300)",
      'invalid --set: "steps" (name=value is needed, e.g. steps=300)',
      "book.ipynb has no settings: no cell of it calls lab.params({ defaults })",
    ].map((line) => [2, `palimpsest run: ${line}\n`]),
  );
  const tour = settingFaults.at(-1)!;
  assert.equal(tour.status, 2);
  assert.match(
    tour.stderr,
    /^palimpsest tour: \S+00-tour\.ipynb: params: invalid parameter: peaks; did you mean peak\?/,
  );
  const [twice, port, unwritable] = said.slice(sets.length - others.length) as [Ran, Ran, Ran];
  assert.match(twice.stderr, /two are called book.ipynb/);
  assert.match(port.stderr, /^palimpsest lab: invalid --port: x; a number/);
  assert.deepEqual([unwritable.status, unwritable.stderr.split("\n").length], [1, 2]);
  assert.match(unwritable.stderr, /^palimpsest run: runNotebookFile: cannot write to \/dev\/null\/out: /);
});

test("run prints where the executed notebook is; Python's nbformat and nbconvert accept it", (t) => {
  const show = 'import { show } from "palimpsest";\nshow({ html: "<b>x</b>" });';
  const path = notebookFile(["# Title", "console.log(1);", show]);
  const out = temporaryFolder();
  const { status, stdout } = palimpsest("run", path, "--out", out);
  const executed = join(out, "book.ipynb");
  assert.equal(status, 0);
  assert.equal(stdout.replace(/[\d.]+ s\n$/, ""), `${executed}: 2 cells in `);

  const python = pythonWith("nbconvert", "nbformat");
  if (python === undefined) return t.skip("the rest needs a Python with nbconvert: pip install nbconvert");
  const check = `import sys, warnings, nbformat
with warnings.catch_warnings():
    warnings.simplefilter("error")
    nbformat.validate(nbformat.read(sys.argv[1], 4))
from nbconvert.nbconvertapp import main
main(["--to", "html", sys.argv[1]])`;
  const html = spawnSync(python, ["-c", check, executed], { encoding: "utf8" });
  assert.equal(html.status, 0, html.stderr);
  assert.match(readFileSync(join(out, "book.html"), "utf8"), /<b>x<\/b>/);
});

test("run fails with the cell, its source and its error, in words and as JSON", () => {
  const path = notebookFile(["1", 'const why = "bad";\nthrow new Error(why);', "2"]);
  const out = temporaryFolder();
  const { status, stdout, stderr } = palimpsest("run", path, "--out", out, "--json");
  assert.equal(status, 1);
  assert.match(stderr, /cell 2 failed: Error: bad\n {4}1 \| const why = "bad";\n {4}2 \| throw new Error\(why\);\n/);
  const { notebooks } = JSON.parse(stdout) as {
    notebooks: [{ status: string; failure: { cell: number; evalue: string } }];
  };
  assert.deepEqual([notebooks[0].status, notebooks[0].failure.cell, notebooks[0].failure.evalue], ["failed", 2, "bad"]);
  assert.ok(existsSync(join(out, "book.ipynb")));
});

test("the first Ctrl-C finishes the cell and saves; the second stops at once", async () => {
  const book = (then: string): string => {
    const report = "lab.progress().report({ label: 'on', done: 1, total: 2 });";
    const work = `async (s) => { ${report} await new Promise<void>((r) => ${then}); }`;
    return notebookFile([`import { lab } from "palimpsest";\nawait lab.interruptible(${work});`, "1"]);
  };
  const press = async (path: string, times: number): Promise<{ code: number | null; stderr: string }> => {
    const child = spawn(process.execPath, [main, "run", path, "--out", temporaryFolder()], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    let pressed = 0;
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      const ready = pressed === 0 ? / on 50%/.test(stderr) : /finishing; press again/.test(stderr);
      if (!ready || pressed === times) return;
      pressed++;
      child.kill("SIGINT");
    });
    const code = await new Promise<number | null>((done) => child.on("close", done));
    return { code, stderr };
  };
  const good = await press(book("s.addEventListener('abort', () => r())"), 1);
  assert.equal(good.code, 1);
  assert.match(good.stderr, /interrupted after cell 1 of 2; what ran so far is in/);
  const deaf = await press(book("void r"), 2);
  assert.equal(deaf.code, 130);
});

test("lab without Python says what is missing and what works without it", () => {
  // A copy, because a .venv in this folder needs no other Python.
  const root = resolve(__dirname, "../..");
  const bare = temporaryFolder();
  cpSync(join(root, "dist"), join(bare, "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(bare, "package.json"));
  mkdirSync(join(bare, "node_modules"));
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== "palimpsest")
      symlinkSync(join(root, "node_modules", name), join(bare, "node_modules", name), "junction");
  const options = {
    encoding: "utf8" as const,
    cwd: temporaryFolder(),
    env: { PATH: "/nowhere", HOME: temporaryFolder() },
  };
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(bare, "dist", "cli", "main.js"), "lab", "--no-browser"],
    options,
  );
  assert.equal(status, 1);
  assert.match(stderr, /palimpsest lab: findPython: no Python 3.10 or newer .* palimpsest kernel install\n$/);
});

test("kernel install writes what Jupyter looks for, and remove takes it away", () => {
  const prefix = temporaryFolder();
  const file = join(prefix, "share", "jupyter", "kernels", "palimpsest", "kernel.json");
  assert.equal(palimpsest("kernel", "install", "--prefix", prefix).status, 0);
  const spec = JSON.parse(readFileSync(file, "utf8")) as { argv: string[]; language: string };
  assert.ok(existsSync(spec.argv[0] ?? "") && existsSync(spec.argv[1] ?? "") && spec.argv[2] === "{connection_file}");
  assert.equal(spec.language, "typescript");
  assert.deepEqual(JSON.parse(palimpsest("kernel", "remove", "--prefix", prefix, "--json").stdout), { removed: true });
  assert.ok(!existsSync(file));
  assert.equal(palimpsest("kernel", "remove", "--prefix", prefix).stdout, "there was none\n");
});
