/**
 * One Debian package, fetched and unpacked into a folder without being installed: `apt-get download`, then `dpkg-deb -x`.
 * Needs no root. Where the machine's package lists are missing or stale it makes a private copy of them beside the cache.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { printable } from "../../foreign.js";
import { environment } from "../../environment.js";

export interface DebianPackage {
  /** E.g. "4:7.4.7-1+deb12u14". */
  version: string;
}

export interface FetchPackageOptions {
  /** Package name. */
  name: string;
  /** Existing empty folder for its files. */
  folder: string;
  /** Folder for private package lists, kept between calls. */
  listsDir: string;
  signal?: AbortSignal;
}

/** Fail in seconds where the network is not there: apt's own defaults wait for minutes. */
const impatient = [
  "-q",
  "-o",
  "Acquire::Retries=0",
  "-o",
  "Acquire::http::Timeout=15",
  "-o",
  "Acquire::https::Timeout=15",
];

export async function fetchPackage({ name, folder, listsDir, signal }: FetchPackageOptions): Promise<DebianPackage> {
  const download = (options: string[]): Promise<string> =>
    apt([...impatient, ...options, "download", name], folder, signal);
  try {
    await download([]);
  } catch (first) {
    if (!(first instanceof AptError) || first.unreachable) throw first;
    // Unknown package or a file that the archive no longer has: the lists of this machine are missing or old.
    mkdirSync(join(listsDir, "lists"), { recursive: true });
    const own = ["-o", `Dir::State::Lists=${join(listsDir, "lists")}`, "-o", `Dir::Cache=${join(listsDir, "cache")}`];
    if (process.getuid?.() === 0) own.push("-o", "APT::Sandbox::User=root");
    try {
      await apt([...impatient, ...own, "update"], folder, signal);
      await download(own);
    } catch (second) {
      if (!(second instanceof AptError)) throw second;
      throw new AptError(
        `${first.message}; with fresh package lists: ${second.message} (as root, \`apt-get update\` renews the lists of this machine)`,
        second.unreachable,
      );
    }
  }
  const file = readdirSync(folder).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith(".deb"));
  if (file === undefined) throw new AptError(`apt-get download ${name} left no package`, false);
  await run("dpkg-deb", ["-x", file, "."], folder, signal);
  return { version: (file.split("_")[1] ?? "").replaceAll("%3a", ":") };
}

export class AptError extends Error {
  constructor(
    message: string,
    readonly unreachable: boolean,
  ) {
    super(message);
  }
}

async function apt(args: string[], cwd: string, signal: AbortSignal | undefined): Promise<string> {
  return run("apt-get", args, cwd, signal);
}

function run(command: string, args: string[], cwd: string, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { cwd, signal, env: environment({ LC_ALL: "C" }), maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (signal?.aborted) reject(signal.reason as Error);
        else if (error.code === ("ENOENT" as unknown))
          reject(new AptError(`${command} is not on this machine (it comes with Debian and Ubuntu)`, true));
        else reject(explain(command, `${stderr}\n${stdout}`, error));
      },
    );
  });
}

/** What a program said, in one line. */
export function explain(command: string, output: string, error: Error): AptError {
  const lines = output.split("\n").map((line) => line.trim());
  const said =
    lines.find((line) => line.startsWith("E: ")) ??
    lines.find((line) => line.startsWith("dpkg-deb: error")) ??
    lines.find(Boolean) ??
    error.message;
  const unreachable =
    /could not (resolve|connect)|temporary failure|unreachable|timed out|connection failed|no route/i.test(output);
  return new AptError(`${command}: ${printable(said.replace(/^E:\s+/, ""))}`, unreachable);
}
