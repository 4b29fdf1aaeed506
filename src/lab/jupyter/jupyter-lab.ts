/**
 * JupyterLab on our notebooks, with our kernel and our renderer of figures, and with nothing written outside the project:
 * they lie, with a few settings, in a folder of their own that Jupyter is told about.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environment } from "../../environment.js";
import { writeAtomically } from "../../files.js";
import type { Jupyter } from "./jupyter.js";
import { installKernel } from "./kernelspec.js";
import { installLabextension, labSettings } from "./lab-extension.js";

export interface JupyterLabOptions {
  jupyter: Jupyter;
  /** The folder that is shown. */
  folder: string;
  /** Where the kernel and the settings are put. */
  overlay: string;
  /** Opened at once, relative to `folder`. */
  notebook?: string;
  /** Defaults to the first free port from 8888 on. */
  port?: number;
  /** Whether Jupyter opens a browser; defaults to false. */
  browser?: boolean;
  /** Milliseconds until a server that does not answer is given up; defaults to 120,000. */
  patience?: number;
  /** Aborting stops the server, also one that does not answer yet. */
  signal?: AbortSignal;
}

/** Milliseconds that a server has to end its kernels before it is killed; a kernel of ours then ends by itself. */
const grace = 20_000;

export interface JupyterLab {
  /** With its token. */
  url: string;
  /** Resolves when the server has ended; rejects when it ended by itself and badly. */
  ended: Promise<void>;
  /** Ends it and its kernels. */
  stop(): void;
}

/** Resolves when the server answers. */
export async function startJupyterLab(options: JupyterLabOptions): Promise<JupyterLab> {
  for (let port = options.port; ;) {
    options.signal?.throwIfAborted();
    port ??= await freePort(8888);
    try {
      return await start({ ...options, port });
    } catch (error) {
      // Between finding a port and listening on it somebody else may have taken it.
      if (options.port !== undefined || !/ port \d+ is not available/.test((error as Error).message)) throw error;
      port = await freePort(port + 1);
    }
  }
}

async function start(options: JupyterLabOptions & { port: number }): Promise<JupyterLab> {
  const { jupyter, folder, overlay, notebook, port, browser = false, patience = 120_000, signal } = options;
  const token = randomBytes(24).toString("hex");
  installKernel(join(overlay, "share"));
  installLabextension(join(overlay, "share"));
  writeAtomically(join(overlay, "config", "labconfig", "page_config.json"), JSON.stringify(labSettings));
  const before = (folder: string, path: string | undefined): string => (path ? `${folder}${delimiter}${path}` : folder);
  const page = notebook && existsSync(join(folder, notebook)) ? `/lab/tree/${encodeURI(notebook)}` : "/lab";

  const args = ["lab", "--ip=127.0.0.1", `--port=${port}`, "--ServerApp.port_retries=0", "--log-level=ERROR"];
  args.push(`--ServerApp.root_dir=${folder}`, `--LabApp.default_url=${page}`);
  if (!browser) args.push("--no-browser");
  if (process.getuid?.() === 0) args.push("--allow-root");
  const child = spawn(jupyter.command, args, {
    cwd: folder,
    env: environment({
      JUPYTER_TOKEN: token,
      JUPYTER_PATH: before(join(overlay, "share"), process.env.JUPYTER_PATH),
      JUPYTER_CONFIG_PATH: before(join(overlay, "config"), process.env.JUPYTER_CONFIG_PATH),
    }),
    // Apart from our terminal: on Ctrl-C it would ask whether it should stop.
    detached: process.platform !== "win32",
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString("utf8")).slice(-4000)));
  let stopped = false;
  let over = false;
  const stop = (): void => {
    stopped = true;
    child.kill("SIGTERM");
    setTimeout(() => !over && child.kill("SIGKILL"), grace).unref();
  };
  process.on("exit", stop);
  signal?.addEventListener("abort", stop);
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      over = true;
      process.off("exit", stop);
      signal?.removeEventListener("abort", stop);
      if (stopped || code === 0) resolve();
      else
        reject(
          new Error(`startJupyterLab: the server ended with code ${code}: ${said.trim().split("\n").at(-1) ?? ""}`),
        );
    });
  });
  const url = `http://127.0.0.1:${port}${page}?token=${token}`;
  const deadline = Date.now() + patience;
  while (!over && !(await answers(`http://127.0.0.1:${port}/api/status?token=${token}`))) {
    await Promise.race([ended, sleep(300)]);
    if (Date.now() > deadline) {
      stop();
      throw new Error(`startJupyterLab: no answer from ${jupyter.command} after ${patience / 1000} s`);
    }
  }
  await Promise.race([ended, Promise.resolve()]);
  if (signal?.aborted) {
    await ended;
    throw new Error("startJupyterLab: interrupted");
  }
  return { url, ended, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** The first port from `from` on that nobody listens on. */
async function freePort(from: number): Promise<number> {
  for (let port = from; port < from + 100; port++) {
    const server = createServer();
    const free = await new Promise<number>((resolve) => {
      server.once("error", () => resolve(0));
      server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    });
    server.close();
    if (free) return free;
  }
  throw new Error(`startJupyterLab: no free port from ${from} to ${from + 99}; give one with --port`);
}
