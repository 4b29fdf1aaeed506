/**
 * The notebook kernel's process: `node kernel.js CONNECTION_FILE`, started by Jupyter, an editor or our runner.
 * It is tslab (https://github.com/yunabe/tslab), moved to a root from which cells can import "palimpsest" with types,
 * and with the edges of `kernel-server.ts` filed off. Not imported by anything.
 */
import { keepCell, places } from "./cell-compiler.js";
import { createConverter } from "tslab/dist/converter.js";
import { createExecutor } from "tslab/dist/executor.js";
import * as jupyter from "tslab/dist/jupyter.js";
import { mendInterrupts } from "./breakable.js";
import { magicAt } from "./failure.js";
import { keepNames } from "./half-run.js";
import { setHost, type DisplaySender, type Host } from "../cell/host.js";
import { exposeLocals } from "./locals.js";
import { withOwnPlaces } from "./cell-syntax.js";
import { checkConnectionFile } from "./connection-file.js";
import { createInterrupts } from "./interrupts.js";
import { KernelHandler, KernelServer } from "./kernel-server.js";
import { asCell, hearLateErrors } from "./late.js";
import { importRoot, linkPackage } from "../paths.js";
import { hearInterrupts } from "./signals.js";
import { withAwaits } from "./top-level-await.js";
import { cellName, placeErrors, tidyError } from "./traceback.js";
import { watchSourcesOnly } from "./watching.js";

async function start(connectionFile: string): Promise<void> {
  const signals = await hearInterrupts();
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
  const names = keepNames(withAwaits(withOwnPlaces(createConverter({ isJS: false, isBrowser: false }))));
  const node = names.converter;
  const converters = { node, browser: node, close: () => node.close() };
  const reports: unknown[][] = [];
  let cell = { source: "", magic: false };
  const report = (...parts: unknown[]): void => {
    // The compiler reports by a format, the file, the line, the column and the message; after a magic, by nothing but noise.
    if (cell.magic) return;
    const magic = parts.length > 1 ? magicAt(cell.source, parts[2]) : undefined;
    cell.magic = magic !== undefined;
    const told = magic === undefined ? parts : ["%s", magic];
    reports.push(told);
    if (told.length > 1) console.error(...told);
    else console.error("%s", tidyError(told[0]));
  };
  const executor = createExecutor(root, converters, { log: console.log, error: report });
  const { execute } = executor;
  const interrupts = createInterrupts(host, signals.presses, () => executor.interrupt());
  let count = 0;
  mendInterrupts(interrupts, signals, () => {
    const name = cellName(count);
    keepCell(name);
    return name;
  });
  placeErrors(places);
  executor.execute = async (source) => {
    count++;
    reports.length = 0;
    cell = { source, magic: false };
    interrupts.cellStarts();
    let well = false;
    try {
      well = await asCell(() => execute(source));
      return well;
    } finally {
      names.ended(well, executor.locals);
      exposeLocals(executor);
      for (const flush of host.cellEnd) flush();
    }
  };

  process.on("SIGINT", interrupts.press);
  hearLateErrors();

  const server = new KernelServer(new KernelHandler(executor, reports), connectionFile, interrupts);
  await server.init();
}

const connectionFile = process.argv[2];
if (connectionFile === undefined) {
  process.stderr.write("kernel: missing connection file; Jupyter gives it, see `palimpsest kernel --help`\n");
  process.exit(2);
}
try {
  checkConnectionFile(connectionFile);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
start(connectionFile).catch((error: Error) => {
  process.stderr.write(`kernel: cannot serve ${connectionFile}: ${error.message}\n`);
  process.exit(1);
});
