/**
 * The `kernel.json` by which Jupyter and editors find our kernel, written from Node with absolute paths: no Python, and
 * nothing to look for on PATH. https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import { kernelScript } from "../paths.js";

export const kernelName = "palimpsest";

export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "message";
  metadata: Record<string, unknown>;
}

export function kernelSpec(): KernelSpec {
  return {
    argv: [process.execPath, kernelScript, "{connection_file}"],
    display_name: "TypeScript (Palimpsest)",
    language: "typescript",
    // The kernel hears a message also while a cell computes.
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

export interface JupyterPlace {
  env?: Record<string, string | undefined>;
  platform?: string;
  home?: string;
}

/** The user's Jupyter data folder: https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files */
export function jupyterDataFolder(place: JupyterPlace = {}): string {
  const { env = process.env, platform = process.platform, home = homedir() } = place;
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === "win32") return join(env.APPDATA || join(home, "AppData", "Roaming"), "jupyter");
  if (platform === "darwin") return join(home, "Library", "Jupyter");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

/** Writes the spec below a Jupyter data folder (default: the user's); returns the file. */
export function installKernel(folder: string = jupyterDataFolder()): string {
  if (!existsSync(kernelScript))
    throw new Error(
      `installKernel: missing kernel: ${kernelScript}; build it with \`npm run build\` or reinstall palimpsest`,
    );
  const file = specFile(folder);
  writeAtomically(file, `${JSON.stringify(kernelSpec(), null, 1)}\n`);
  return file;
}

/** Removes it; false when there was none. */
export function removeKernel(folder: string = jupyterDataFolder()): boolean {
  const file = specFile(folder);
  if (!existsSync(file)) return false;
  rmSync(join(folder, "kernels", kernelName), { recursive: true });
  return true;
}

/** What an installed spec starts, or undefined; `stale` when its Node or its script is gone or another package's. */
export function installedKernel(folder: string = jupyterDataFolder()): { file: string; stale: boolean } | undefined {
  const file = specFile(folder);
  if (!existsSync(file)) return undefined;
  try {
    const { argv } = JSON.parse(readFileSync(file, "utf8")) as Partial<KernelSpec>;
    const [node, script] = argv ?? [];
    return { file, stale: !node || !existsSync(node) || script !== kernelScript };
  } catch {
    return { file, stale: true };
  }
}

function specFile(folder: string): string {
  return join(folder, "kernels", kernelName, "kernel.json");
}
