import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  installKernel,
  installedKernel,
  jupyterDataFolder,
  removeKernel,
} from "../../../src/lab/jupyter/kernelspec.js";
import { temporaryFolder } from "../fixture.js";

const home = join("/home", "u");
const folders: [string, string, Record<string, string>, string][] = [
  ["JUPYTER_DATA_DIR first", "linux", { JUPYTER_DATA_DIR: "/data", XDG_DATA_HOME: "/xdg" }, "/data"],
  ["then XDG on Linux", "linux", { XDG_DATA_HOME: "/xdg" }, join("/xdg", "jupyter")],
  ["else ~/.local/share", "linux", {}, join(home, ".local", "share", "jupyter")],
  ["the Library on macOS", "darwin", { XDG_DATA_HOME: "/xdg" }, join(home, "Library", "Jupyter")],
  ["APPDATA on Windows", "win32", { APPDATA: "/roaming" }, join("/roaming", "jupyter")],
];
for (const [what, platform, env, folder] of folders) {
  test(`the user's Jupyter folder: ${what}`, () => assert.equal(jupyterDataFolder({ platform, env, home }), folder));
}

test("an installed kernel is known to be there, and to be stale when it starts something else", () => {
  const folder = temporaryFolder();
  assert.equal(installedKernel(folder), undefined);
  const file = installKernel(folder);
  assert.deepEqual(installedKernel(folder), { file, stale: false });
  writeFileSync(file, JSON.stringify({ argv: ["/gone/node", "/gone/kernel.js"] }));
  assert.deepEqual(installedKernel(folder), { file, stale: true });
  writeFileSync(file, "{");
  assert.deepEqual(installedKernel(folder), { file, stale: true });
  assert.equal(removeKernel(folder), true);
  assert.equal(removeKernel(folder), false);
});
