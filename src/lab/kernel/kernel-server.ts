/**
 * tslab's Jupyter protocol with its rough edges filed off, each by a method that replaces one of tslab's:
 * a failed cell says what failed in its reply; no later request is swallowed after a failure; interrupts may come as a
 * message; requests that tslab does not know do not print into a cell; output of a fast loop is not dropped; the process
 * ends when it is told to. Not the execution of cells, which is tslab's.
 */
import type { Executor } from "tslab/dist/executor.js";
import { JupyterHandlerImpl, ZmqServer, type ExecuteReply } from "tslab/dist/jupyter.js";
import type { Publisher, Reply, Router } from "zeromq";
import { describeFailure } from "./failure.js";
import type { Interrupts } from "./interrupts.js";
import { decodeMessage, encodeMessage, replyTo, type Content, type Message } from "../wire.js";

/** tslab answers what arrives within 200 ms of a failure with "abort" (https://github.com/yunabe/tslab/issues/19). */
const abortWindow = 250;

export class KernelHandler extends JupyterHandlerImpl {
  constructor(
    executor: Executor,
    /** What the executor reported since it began its last cell. */
    private readonly reports: unknown[][],
  ) {
    super(executor, false);
  }

  override handleKernel(): ReturnType<JupyterHandlerImpl["handleKernel"]> {
    const info = super.handleKernel();
    info.language_info.version = "5.0.4";
    return { ...info, implementation: "palimpsest", banner: "TypeScript (Palimpsest)", status: "ok" } as typeof info;
  }

  override async handleExecute(...cell: Parameters<JupyterHandlerImpl["handleExecute"]>): Promise<ExecuteReply> {
    const reply = await super.handleExecute(...cell);
    if (reply.status === "abort") return { ...reply, status: "aborted" };
    if (reply.status !== "error") return { ...reply, payload: [], user_expressions: {} };
    const failure = describeFailure(this.reports);
    // Only what was already queued is aborted: whoever sends the next cell after this reply gets it executed.
    await new Promise((resolve) => setTimeout(resolve, abortWindow));
    return { ...reply, ...failure };
  }
}

/** Requests that tslab answers, well. */
const known = new Set([
  "kernel_info_request",
  "execute_request",
  "is_complete_request",
  "inspect_request",
  "complete_request",
  "shutdown_request",
]);

/** Requests that it does not, or answers wrongly. Any other is none of a kernel's without widgets or a debugger. */
const answers: Record<string, Content> = {
  interrupt_request: {},
  comm_info_request: { comms: {} },
  history_request: { history: [] },
};

export class KernelServer extends ZmqServer {
  constructor(
    handler: KernelHandler,
    connectionFile: string,
    private readonly interrupts: Interrupts,
  ) {
    super(handler, connectionFile);
  }

  /**
   * tslab sends without waiting for what it sent before. A ZeroMQ socket then loses messages in two ways: a publisher
   * drops what a reader has not taken after 1,000, and after some hundred sends without a pause the next is refused
   * (EBUSY). One fast loop of prints does both, and the end of the cell is lost with its lines. No limit, and sends that
   * never wait, also let the output of such a loop appear while it runs.
   */
  override async init(): Promise<void> {
    const self = this as unknown as { bindSocket(socket: Publisher | Router | Reply, port: number): Promise<void> };
    const bind = self.bindSocket.bind(this);
    self.bindSocket = async (socket, port) => {
      if ("sendHighWaterMark" in socket) Object.assign(socket, { sendHighWaterMark: 0, sendTimeout: 0 });
      await bind(socket, port);
    };
    await super.init();
  }

  override async handleShellMessage(socket: Router, ...frames: Buffer[]): Promise<void> {
    let request: Message;
    try {
      request = decodeMessage(frames, this.connInfo.key);
    } catch {
      return; // Not signed by our client, or cut off: there is nobody to answer.
    }
    const { msg_type: type } = request.header;
    if (type === "interrupt_request") this.interrupts.press();
    const content = answers[type];
    if (content !== undefined) await this.answer(socket, request, content);
    else if (known.has(type)) await super.handleShellMessage(socket, ...frames);
  }

  private async answer(socket: Router, request: Message, content: Content): Promise<void> {
    const { key } = this.connInfo;
    const tell = (state: string): Promise<void> =>
      this.iopub.send(encodeMessage(replyTo(request, "status", { execution_state: state }), key));
    const type = request.header.msg_type.replace("_request", "_reply");
    await tell("busy");
    await socket.send(encodeMessage(replyTo(request, type, { status: "ok", ...content }), key));
    await tell("idle");
  }

  /** After a shutdown request; timers and devices that cells left behind do not keep the process. */
  override close(): void {
    setTimeout(() => process.exit(0), 500).unref();
    super.close();
  }
}
