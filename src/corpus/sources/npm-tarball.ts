/**
 * A package's tarball by way of the machine's own npm, so that the registry, proxy and credentials are the user's and
 * no address stands here. Nothing is installed and no script is run. The bytes are those of the hash, or an error.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment } from "../../environment.js";

export interface NpmTarball {
  /** Name and exact version, e.g. "left-pad@1.3.0". */
  spec: string;
  /** "sha512-" and the hash in base 64, as lockfiles have it. */
  integrity: string;
  signal?: AbortSignal | undefined;
}

/** Fails in seconds, not minutes, where there is no network. */
const settings = ["--fetch-retries=0", "--fetch-timeout=120000", "--ignore-scripts", "--loglevel=error"];

export async function npmTarball({ spec, integrity, signal }: NpmTarball): Promise<Uint8Array> {
  if (!/^(@[a-z0-9-]+\/)?[a-z0-9._-]+@\d+\.\d+\.\d+$/.test(spec))
    throw new Error(`npmTarball: invalid spec: ${spec} (a name and an exact version, name@1.2.3)`);
  const folder = mkdtempSync(join(tmpdir(), "palimpsest-npm-"));
  try {
    await npmPack(spec, folder, signal);
    const file = readdirSync(folder).find((entry) => entry.endsWith(".tgz"));
    if (file === undefined) throw new Error(`npmTarball: cannot fetch ${spec}: npm left no file`);
    const bytes = readFileSync(join(folder, file));
    const found = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    if (found !== integrity)
      throw new Error(`npmTarball: invalid ${spec}: its hash is ${found} (expected ${integrity}; it is not used)`);
    return bytes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where Node was started by npm the environment names npm's script; else it is on the PATH. */
function npmPack(spec: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const script = process.env["npm_execpath"];
  const [command, first] = script?.endsWith("npm-cli.js") ? [process.execPath, [script]] : ["npm", []];
  // Windows' npm is a batch file, which only a shell starts, and a shell would cut a path at its spaces.
  const shell = process.platform === "win32" && command === "npm";
  const args = [...first, "pack", spec, "--pack-destination", shell ? `"${folder}"` : folder, ...settings];
  return new Promise((resolve, reject) => {
    execFile(command, args, { signal, shell, env: environment(), maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      if (!error) resolve();
      else if (signal?.aborted) reject(signal.reason as Error);
      else reject(new Error(`npmTarball: cannot fetch ${spec}: ${reasonOf(error, stderr)}`, { cause: error }));
    });
  });
}

/** What npm said, in one line. */
function reasonOf(error: Error & { code?: unknown }, output: string): string {
  if (error.code === "ENOENT") return "npm is not on this machine's PATH";
  const code = /^npm \S+ code (\w+)$/m.exec(output)?.[1];
  if (code && /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)$/.test(code))
    return `the package registry cannot be reached (${code})`;
  if (code === "ENOTCACHED") return "npm is set to work offline (ENOTCACHED)";
  if (code === "E404") return "the package registry does not have it (E404)";
  return code ? `npm failed with ${code}` : `npm failed with exit code ${String(error.code)}`;
}
