/**
 * Lets Node run the project's TypeScript as it stands: `node -r ./tests/typescript.cjs FILE.ts`, tests and their child
 * processes alike. Files are compiled one by one, unchecked (`npm run types` checks), and kept under their hash. It does
 * less than tsx, which looks into packages too, and so starts in half its time: that counts over hundreds of processes.
 */
"use strict";
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
const kept = path.join(root, "node_modules", ".cache", "typescript");
const ownHash = createHash("sha256").update(fs.readFileSync(__filename)).digest("hex");
fs.mkdirSync(kept, { recursive: true });

function compile(source, file) {
  const ts = require("typescript");
  const { outputText } = ts.transpileModule(source, {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      inlineSourceMap: true,
    },
  });
  return outputText;
}

function compiled(file) {
  const source = fs.readFileSync(file, "utf8");
  const place = path.join(kept, createHash("sha256").update(ownHash).update(file).update(source).digest("hex"));
  try {
    return fs.readFileSync(place, "utf8");
  } catch {
    const code = compile(source, file);
    const partial = `${place}.${process.pid}`;
    fs.writeFileSync(partial, code);
    fs.renameSync(partial, place);
    return code;
  }
}

/** Lines of errors are those of the source; maps of packages, of which TensorFlow.js has megabytes, stay unread. */
function mapped(load, wanted) {
  return (module, file) => {
    process.setSourceMapsEnabled(wanted);
    try {
      load(module, file);
    } finally {
      process.setSourceMapsEnabled(true);
    }
  };
}
Module._extensions[".js"] = mapped(Module._extensions[".js"], false);
Module._extensions[".ts"] = mapped((module, file) => module._compile(compiled(file), file), true);
process.setSourceMapsEnabled(true);

module.exports = { compiled };

/** What TypeScript imports as "./x.js" is "./x.ts" here. */
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  if (/^\.\.?\/.*\.js$/.test(request) && parent?.filename?.endsWith(".ts")) {
    const file = path.resolve(path.dirname(parent.filename), `${request.slice(0, -2)}ts`);
    if (fs.existsSync(file)) return file;
  }
  try {
    return resolve(request, parent, ...rest);
  } catch (error) {
    const file = error.code === "ERR_PACKAGE_PATH_NOT_EXPORTED" ? importable(request) : undefined;
    if (file === undefined) throw error;
    return file;
  }
};

/** `import("name/part")` is compiled to require here, which a package that is for import alone does not let through. */
function importable(request) {
  const [, name, part] = /^(@[^/]+\/[^/]+|[^/]+)\/?(.*)$/.exec(request);
  const folder = path.join(root, "node_modules", name);
  const { exports } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = exports[part === "" ? "." : `./${part}`]?.import;
  return file && path.join(folder, file);
}
