/**
 * What to type, for messages that name a command: it depends on where the lab runs from. `npx palimpsest` is right only in
 * its own clone and where it is installed; elsewhere npx would fetch whatever is called so in a registry.
 */
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

const root = resolve(__dirname, "..");
const installed = root.includes(`${sep}node_modules${sep}`);

/** `npx palimpsest corpus build udhr`, or the same by the path of this package where npx would not find it. */
export function palimpsest(words: string, folder: string = process.cwd()): string {
  return findsIt(folder) ? `npx palimpsest ${words}` : `node ${join(root, "dist", "cli", "main.js")} ${words}`;
}

function findsIt(folder: string): boolean {
  if (!installed && !relative(root, folder).startsWith("..")) return true;
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules", ".bin", "palimpsest"))) return true;
    if (dirname(at) === at) return false;
  }
}

/** What adds an engine that does not come with the install: a script of the clone, else what that script does. */
const engines = {
  gpu: "npm install --ignore-scripts=false @tensorflow/tfjs-node-gpu@4.22.0",
  tensorflow: "npm install --ignore-scripts=false @tensorflow/tfjs-node@4.22.0",
  cuda: "node node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12",
};

export const setup = (engine: keyof typeof engines): string =>
  installed ? engines[engine] : `npm run setup:${engine}`;
