/**
 * What this machine has of what the lab uses, for `palimpsest doctor`: each finding says whether it is needed, and if it
 * is not there, the one command that adds it. Changes nothing.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { palimpsest } from "../commands.js";
import { cacheFolder, corpora } from "../corpus/index.js";
import { choose, survey } from "../engine/index.js";
import { environment } from "../environment.js";
import { findBrowser } from "./jupyter/browser.js";
import { jupyterInVenv, jupyterOnPath, usable } from "./jupyter/jupyter.js";
import { installedKernel } from "./jupyter/kernelspec.js";
import { kernelScript, projectFolder } from "./paths.js";

export interface Finding {
  /** The part of the lab it belongs to. */
  part: "node" | "packages" | "kernel" | "engine" | "jupyter" | "browser" | "python" | "corpora" | "cache";
  name: string;
  ok: boolean;
  /** Without it the lab does not work; the rest adds something. */
  needed: boolean;
  /** What was found, or what it would be for. */
  detail: string;
  /** The one command that adds it. */
  fix?: string;
}

export interface Checkup {
  /** Whether everything needed is there. */
  ok: boolean;
  /** The engine that training takes unless another is asked for, and why. */
  engine: { mode: string; device: string; threads: number; reason: string } | null;
  findings: Finding[];
}

export async function checkup(): Promise<Checkup> {
  const engine = await chosenEngine();
  const findings = [
    node(),
    ...(await packages()),
    ...kernel(),
    engine.finding,
    ...(await engines()),
    jupyter(),
    browser(),
    ...python(),
    ...texts(),
    cache(),
  ];
  return { ok: findings.every((each) => each.ok || !each.needed), engine: engine.chosen, findings };
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  const detail = `${process.versions.node} on ${process.platform} ${process.arch}`;
  return { part: "node", name: "Node", ok, needed: true, detail, ...(!ok && { fix: "nvm install 22" }) };
}

/** The packages with native parts: an install script that was blocked leaves one behind that does not load. */
async function packages(): Promise<Finding[]> {
  const native: [string, () => Promise<unknown>, string][] = [
    ["onnxruntime-node", () => import("onnxruntime-node"), "runs compiled training steps"],
    ["tokenizers", () => import("tokenizers"), "encodes text"],
    ["zeromq", () => import("zeromq"), "speaks to notebook kernels"],
  ];
  return Promise.all(
    native.map(async ([name, load, detail]): Promise<Finding> => {
      try {
        await load();
        return { part: "packages", name, ok: true, needed: true, detail };
      } catch (error) {
        const why = `does not load: ${firstLine(error)}`;
        return { part: "packages", name, ok: false, needed: true, detail: why, fix: `npm rebuild ${name}` };
      }
    }),
  );
}

function kernel(): Finding[] {
  const built = existsSync(kernelScript);
  const here: Finding = {
    part: "kernel",
    name: "notebook kernel",
    ok: built,
    needed: true,
    detail: built ? kernelScript : `missing: ${kernelScript}`,
    ...(!built && { fix: "npm run build" }),
  };
  const installed = installedKernel();
  const ok = installed !== undefined && !installed.stale;
  const absent = installed
    ? `${installed.file} starts something else`
    : "not installed: VS Code and your own Jupyter do not list it";
  const listed: Finding = {
    part: "kernel",
    name: "kernel in editors",
    ok,
    needed: false,
    detail: ok ? installed.file : absent,
    ...(!ok && { fix: palimpsest("kernel install") }),
  };
  return [here, listed];
}

async function chosenEngine(): Promise<{ chosen: Checkup["engine"]; finding: Finding }> {
  const common = { part: "engine", name: "engine chosen", needed: true } as const;
  try {
    const { mode, device, threads, reason } = await choose();
    const detail = `${mode} on ${device}, ${threads} threads: ${reason}`;
    return { chosen: { mode, device, threads, reason }, finding: { ...common, ok: true, detail } };
  } catch (error) {
    return { chosen: null, finding: { ...common, ok: false, detail: firstLine(error), fix: "npm install" } };
  }
}

