/**
 * What runs say, on its way to clients. Text is gathered for a moment, so that a loop that prints line by line makes
 * few messages of it; everything keeps its order.
 */
import type { Content } from "../wire.js";
import type { Flow } from "./talk.js";

export interface Publisher {
  text(run: number, stream: string, text: string): void;
  message(run: number, type: string, content: Content): void;
  /** Sends what was gathered. */
  flush(): void;
}

/** Milliseconds that text waits for more. */
const moment = 10;
/** Characters that are not waited with. */
const most = 1 << 18;

/** `flow` is told of text that was taken: its writer may wait for that. */
export function createPublisher(send: (run: number, type: string, content: Content) => void, flow: Flow): Publisher {
  let gathered: { run: number; name: string; text: string } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!gathered) return;
    const { run, ...content } = gathered;
    gathered = undefined;
    send(run, "stream", content);
  };
  return {
    text: (run, name, text) => {
      // `execSync` writes what its child did not say.
      if (text === "") return;
      Atomics.sub(flow, 0, text.length);
      Atomics.notify(flow, 0);
      if (gathered && (gathered.run !== run || gathered.name !== name)) flush();
      if (gathered) gathered.text += text;
      else gathered = { run, name, text };
      if (gathered.text.length > most) flush();
      else timer ??= setTimeout(flush, moment);
    },
    message: (run, type, content) => {
      flush();
      send(run, type, content);
    },
    flush,
  };
}
