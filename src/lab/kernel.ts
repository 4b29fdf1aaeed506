/**
 * The notebook kernel's process: `node kernel.js CONNECTION_FILE`, started by Jupyter, an editor or our runner.
 * It is tslab (https://github.com/yunabe/tslab), moved to a root from which cells can import "palimpsest" with types,
 * and with the edges of `kernel-server.ts` filed off. Not imported by anything.
 */
import { createConverter } from "tslab/dist/converter.js";
import { createExecutor } from "tslab/dist/executor.js";
import * as jupyter from "tslab/dist/jupyter.js";
import { mendInterrupts } from "./breakable.js";
import { tidyError } from "./failure.js";
import { setHost, type DisplaySender, type Host } from "./host.js";
import { exposeLocals } from "./locals.js";
import { createInterrupts } from "./interrupts.js";
import { KernelHandler, KernelServer } from "./kernel-server.js";
import { importRoot, linkPackage } from "./paths.js";
import { watchSourcesOnly } from "./watching.js";

function start(connectionFile: string): void {
  const folder = process.cwd();
  const root = importRoot(folder);
  linkPackage();
  process.env.PALIMPSEST_NOTEBOOK_DIR = folder;
  process.chdir(root);

  const host: Host = {
    sender: () => jupyter.lastWriteDisplayData as DisplaySender,
    interruptible: new Set(),
    cellEnd: new Set(),
    folder,
    runner: process.env.PALIMPSEST_RUNNER === "1",
  };
  setHost(host);

  watchSourcesOnly();
  const node = createConverter({ isJS: false, isBrowser: false });
  const converters = { node, browser: node, close: () => node.close() };
  const reports: unknown[][] = [];
  const report = (...parts: unknown[]): void => {
    reports.push(parts);
    if (parts.length > 1) console.error(...parts);
    else console.error("%s", tidyError(parts[0]));
  };
  const executor = createExecutor(root, converters, { log: console.log, error: report });
  const { execute } = executor;
  const interrupts = createInterrupts(host, () => executor.interrupt());
  mendInterrupts(interrupts);
  executor.execute = async (source) => {
    reports.length = 0;
    interrupts.cellStarts();
    try {
      return await execute(source);
    } finally {
      interrupts.cellEnds();
      exposeLocals(executor);
      for (const flush of host.cellEnd) flush();
    }
  };

  process.on("SIGINT", interrupts.press);
  process.on("uncaughtException", (error) => console.error("Uncaught exception:", error));
  process.on("unhandledRejection", (reason) => console.error("Unhandled rejection:", reason));
  leaveWithParent();

  const server = new KernelServer(new KernelHandler(executor, reports), connectionFile, interrupts);
  server.init().catch((error: Error) => {
    process.stderr.write(`kernel: cannot serve ${connectionFile}: ${error.message}\n`);
    process.exit(1);
  });
}

/** A kernel whose client was killed must not train on for ever: it ends when its parent process is gone. */
function leaveWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1000).unref();
}

const connectionFile = process.argv[2];
if (connectionFile === undefined) {
  process.stderr.write("kernel: missing connection file; Jupyter gives it, see `palimpsest kernel --help`\n");
  process.exit(2);
} else start(connectionFile);
