/**
 * The notebook kernel's process: `node kernel.js CONNECTION_FILE`, started by Jupyter, an editor or our runner.
 * It is tslab (https://github.com/yunabe/tslab), moved to a root from which cells can import "palimpsest" with types,
 * and with the edges of `kernel-server.ts` filed off. Not imported by anything.
 */
import { createCompiler } from "./compiler.js";
import type { Converter } from "tslab/dist/converter.js";
import { createExecutor } from "tslab/dist/executor.js";
import * as jupyter from "tslab/dist/jupyter.js";
import { mendInterrupts } from "./breakable.js";
import { setHost, type DisplaySender, type Host } from "../cell/host.js";
import { exposeLocals } from "./locals.js";
import { checkConnectionFile } from "./connection-file.js";
import { createInterrupts } from "./interrupts.js";
import { KernelHandler, KernelServer } from "./kernel-server.js";
import { asCell, hearLateErrors } from "./late.js";
import { importRoot, linkPackage } from "../paths.js";
import { placeOf, type PlaceOf } from "./places.js";
import { hearInterrupts } from "./signals.js";
import { cellName, placeErrors, tidyError } from "./traceback.js";
import type { CellCompiler, CodeMap } from "./types.js";

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

  const compiler = createCompiler(root);
  const places = new Map<string, PlaceOf>();
  let count = 0;
  let compiled: CodeMap | undefined;
  const node = converterOf(compiler, (path, source, map) => {
    if (path === "cell") compiled = map;
    else places.set(path, placeOf(source, map));
  });
  const converters = { node, browser: node, close: () => node.close() };
  const reports: unknown[][] = [];
  const report = (...parts: unknown[]): void => {
    reports.push(parts);
    if (parts.length > 1) console.error(...parts);
    else console.error("%s", tidyError(parts[0]));
  };
  const executor = createExecutor(root, converters, { log: console.log, error: report });
  const { execute } = executor;
  const interrupts = createInterrupts(host, signals.presses, () => executor.interrupt());
  mendInterrupts(interrupts, signals, () => {
    const name = cellName(count);
    places.set(name, placeOf(name, compiled!));
    return name;
  });
  placeErrors(places);
  executor.execute = async (source) => {
    count++;
    reports.length = 0;
    interrupts.cellStarts();
    let well = false;
    try {
      well = await asCell(() => execute(source));
      return well;
    } finally {
      const values = Object.entries(executor.locals);
      compiler.ended(
        well,
        values.filter(([, value]) => value !== undefined).map(([name]) => name),
      );
      exposeLocals(executor);
      for (const flush of host.cellEnd) flush();
    }
  };

  process.on("SIGINT", interrupts.press);
  hearLateErrors();

  const server = new KernelServer(new KernelHandler(executor, reports), connectionFile, interrupts);
  await server.init();
}

/** The compiler, as tslab's executor asks for it. `keep` is told where to place errors of what it made. */
function converterOf(compiler: CellCompiler, keep: (path: string, source: string, map: CodeMap) => void): Converter {
  return {
    convert: (_, source) => {
      const { problems, cell } = compiler.compile(source);
      const diagnostics = problems.map(({ file, line, column, message }) => {
        const place = { offset: 0, line: line - 1, character: column - 1 };
        return { start: place, end: place, messageText: message, category: 1, code: 0, fileName: file };
      });
      if (!cell) return { diagnostics };
      for (const { path, source: file, map } of cell.modules) keep(path, file, map);
      keep("cell", "cell", cell.map);
      const { code: output, awaits: hasToplevelAwait, last: lastExpressionVar, modules } = cell;
      const sideOutputs = modules.map(({ path, code }) => ({ path, data: code }));
      return { diagnostics, output, hasToplevelAwait, lastExpressionVar, sideOutputs };
    },
    inspect: (_, source, at) => {
      const help = compiler.inspect(source, at);
      return (help && { displayParts: [{ text: help["text/plain"], kind: "text" }] }) as never;
    },
    complete: (_, source, at) => {
      const { matches: candidates, ...range } = compiler.complete(source, at);
      return { ...range, candidates };
    },
    addModule: () => [],
    close: () => compiler.close(),
  };
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
