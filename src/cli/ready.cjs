/**
 * Makes a fresh clone ready: installs, compiles `src` into `dist`, and lets the package import itself by its name.
 * Plain Node without a dependency, because it runs before there are any; it is quick when there is nothing to do.
 * It is not part of the published package, which is already compiled.
 */
"use strict";
const { createHash } = require("node:crypto");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..", "..");
const at = (...parts) => path.join(root, ...parts);
const modified = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
const read = (file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");

function stop(message) {
  process.stderr.write(`ready: ${message}\n`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(`invalid Node version: ${process.versions.node}; 20.19 or newer is needed (https://nodejs.org)`);
}

/** npm, as the script that was started by npm sees it, else the one on PATH. */
function npm(args) {
  const cli = process.env.npm_execpath;
  const own = cli && /npm-cli\.c?js$/.test(cli);
  const windows = process.platform === "win32";
  return own
    ? spawnSync(process.execPath, [cli, ...args], { cwd: root, stdio: ["ignore", 2, 2] })
    : spawnSync(windows ? "npm.cmd" : "npm", args, { cwd: root, stdio: ["ignore", 2, 2], shell: windows });
}

/**
 * Installs when `node_modules` is not what the lockfile asks for: neither our stamp holds the lockfile's hash, nor has
 * npm itself written `node_modules` after the lockfile.
 */
function install() {
  const lock = at("package-lock.json");
  const stamp = at("node_modules", ".palimpsest-lock");
  const hash = () => createHash("sha256").update(read(lock)).digest("hex");
  const written = modified(at("node_modules", ".package-lock.json"));
  const current = read(stamp) === hash() || written >= modified(lock);
  if (!fs.existsSync(at("node_modules")) || written === -Infinity || !current) {
    const verb = fs.existsSync(lock) ? "ci" : "install";
    process.stderr.write(`ready: npm ${verb} (once)\n`);
    const { status, error } = npm([verb, "--no-audit", "--no-fund", "--loglevel=error"]);
    if (status !== 0) stop(`npm ${verb} failed${error ? `: ${error.message}` : ""}; run \`npm ${verb}\` to see why`);
  }
  if (read(stamp) !== hash()) fs.writeFileSync(stamp, hash());
}

function sources(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return sources(file);
    return entry.name.endsWith(".ts") ? [file] : [];
  });
}

/** Removes what was compiled from a source that is gone, so that nothing runs which nobody can read. */
function prune(files) {
  const kept = new Set(files.map((file) => path.relative(at("src"), file).replace(/\.ts$/, "")));
  const visit = (folder) => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(file);
      else {
        const name = path.relative(at("dist"), file).replace(/(\.js|\.js\.map|\.d\.ts)$/, "");
        if (!kept.has(name) && /\.(js|js\.map|d\.ts)$/.test(entry.name)) fs.rmSync(file);
      }
    }
  };
  if (fs.existsSync(at("dist"))) visit(at("dist"));
}

/** Compiles when a source is new, changed or gone. The stamp is written last, so a build that was cut off is repeated. */
function build() {
  const files = sources(at("src")).sort();
  const describe = (file) => `${path.relative(root, file)} ${fs.statSync(file).size} ${modified(file)}`;
  const state = [...files, at("tsconfig.json"), at("package.json")].map(describe).join("\n");
  const stamp = at("dist", ".built");
  const wanted = createHash("sha256").update(state).digest("hex");
  const main = at("dist", "cli", "main.js");
  if (read(stamp) !== wanted || !fs.existsSync(main)) {
    process.stderr.write("ready: compiling src into dist\n");
    fs.rmSync(stamp, { force: true });
    prune(files);
    const outputs = files.map((file) => at("dist", path.relative(at("src"), file).replace(/\.ts$/, ".js")));
    if (!outputs.every((file) => fs.existsSync(file))) fs.rmSync(at("dist", ".tsbuildinfo"), { force: true });
    const tsc = require.resolve("typescript/bin/tsc", { paths: [root] });
    const { status } = spawnSync(process.execPath, [tsc, "-p", at("tsconfig.json")], { cwd: root, stdio: [0, 2, 2] });
    if (status !== 0) stop("src does not compile; the compiler's messages are above");
    fs.writeFileSync(stamp, wanted);
  }
  fs.chmodSync(main, 0o755);
}

/**
 * A cell and a test import "palimpsest" as a reader of the published package would. Node finds a package from inside
 * itself, but the notebook kernel's TypeScript (Node10 resolution) needs it to lie in `node_modules`.
 */
function link() {
  const self = at("node_modules", "palimpsest");
  const found = fs.lstatSync(self, { throwIfNoEntry: false });
  if (found && fs.existsSync(self) && fs.realpathSync(self) === fs.realpathSync(root)) return;
  if (found) fs.rmSync(self, { recursive: true });
  fs.symlinkSync(process.platform === "win32" ? root : "..", self, "junction");
}

checkNode();
install();
build();
link();
