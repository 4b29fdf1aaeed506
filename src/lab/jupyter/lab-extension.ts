/**
 * Writes the JupyterLab extension that draws our figures below a Jupyter data folder: its three files are made here, with
 * no bundler, from the compiled `plotly-renderer.ts` and the plotly.js of this package.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { writeAtomically } from "../../files.js";
import { packageRoot } from "../paths.js";

const name = "palimpsest-plotly";

/** Settings that a JupyterLab needs for it: no second renderer of the same MIME type, no questions about news. */
export const labSettings: object = {
  disabledExtensions: {
    "jupyterlab-plotly": true,
    "@jupyterlab/plotly-extension:factory": true,
    "@jupyterlab/apputils-extension:announcements": true,
  },
};

export function installLabextension(dataFolder: string): void {
  const folder = join(dataFolder, "labextensions", name);
  const compiled = readFileSync(join(packageRoot, "dist", "lab", "plotly-renderer.js"), "utf8");
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  const load = "static/remoteEntry.js";
  const described = {
    name,
    version,
    jupyterlab: { mimeExtension: true, _build: { load, mimeExtension: "./mimeExtension" } },
  };
  copyLarge(plotlyBundle(), join(folder, "static", "plotly.min.js"));
  // The compiler writes for Node, where a module has `exports`.
  writeAtomically(join(folder, load), `((exports) => {\n${compiled}\n})({});\n`);
  writeAtomically(join(folder, "package.json"), JSON.stringify(described, null, 1));
}

/** The browser bundle of the plotly.js that this package depends on. */
export function plotlyBundle(): string {
  const main = createRequire(__filename).resolve("plotly.js/package.json");
  return join(dirname(main), "dist", "plotly.min.js");
}

/** Copies unless a file of the same size is there: it is megabytes, and this happens at every start. */
function copyLarge(from: string, to: string): void {
  if (existsSync(to) && statSync(to).size === statSync(from).size) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, `${to}.part`);
  renameSync(`${to}.part`, to);
}
