/**
 * Finding a JupyterLab, or making one. Version 4 is enough: the kernel and the renderer of figures are ours. Starts no server; `jupyter-lab.ts` does.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { environment } from "../../environment.js";
import { run } from "./process.js";

/** What a .venv gets. */
const pins = ["jupyterlab==4.6.6"];

export interface Jupyter {
  /** The `jupyter` program. */
  command: string;
  /** JupyterLab's version; undefined when only other parts of Jupyter are there. */
  lab?: string;
}

/** JupyterLab 4 is what we can use. */
export function usable(jupyter: Jupyter | undefined): boolean {
  return Number.parseInt(jupyter?.lab ?? "0") >= 4;
}

const windows = process.platform === "win32";

/** The programs of a virtual environment. */
export function inVenv(venv: string, program: string): string {
  return join(venv, windows ? "Scripts" : "bin", windows ? `${program}.exe` : program);
}

/** What the `jupyter` on PATH, if there is one, can do. */
export function jupyterOnPath(path: string = process.env.PATH ?? ""): Jupyter | undefined {
  const names = windows ? ["jupyter.exe", "jupyter.cmd"] : ["jupyter"];
  const programs = path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const command = programs.find((program) => existsSync(program));
  return command === undefined ? undefined : inspect(command);
}

export function jupyterInVenv(venv: string): Jupyter | undefined {
  const command = inVenv(venv, "jupyter");
  return existsSync(command) ? inspect(command) : undefined;
}

function inspect(command: string): Jupyter {
  const { status, stdout } = spawnSync(command, ["lab", "--version"], {
    encoding: "utf8",
    env: environment(),
    timeout: 120_000,
  });
  return status === 0 ? { command, lab: stdout.trim() } : { command };
}

export interface MakeOptions {
  signal?: AbortSignal;
  /** Called with each line about what is done. */
  onLine?: (line: string) => void;
}

/** Makes (or completes) a virtual environment with JupyterLab. Needs a Python 3.10 and the package index. */
export async function makeVenv(venv: string, options: MakeOptions = {}): Promise<Jupyter> {
  const { signal, onLine = () => {} } = options;
  const stamp = join(venv, ".palimpsest");
  const python = inVenv(venv, "python");
  if (!existsSync(python)) {
    onLine(`making ${venv}`);
    await run(findPython(), ["-m", "venv", venv], { signal }).catch((error: Error) => {
      throw new Error(
        `makeVenv: cannot make ${venv}: ${error.message}; on Debian and Ubuntu: apt install python3-venv`,
      );
    });
  }
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== pins.join("\n")) {
    onLine(`installing ${pins.join(" and ")} into ${venv} (once, about 100 MB)`);
    await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...pins], { signal }).catch(
      (error: Error) => {
        throw new Error(`makeVenv: cannot install JupyterLab: ${error.message}`);
      },
    );
    writeFileSync(stamp, pins.join("\n"));
  }
  const made = jupyterInVenv(venv);
  if (made === undefined || !usable(made))
    throw new Error(`makeVenv: invalid environment: ${venv} has no working JupyterLab; delete it and try again`);
  return made;
}

/** A Python to make an environment with, or an error that says what else works. */
export function findPython(): string {
  const candidates = windows ? ["py", "python"] : ["python3", "python"];
  const check = "import sys; sys.exit(sys.version_info < (3, 10))";
  const found = candidates.find((each) => spawnSync(each, ["-c", check], { env: environment() }).status === 0);
  if (found) return found;
  throw new Error(
    "findPython: no Python 3.10 or newer on PATH; JupyterLab needs it. VS Code does not: palimpsest kernel install",
  );
}
