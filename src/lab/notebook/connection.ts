/**
 * Starting a kernel process and speaking to it: a connection file, ZeroMQ sockets, requests and their replies. Knows no
 * notebook; `runner.ts` does. The kernel gets a process group of its own, so that Ctrl-C on a terminal reaches it only
 * through `interrupt()`.
 */
import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Subscriber } from "zeromq";
import { environment } from "../../environment.js";
import { watchHeartbeat } from "./heartbeat.js";
import { watchLife } from "./life.js";
import { kernelScript } from "../paths.js";
import { createMessage, decodeMessage, encodeMessage, type Content, type Message } from "../wire.js";

export interface KernelOptions {
  /** The folder the kernel starts in, as Jupyter would: the notebook's. Defaults to the current one. */
  folder?: string;
  /** Variables on top of this process's own. */
  env?: Record<string, string>;
  /** What to run with Node; defaults to our compiled kernel. */
  script?: string;
  /** Another kernel's program and arguments, to which the connection file is added; instead of `script`. */
  program?: readonly string[];
  /** Milliseconds until a kernel that does not answer is given up; defaults to 120,000. */
  patience?: number;
}

export interface Kernel {
  readonly pid: number;
  /** Lets another client join: `jupyter console --existing FILE`. */
  readonly connectionFile: string;
  /**
   * Sends a request on the shell channel and waits for its reply and for the kernel to be idle again. `onSent` gets the
   * request's id before anything can come of it.
   */
  request(type: string, content: Content, onSent?: (id: string) => void): Promise<Content>;
  /** Called with everything the kernel publishes; a message's `parent.msg_id` says which request caused it. */
  onPublish(listener: (message: Message) => void): void;
  /** Called with the seconds for which the kernel has not turned its event loop, and with 0 when it does again. */
  onSilence(listener: (seconds: number) => void): void;
  interrupt(): void;
  /** Asks the kernel to leave, then makes it. */
  close(): Promise<void>;
}

type Ports = Record<"shell_port" | "iopub_port" | "control_port" | "stdin_port" | "hb_port", number>;

/** Throws one line when there is no kernel, when it dies at once, or when it does not answer. */
export async function startKernel(options: KernelOptions = {}): Promise<Kernel> {
  const { script = kernelScript } = options;
  if (!existsSync(script))
    throw new Error(`startKernel: missing kernel: ${script}; build it with \`npm run build\` or reinstall palimpsest`);
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(script, options);
    } catch (error) {
      // Between finding free ports and binding them somebody else may have taken one.
      if (attempt === 3 || !/in use/i.test((error as Error).message)) throw error;
    }
  }
}

async function start(script: string, options: KernelOptions): Promise<Kernel> {
  const { folder = process.cwd(), env = {}, patience = 120_000 } = options;
  const ports = await freePorts();
  const key = randomBytes(32).toString("hex");
  const home = mkdtempSync(join(tmpdir(), "palimpsest-kernel-"));
  const file = join(home, "connection.json");
  const scheme = { transport: "tcp", ip: "127.0.0.1", signature_scheme: "hmac-sha256", key, kernel_name: "palimpsest" };
  writeFileSync(file, JSON.stringify({ ...scheme, ...ports }), { mode: 0o600 });

  const { program = [process.execPath, script] } = options;
  const child = spawn(program[0]!, [...program.slice(1), file], {
    cwd: folder,
    env: environment(env),
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const life = watchLife(child);
  const address = (port: keyof Ports): string => `tcp://127.0.0.1:${ports[port]}`;
  const shell = new Dealer({ linger: 0 });
  const control = new Dealer({ linger: 0 });
  const published = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  shell.connect(address("shell_port"));
  control.connect(address("control_port"));
  published.connect(address("iopub_port"));
  published.subscribe();
  const heartbeat = watchHeartbeat(address("hb_port"));

  const session = randomUUID();
  const waiting = new Map<string, Waiting>();
  const listeners: ((message: Message) => void)[] = [];
  let heard = false;
  void life.end.then((error) => {
    for (const each of waiting.values()) each.fail(error);
    waiting.clear();
  });
  const settle = (id: string, part: Partial<Waiting>): void => {
    const each = Object.assign(waiting.get(id) ?? {}, part) as Waiting;
    if (!each.idle || each.reply === undefined) return;
    waiting.delete(id);
    each.done(each.reply);
  };
  void receive(shell, key, (message) => {
    const id = message.parent.msg_id;
    if (id !== undefined && waiting.has(id)) settle(id, { reply: message.content });
  });
  void receive(published, key, (message) => {
    heard = true;
    const id = message.parent.msg_id;
    for (const listener of listeners) listener(message);
    const idle = message.header.msg_type === "status" && message.content.execution_state === "idle";
    if (idle && id !== undefined && waiting.has(id)) settle(id, { idle: true });
  });

  const request = async (type: string, content: Content, onSent?: (id: string) => void): Promise<Content> => {
    const error = life.ended();
    if (error) throw error;
    const message = createMessage(type, content, session);
    const answer = new Promise<Content>((done, fail) =>
      waiting.set(message.header.msg_id, { done, fail, idle: false }),
    );
    onSent?.(message.header.msg_id);
    await shell.send(encodeMessage(message, key));
    return answer;
  };
  const close = async (): Promise<void> => {
    heartbeat.close();
    if (!life.ended()) {
      await control.send(encodeMessage(createMessage("shutdown_request", { restart: false }, session), key));
      await Promise.race([life.end, delay(2000)]);
      life.kill();
      await life.end;
    }
    for (const socket of [shell, control, published]) socket.close();
    rmSync(home, { recursive: true, force: true });
  };

  // Publishing has no handshake: what the kernel says before our subscription reaches it is lost. So ask until it is heard.
  const deadline = Date.now() + patience;
  try {
    while (!heard) {
      const info = request("kernel_info_request", {});
      info.catch(() => {});
      const error = await Promise.race([info.then(() => undefined), life.end, delay(500).then(() => undefined)]);
      if (error) throw error;
      if (Date.now() > deadline)
        throw new Error(`startKernel: the kernel does not answer after ${patience / 1000} s: ${script}`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  waiting.clear();
  return {
    pid: child.pid ?? 0,
    connectionFile: file,
    request,
    onPublish: (listener) => void listeners.push(listener),
    onSilence: heartbeat.onSilence,
    interrupt: () => {
      void control.send(encodeMessage(createMessage("interrupt_request", {}, session), key)).catch(() => {});
    },
    close,
  };
}

interface Waiting {
  done(reply: Content): void;
  fail(error: Error): void;
  idle: boolean;
  reply?: Content;
}

async function receive(socket: Dealer | Subscriber, key: string, take: (message: Message) => void): Promise<void> {
  for await (const frames of socket) {
    const message = decoded(frames, key);
    if (message) take(message);
  }
}

/** undefined for frames that are no message of our kernel: they are dropped, since no reply is expected. */
function decoded(frames: Buffer[], key: string): Message | undefined {
  try {
    return decodeMessage(frames, key);
  } catch {
    return undefined;
  }
}

/** Five ports that nobody listens on, all held until the last is found so that no two are equal. */
async function freePorts(): Promise<Ports> {
  const servers: Server[] = [];
  const ports = {} as Ports;
  for (const name of ["shell_port", "iopub_port", "control_port", "stdin_port", "hb_port"] as const) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    servers.push(server);
    ports[name] = (server.address() as AddressInfo).port;
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
