/**
 * The package as others install it: overrides hold in this repository alone, so nothing that a reader installs may need one, or
 * come from anywhere but a registry. (That it does install, and works there, is a stage of `.ci/run`.)
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { palimpsest, setup } from "../../src/commands.js";
import { read, root } from "./sources.js";

interface Locked {
  version?: string;
  name?: string;
  dev?: boolean;
  peer?: boolean;
  optional?: boolean;
  inBundle?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const manifest = JSON.parse(read("package.json")) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
  scripts: Record<string, string>;
  exports: Record<string, unknown>;
  overrides: Record<string, unknown>;
};
const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
/** What comes with an install elsewhere. */
const installed = Object.entries(packages).filter(([path, { dev, peer }]) => path !== "" && !dev && !peer);

test("what a reader installs comes from a registry, by version", () => {
  const elsewhere = installed.flatMap(([path, { dependencies, optionalDependencies, inBundle }]) =>
    Object.entries({ ...dependencies, ...optionalDependencies })
      .filter(([, wanted]) => !inBundle && /[:/]/.test(wanted) && !wanted.startsWith("npm:"))
      .map(([name, wanted]) => `${path}: ${name} ${wanted}`),
  );
  assert.deepEqual(elsewhere, []);
  assert.ok(installed.length > 100, `${installed.length} packages`);
});

test("every override is of what is named, bundled, or installed on request", () => {
  const needed = Object.keys(manifest.overrides).filter((name) => {
    const { inBundle, dev } = packages[`node_modules/${name}`]!;
    return !inBundle && !dev && manifest.dependencies[name] !== manifest.overrides[name];
  });
  assert.deepEqual(needed, []);
  const aliased = installed.filter(([path, { name, inBundle }]) => name && !path.endsWith(`/${name}`) && !inBundle);
  assert.deepEqual(aliased, []);
});

test("a type from any file can be named from outside, and nothing but the index loaded", () => {
  // What a cell's `const` is must be written down for the next cell, as "palimpsest/dist/train/run/run.js" names it.
  const { ".": index, ...others } = manifest.exports;
  assert.deepEqual(index, { types: "./dist/index.d.ts", default: "./dist/index.js" });
  assert.deepEqual(others, { "./dist/*.js": { types: "./dist/*.d.ts" }, "./package.json": "./package.json" });
});

test("an optional peer is one version wherever it is named", () => {
  const { peerDependencies, peerDependenciesMeta, devDependencies, scripts } = manifest;
  assert.deepEqual(Object.keys(peerDependenciesMeta), Object.keys(peerDependencies));
  assert.equal(devDependencies["danfojs-node"], peerDependencies["danfojs-node"]);
  assert.match(read("src/runs/table.ts"), new RegExp(`danfojs-node@${peerDependencies["danfojs-node"]},`));
  const gpu = `@tensorflow/tfjs-node-gpu@${peerDependencies["@tensorflow/tfjs-node-gpu"]}`;
  for (const each of [scripts["setup:gpu"]!, read("src/commands.ts")]) assert.ok(each.includes(gpu), each);
  assert.equal(setup("gpu"), "npm run setup:gpu");
});

test("npx is named only where it finds the lab: elsewhere it would run whatever a registry has of that name", () => {
  const folder = mkdtempSync(join(tmpdir(), "palimpsest-"));
  assert.equal(palimpsest("doctor", folder), `node ${join(root, "dist", "cli", "main.js")} doctor`);
  mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
  writeFileSync(join(folder, "node_modules", ".bin", "palimpsest"), "");
  assert.equal(palimpsest("doctor", join(folder, "notebooks")), "npx palimpsest doctor");
  assert.equal(palimpsest("doctor", join(root, "notebooks")), "npx palimpsest doctor");
});
