/**
 * The life of a child process: how it ended, in a person's words, and that it never outlives this process.
 */
import type { ChildProcess } from "node:child_process";

export interface Life {
  /** Resolves, never rejects, with an error that says how the process ended. */
  end: Promise<Error>;
  ended(): Error | undefined;
  kill(): void;
}

/** Follows the process to its end, and takes it along when ours ends first. */
export function watchLife(child: ChildProcess): Life {
  let said = "";
  let ended: Error | undefined;
  const listen = (chunk: Buffer): void => void (said = (said + chunk.toString("utf8")).slice(-4000));
  child.stderr?.on("data", listen);
  child.stdout?.resume();
  const kill = (): void => {
    if (ended || child.pid === undefined) return;
    try {
      // The whole group, where there is one: a cell may have started processes of its own.
      process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  };
  process.on("exit", kill);
  const end = new Promise<Error>((resolve) => {
    child.on("error", (error) => resolve(new Error(`startKernel: cannot start ${child.spawnfile}: ${error.message}`)));
    child.on("close", (code, signal) => {
      // Below this one V8 prints a stack of its own.
      const last = /^FATAL ERROR: .*/m.exec(said)?.[0] ?? said.trim().split("\n").at(-1);
      const how = signal
        ? `killed by ${signal}${signal === "SIGKILL" ? " (out of memory?)" : ""}`
        : `exit code ${code}`;
      resolve(new Error(`the kernel died: ${how}${last ? `; it said: ${last}` : ""}`));
    });
  });
  void end.then((error) => {
    ended = error;
    process.off("exit", kill);
  });
  return { end, ended: () => ended, kill };
}