async function engines(): Promise<Finding[]> {
  const devices = await survey().catch(() => []);
  return devices.map(({ device, available, reason, fix }): Finding => {
    const missing = !available && fix !== undefined;
    return { part: "engine", name: device, ok: available, needed: false, detail: reason, ...(missing && { fix }) };
  });
}

function jupyter(): Finding {
  const venv = join(projectFolder(process.cwd()), ".venv");
  const found = [jupyterOnPath(), jupyterInVenv(venv)].find((each) => each !== undefined && usable(each));
  const detail = found ? `JupyterLab ${found.lab}: ${found.command}` : "no JupyterLab 4 on PATH or in .venv";
  return {
    part: "jupyter",
    name: "JupyterLab",
    ok: found !== undefined,
    needed: false,
    detail,
    ...(!found && { fix: palimpsest("lab") }),
  };
}

function browser(): Finding {
  const found = findBrowser();
  const detail = found ?? "no Chromium: the browser tests, and figures as PDF or PNG, are skipped";
  const fix = process.platform === "linux" ? "apt install chromium" : "npx playwright-core install chromium";
  return { part: "browser", name: "Chromium", ok: found !== undefined, needed: false, detail, ...(!found && { fix }) };
}

/** The reference implementations that tests and benchmarks compare with. */
function python(): Finding[] {
  const peers = ["torch", "tokenizers", "transformers", "safetensors", "scipy", "nbformat"];
  const script = `import json,sys
from importlib.metadata import version, PackageNotFoundError
def v(n):
  try: return version(n)
  except PackageNotFoundError: return None
print(json.dumps({"python": sys.version.split()[0], "peers": {n: v(n) for n in sys.argv[1:]}}))`;
  const command = process.platform === "win32" ? "python" : "python3";
  const { status, stdout } = spawnSync(command, ["-c", script, ...peers], { encoding: "utf8", env: environment() });
  const common = { part: "python", needed: false } as const;
  if (status !== 0) {
    const detail = "not on PATH: comparisons with PyTorch and Hugging Face are skipped";
    return [{ ...common, name: "Python", ok: false, detail, fix: "apt install python3 python3-venv" }];
  }
  const found = JSON.parse(stdout) as { python: string; peers: Record<string, string | null> };
  const missing = peers.filter((name) => !found.peers[name]);
  const have = peers.filter((name) => found.peers[name]).map((name) => `${name} ${found.peers[name]}`);
  return [
    { ...common, name: "Python", ok: true, detail: found.python },
    {
      ...common,
      name: "Python peers",
      ok: missing.length === 0,
      detail: [have.join(", "), missing.length > 0 ? `without ${missing.join(", ")}` : ""].filter(Boolean).join("; "),
      ...(missing.length > 0 && { fix: `pip install ${missing.join(" ")}` }),
    },
  ];
}

function texts(): Finding[] {
  return Object.entries(corpora).map(([name, row]): Finding => {
    const ready = row.ready(cacheFolder());
    const detail = ready.length > 0 ? `ready in ${languages(ready)}` : `not fetched; ${row.obtained}`;
    const fix = palimpsest(`corpus build ${name}`);
    return { part: "corpora", name, ok: ready.length > 0, needed: false, detail, ...(ready.length === 0 && { fix }) };
  });
}

function languages(names: string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(", ")} and ${names.length - 8} more languages` : names.join(", ");
}

function cache(): Finding {
  const folder = cacheFolder();
  const common = { part: "cache", name: "cache", needed: true } as const;
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { ...common, ok: true, detail: folder };
  } catch (error) {
    const detail = `cannot write ${folder}: ${firstLine(error)}`;
    return { ...common, ok: false, detail, fix: "export PALIMPSEST_CACHE=/a/folder/of/yours" };
  }
}

function firstLine(error: unknown): string {
  return (error as Error).message.split("\n", 1)[0] ?? "";
}
