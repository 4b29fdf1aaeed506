/**
 * Writes the extension of JupyterLab and Notebook 7 that draws our figures, gives an opened notebook what its kernel has
 * put out, and marks its stale cells, below a Jupyter data folder: its three files are made here, with no bundler, from what is compiled of the folder
 * `page` and the plotly.js of this package.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { writeAtomically } from "../../files.js";
import { packageRoot } from "../paths.js";

const name = "palimpsest";

/** Those that run in the page, the one that begins first. */
const scripts = ["remote-entry", "plotly-renderer", "outputs-so-far", "stale-cells"];

/** Settings that a JupyterLab needs for it: no second renderer of the same MIME type, an earlier one of ours included; no questions about news. */
export const labSettings: object = {
  disabledExtensions: {
    "palimpsest-plotly": true,
    "jupyterlab-plotly": true,
    "@jupyterlab/plotly-extension:factory": true,
    "@jupyterlab/apputils-extension:announcements": true,
  },
};

export function installLabextension(dataFolder: string): void {
  const folder = join(dataFolder, "labextensions", name);
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  const load = "static/remoteEntry.js";
  const described = {
    name,
    version,
    jupyterlab: {
      extension: true,
      mimeExtension: true,
      _build: { load, extension: "./extension", mimeExtension: "./mimeExtension" },
    },
  };
  copyLarge(plotlyBundle(), join(folder, "static", "plotly.min.js"));
  writeAtomically(join(folder, load), asOne(scripts));
  writeAtomically(join(folder, "package.json"), JSON.stringify(described, null, 1));
}

/** The compiler writes for Node, where a module has `exports` and `require`; here both are given to each in one script. */
function asOne([first, ...others]: readonly string[]): string {
  const folder = join(packageRoot, "dist", "lab", "jupyter", "page");
  const compiled = (name: string): string =>
    readFileSync(join(folder, `${name}.js`), "utf8").replace(/^\/\/# sourceMappingURL.*$/m, "");
  const module = (name: string): string =>
    `${JSON.stringify(`./${name}.js`)}: (exports, require) => {\n${compiled(name)}\nreturn exports;\n}`;
  return `{\nconst modules = {\n${others.map(module).join(",\n")}\n};
const load = (name) => modules[name]({}, load);
((exports, require) => {\n${compiled(first!)}\n})({}, load);\n}\n`;
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
