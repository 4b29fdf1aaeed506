/**
 * The kernel's thread that speaks Jupyter: it takes requests, answers at once what it can, and has cells run one after the
 * other by the process's main thread (`kernel.ts`), which it can interrupt while that computes. Started by it.
 */
import { randomUUID } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { createMessage, replyTo, type Content, type Message } from "../wire.js";
import { createCompiler } from "./compiler.js";
import { readConnectionFile } from "./connection-file.js";
import { createExecute } from "./execute.js";
import type { Entry } from "./history.js";
import { plainFailure } from "./failure.js";
import { createInterrupts } from "./interrupts.js";
import { keepOutputs } from "./kept-outputs.js";
import { createPublisher } from "./publish.js";
import { createQueue } from "./queue.js";
import { replies } from "./replies.js";
import type { Where } from "./service.js";
import { openSockets, type Channel } from "./sockets.js";
import { staleCells } from "./stale-cells.js";
import type { Flow, Outcome, ToCells, ToFront } from "./talk.js";

const { connectionFile, flow, ...where } = workerData as Where & { connectionFile: string; flow: Flow };
const parent = process.ppid;
/** Milliseconds. Beyond them a client's clock is wrong, and not its message late. */
const longestWay = 1000;

async function serve(): Promise<void> {
  const session = randomUUID();
  const sockets = await openSockets(readConnectionFile(connectionFile), session);
  const tell = (message: ToCells): void => parentPort!.postMessage(message);
  const compiler = createCompiler(where);
  const history: Entry[] = [];
  const kept = keepOutputs();
  const stale = staleCells();

  const publish = ({ header }: Message, type: string, content: Content): void => {
    sockets.publish(type, content, header);
    kept.take({ ...createMessage(type, content, session), parent: header });
  };
  const reply = (channel: Channel, request: Message, content: Content): void =>
    sockets.send(channel, replyTo(request, request.header.msg_type.replace(/_request$/, "_reply"), content));
  const status = (request: Message, state: "busy" | "idle"): void =>
    publish(request, "status", { execution_state: state });

  /** By its number, the request of every run: what it started may speak when it is long over. */
  const requests = new Map<number, Message>();
  let running: { run: number; end: (outcome: Outcome) => void } | undefined;
  let executing: Message | undefined;
  const questions = new Map<string, number>();
  const published = createPublisher((run, type, content) => publish(requests.get(run)!, type, content), flow);
  /** Signals that this process has sent to itself too. */
  let echoes = 0;
  const interrupts = createInterrupts({
    running: () => running?.run,
    tell,
    endChildren: () => void (echoes += signalGroup("SIGINT")),
    say: (run, text) => published.message(run, "stream", { name: "stderr", text }),
  });

  const execute = createExecute({
    compiler,
    history,
    publish,
    run: (request, name, cell) => {
      const run = requests.size + 1;
      requests.set(run, { ...request, content: { allow_stdin: request.content.allow_stdin } });
      tell({ do: "run", run, name, cell });
      return new Promise((end) => (running = { run, end }));
    },
    begin: kept.begin,
  });
  /** When a cell last failed that those behind it are not to run without. */
  let failed = -Infinity;
  const abort = (request: Message): void => {
    status(request, "busy");
    reply("shell", request, { status: "aborted" });
    status(request, "idle");
    kept.end(request);
  };
  const queue = createQueue<Message>(async (request) => {
    executing = request;
    status(request, "busy");
    const content = await execute(request);
    const goesOn = content.status === "ok" || request.content.stop_on_error === false;
    if (!goesOn) failed = Date.now();
    reply("shell", request, content);
    executing = undefined;
    const { cellId } = request.metadata;
    if (content.status === "ok" && typeof cellId === "string")
      stale.ran(cellId, String(request.content.code), Number(content.execution_count));
    status(request, "idle");
    kept.end(request);
    return goesOn;
  }, abort);

  /** What is no question to the compiler; `undefined` is answered later, or never. */
  const acts: Record<string, (request: Message) => Content | undefined> = {
    execute_request: (request) => {
      kept.wait(request, executing === undefined && queue.waiting().length === 0);
      // Sent before the failure, it was only longer on its way.
      const late = Date.parse(request.header.date) < failed && Date.now() - failed < longestWay;
      if (late) abort(request);
      else queue.add(request);
      return undefined;
    },
    interrupt_request: () => {
      void interrupts.press();
      return {};
    },
    palimpsest_outputs_request: () => ({ cells: kept.all() }),
    palimpsest_stale_request: () => ({ cells: stale.all() }),
    shutdown_request: ({ content }) => {
      setImmediate(() => void leave());
      return { restart: content.restart === true };
    },
    comm_open: (request) => {
      publish(request, "comm_close", { comm_id: request.content.comm_id, data: {} });
      return undefined;
    },
    comm_msg: () => undefined,
    comm_close: () => undefined,
  };

  const answer = (request: Message): Content | undefined => {
    const { msg_type: type } = request.header;
    const act = acts[type];
    if (act) return act(request);
    if (replies[type]) return replies[type]({ compiler, history }, request);
    return { status: "error", ename: "NotSupported", evalue: `this kernel has no answer to ${type}`, traceback: [] };
  };

  const close = async (): Promise<void> => {
    await sockets.close();
    Atomics.store(flow, 1, 1);
    Atomics.notify(flow, 1);
  };
  const leave = async (): Promise<void> => {
    await close();
    tell({ do: "exit" });
    // A main thread that computes does not hear of it.
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 500);
  };

  // Whoever sends a cell at once, as a program does, does not wait for what a person never notices.
  const warming = setTimeout(() => compiler.warm(), 1000);
  sockets.listen((channel, request) => {
    if (/^(execute|complete|inspect)_request$/.test(request.header.msg_type)) clearTimeout(warming);
    if (channel === "stdin") {
      const question = questions.get(request.parent.msg_id ?? "") ?? [...questions.values()].at(-1);
      if (question !== undefined) tell({ do: "answer", question, value: String(request.content.value) });
      return;
    }
    if (request.header.msg_type === "execute_request") return void answer(request);
    status(request, "busy");
    let content: Content | undefined;
    try {
      content = answer(request);
    } catch (error) {
      const { name, message } = error as Error;
      content = { status: "error", ename: name, evalue: message, traceback: [] };
    }
    if (content) reply(channel, request, { status: "ok", ...content });
    status(request, "idle");
    // Who watches the state alone, to end kernels that are at rest, would take this one for such.
    if (executing) status(executing, "busy");
  });

  const hear: { [Kind in ToFront["is"]]: (message: Extract<ToFront, { is: Kind }>) => void } = {
    text: ({ run, stream, text }) => published.text(run, stream, text),
    message: ({ run, type, content }) => published.message(run, type, content),
    question: ({ run, question, prompt, password }) => {
      const request = requests.get(run)!;
      if (request.content.allow_stdin !== true)
        return tell({
          do: "answer",
          question,
          refusal: "nobody can be asked here; give it as a parameter (lab.params)",
        });
      published.flush();
      const asked = replyTo(request, "input_request", { prompt, password });
      questions.set(asked.header.msg_id, question);
      sockets.send("stdin", asked);
    },
    heard: ({ run }) => interrupts.heard(run),
    ended: ({ run, outcome }) => {
      published.flush();
      if (running?.run !== run) return;
      const { end } = running;
      running = undefined;
      end(outcome);
    },
    signal: () => {
      if (echoes > 0) echoes--;
      else void interrupts.press();
    },
    exit: ({ code }) => {
      published.flush();
      const failure = plainFailure("KernelError", `the cell ended its kernel with process.exit(${code})`);
      running?.end({ well: false, names: [], failure });
      // What waited behind it is aborted first.
      setTimeout(() => void close(), 20);
    },
  };
  parentPort!.on("message", (message: ToFront) => (hear[message.is] as (message: ToFront) => void)(message));

  setInterval(() => {
    if (process.ppid !== parent) endAll();
  }, 1000);
}

/** When the process that started the kernel is gone; with what cells have started, which is in the kernel's group if it leads one. */
function endAll(): void {
  signalGroup("SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

/** To the kernel and what cells have started, if it leads a group; else whoever leads it signals them. How often it did. */
function signalGroup(signal: NodeJS.Signals): 0 | 1 {
  try {
    process.kill(-process.pid, signal);
    return 1;
  } catch {
    return 0;
  }
}

void serve();
