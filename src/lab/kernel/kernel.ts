/**
 * The notebook kernel's process: `node kernel.js CONNECTION_FILE`, started by Jupyter, an editor or our runner. This is its
 * main thread, where cells run and nothing else does; Jupyter is spoken to, and cells are compiled, by the thread of
 * `front.ts`, which answers while they compute. Not imported by anything.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { setHost, type Host } from "../cell/host.js";
import { describeProgress } from "../cell/progress.js";
import { importRoot, linkPackage } from "../paths.js";
import { allowBreakOff } from "./break-off.js";
import { createCells } from "./cells.js";
import { hearChildren } from "./child-output.js";
import { readConnectionFile } from "./connection-file.js";
import { plainFailure, thrownFailure } from "./failure.js";
import { asRun, hearLateErrors, hearStreams, runOfThis } from "./late.js";
import type { PlaceOf } from "./places.js";
import { createQuestions } from "./questions.js";
import type { Outcome, ToCells, ToFront } from "./talk.js";
import { placeErrors } from "./traceback.js";

/** Characters of text that may be on their way to the front; whoever prints more waits until it has taken some. */
const mostText = 1 << 24;
/** Milliseconds in which a front that can closes its sockets; ZeroMQ aborts a process that ends while they are open. */
const farewell = 10_000;

function start(connectionFile: string): void {
  const folder = process.cwd();
  const root = importRoot(folder);
  linkPackage();
  process.env.PALIMPSEST_NOTEBOOK_DIR = folder;

  const flow = new Int32Array(new SharedArrayBuffer(8));
  const front = new Worker(join(__dirname, "front.js"), {
    workerData: { connectionFile, root, folder, flow },
    // It needs an eighth of this. Without a limit V8 keeps what the compiler leaves behind for hundreds of megabytes longer.
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  front.on("error", (error) => {
    process.stderr.write(`kernel: cannot serve ${connectionFile}: ${error.message}\n`);
    flow[1] = 1;
    process.exit(1);
  });
  const tell = (message: ToFront): void => front.postMessage(message);

  const places = new Map<string, PlaceOf>();
  const cells = createCells({ folder, root, places });
  const questions = createQuestions(tell);
  /** The run that is not over, and the last one that was. */
  let current: { run: number; interrupted?: string } | undefined;
  let last = 0;
  const owner = (): number => runOfThis() ?? current?.run ?? last;

  const host: Host = {
    sender: () => {
      const run = owner();
      return (content, update) =>
        tell({ is: "message", run, type: update ? "update_display_data" : "display_data", content: { ...content } });
    },
    ask: (prompt, password) => questions.ask(owner(), prompt, password),
    interruptible: new Set(),
    interrupted: (step) => {
      // The runner runs no other cell anyway.
      if (host.runner || current?.run !== owner()) return;
      const where = host.progress && describeProgress(host.progress);
      current.interrupted = step === undefined ? (where ?? "its work ended in good order") : `after step ${step}`;
    },
    cellEnd: new Set(),
    folder,
    runner: process.env.PALIMPSEST_RUNNER === "1",
  };
  setHost(host);
  const working = (): AbortController[] => [...host.interruptible].filter(({ signal }) => !signal.aborted);
  allowBreakOff(
    (run) => run > last,
    () => working().length > 0,
  );
  placeErrors(places);
  hearLateErrors();
  hearChildren();
  hearStreams((stream, text) => {
    const run = owner();
    if (run === 0) return false;
    for (let sent; (sent = Atomics.load(flow, 0)) > mostText;) Atomics.wait(flow, 0, sent);
    Atomics.add(flow, 0, text.length);
    tell({ is: "text", run, stream, text });
    return true;
  });

  /** Says that a run is over, once. */
  const end = (run: number, outcome: Omit<Outcome, "names">): void => {
    if (current?.run !== run) return;
    const { interrupted } = current;
    current = undefined;
    last = run;
    for (const flush of host.cellEnd) flush();
    const failure =
      outcome.failure ??
      (interrupted === undefined
        ? undefined
        : plainFailure("Interrupted", `${interrupted}; what there is by then is kept`));
    tell({ is: "ended", run, outcome: { ...outcome, ...(failure && { failure }), names: cells.names() } });
  };
  const giveUp = (run: number): void => {
    // Its beginning may have been broken off.
    if (run > last) current ??= { run };
    questions.refuse("interrupted");
    end(run, {
      well: false,
      failure: plainFailure("BrokenOff", "the cell was interrupted; what it started may still be ending"),
    });
  };

  const handlers: { [Kind in ToCells["do"]]: (message: Extract<ToCells, { do: Kind }>) => void } = {
    run: ({ run, name, cell }) => {
      current = { run };
      host.progress = undefined;
      const work = async (): Promise<void> => {
        try {
          const value = await cells.run(cell, name);
          const result = value === undefined ? undefined : await (await import("../cell/result.js")).resultOf(value);
          end(run, { well: true, ...(result && { result }) });
        } catch (error) {
          end(run, { well: false, failure: thrownFailure(error) });
        }
      };
      void asRun(run, work);
    },
    interrupt: ({ run }) => {
      tell({ is: "heard", run });
      const work = working();
      if (work.length === 0) giveUp(run);
      for (const each of work) each.abort(new Error("interrupted"));
    },
    "give up": ({ run }) => giveUp(run),
    answer: questions.answer,
    exit: () => process.exit(0),
  };
  front.on("message", (message: ToCells) => (handlers[message.do] as (message: ToCells) => void)(message));
  process.on("SIGINT", () => tell({ is: "signal" }));
  process.on("exit", (code) => {
    tell({ is: "exit", code });
    Atomics.wait(flow, 1, 0, farewell);
  });
}

const connectionFile = process.argv[2];
if (connectionFile === undefined) {
  process.stderr.write("kernel: missing connection file; Jupyter gives it, see `palimpsest kernel --help`\n");
  process.exit(2);
}
try {
  readConnectionFile(connectionFile);
  start(connectionFile);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
