/**
 * What a child process would write to the kernel's own terminal (`stdio: "inherit"`, `fork`) is written to this process's
 * streams instead, and so to the cell that began it. Of a call that waits for its child it comes when that has ended.
 */
import childProcess, { ChildProcess, type IOType, type StdioOptions } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

type Target = NodeJS.WriteStream;
type Given = { stdio?: StdioOptions };

/** To be called once. */
export function hearChildren(): void {
  const { prototype } = ChildProcess as unknown as {
    prototype: { spawn: (options: Given) => number; stdio: Readable[] };
  };
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    const { stdio, targets } = divert(options.stdio, () => "pipe" as const);
    const failed = spawn.call(this, { ...options, stdio });
    // Also where nobody reads it.
    for (const [fd, target] of targets) this.stdio[fd]?.setEncoding("utf8").on("data", (text) => target.write(text));
    return failed;
  };
  const module = childProcess as unknown as Record<string, (...given: unknown[]) => unknown>;
  for (const name of ["spawnSync", "execSync", "execFileSync"]) {
    const run = module[name]!;
    module[name] = (...given) => {
      const options = given.at(-1) as Given | undefined;
      return inherits(options) ? intoFiles(options, (own) => run(...given.slice(0, -1), own)) : run(...given);
    };
  }
  syncBuiltinESMExports();
}

const inherits = (options: unknown): options is Given =>
  typeof options === "object" && divert((options as Given | null)?.stdio, () => "pipe").targets.size > 0;

/** A file for each stream that is inherited: the call returns what it would, and has no limit of its own. */
function intoFiles<T>(options: Given, run: (options: Given) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "palimpsest-child-"));
  const fileOf = (fd: number): string => join(folder, String(fd));
  const { stdio, targets } = divert(options.stdio, (fd) => openSync(fileOf(fd), "a"));
  try {
    return run({ ...options, stdio });
  } finally {
    for (const [fd, target] of targets) {
      closeSync(stdio[fd] as number);
      const text = readFileSync(fileOf(fd), "utf8");
      if (text) target.write(text);
    }
    rmSync(folder, { recursive: true });
  }
}

type Stdio = (IOType | Target | Exclude<StdioOptions, string>[number])[];

/** `stdio` with another place for what goes to one of this process's streams, and which that is. */
function divert(
  given: StdioOptions | undefined,
  place: (fd: number) => "pipe" | number,
): { stdio: Stdio; targets: Map<number, Target> } {
  const stdio: Stdio = Array.isArray(given) ? [...given] : Array.from({ length: 3 }, () => given ?? "pipe");
  const own = [undefined, process.stdout, process.stderr];
  const targets = new Map<number, Target>();
  for (const [fd, each] of stdio.entries()) {
    const target =
      each === "inherit" ? own[fd] : typeof each === "number" ? own[each] : own.find((o) => o && o === each);
    if (!target) continue;
    targets.set(fd, target);
    stdio[fd] = place(fd);
  }
  return { stdio, targets };
}
