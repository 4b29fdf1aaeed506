/**
 * A kernel's five ZeroMQ sockets, by the connection file: signed messages in and out. What they mean is for `front.ts`.
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
import { Reply, Router, XPublisher } from "zeromq";
import { createMessage, decodeMessage, encodeMessage, type Content, type Message } from "../wire.js";
import type { Connection } from "./connection-file.js";

export type Channel = "shell" | "control" | "stdin";

export interface Sockets {
  /** Everything that a client sends, in its order by channel. */
  listen(hear: (channel: Channel, message: Message) => void): void;
  send(channel: Channel, message: Message): void;
  /** To all clients. `parent`: the request that caused it. */
  publish(type: string, content: Content, parent: Message["parent"]): void;
  /** Resolves when what was sent before is on its way. */
  close(): Promise<void>;
}

/** Resolves when clients can connect. */
export async function openSockets(connection: Connection, session: string): Promise<Sockets> {
  const { transport, ip, key } = connection;
  // No limit: a publisher drops what a reader has not taken after 1,000 messages, and a fast loop of prints makes more.
  const unlimited = { sendHighWaterMark: 0, receiveHighWaterMark: 0, sendTimeout: 0, linger: 1000 };
  const routers = { shell: new Router(unlimited), control: new Router(unlimited), stdin: new Router(unlimited) };
  const published = new XPublisher({ ...unlimited, verbosity: "allSubs" });
  const heartbeat = new Reply();
  const at = (port: number): string => `${transport}://${ip}:${port}`;
  const { shell_port, control_port, stdin_port, iopub_port, hb_port } = connection;
  await Promise.all([
    routers.shell.bind(at(shell_port)),
    routers.control.bind(at(control_port)),
    routers.stdin.bind(at(stdin_port)),
    published.bind(at(iopub_port)),
    heartbeat.bind(at(hb_port)),
  ]);
  // A socket takes one message at a time.
  const sender = (socket: Router | XPublisher): ((message: Message) => void) => {
    let before = Promise.resolve();
    return (message) => {
      const frames = encodeMessage(message, key);
      before = before.then(() => socket.send(frames)).catch(() => {});
      sent.set(socket, before);
    };
  };
  const sent = new Map<object, Promise<void>>();
  const send = { shell: sender(routers.shell), control: sender(routers.control), stdin: sender(routers.stdin) };
  const publish = sender(published);
  return {
    listen: (hear) => {
      for (const channel of ["shell", "control", "stdin"] as const)
        void receive(routers[channel], (frames) => {
          const message = decoded(frames, key);
          if (message) hear(channel, message);
        });
      void receive(heartbeat, (frames) => void heartbeat.send(frames));
      void receive(published, ([subscription]) => {
        // Since a subscription takes time, a client may wait for this before it asks for anything.
        if (subscription?.[0] !== 1) return;
        const topic = subscription.subarray(1);
        publish({
          ...createMessage("iopub_welcome", { subscription: topic.toString() }, session),
          identities: [topic],
        });
      });
    },
    send: (channel, message) => send[channel](message),
    publish: (type, content, parent) =>
      publish({ ...createMessage(type, content, session), identities: [Buffer.from(type)], parent }),
    close: async () => {
      await Promise.all(sent.values());
      for (const socket of [...Object.values(routers), published, heartbeat]) socket.close();
    },
  };
}

async function receive(socket: Router | Reply | XPublisher, take: (frames: Buffer[]) => void): Promise<void> {
  for await (const frames of socket) take(frames);
}

/** undefined for what our client did not sign, or what was cut off: there is nobody to answer. */
function decoded(frames: Buffer[], key: string): Message | undefined {
  try {
    return decodeMessage(frames, key);
  } catch {
    return undefined;
  }
}
