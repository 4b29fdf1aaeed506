/**
 * The heartbeat channel of a kernel: it echoes when its event loop turns. A kernel of JavaScript does not echo while a
 * cell computes without a pause, so silence is worth a word to the person who waits, and is never a reason to kill.
 */
import { Dealer } from "zeromq";

export interface Heartbeat {
  /** Called with the seconds of silence at every missed beat, and with 0 at the first beat after some. */
  onSilence(listener: (seconds: number) => void): void;
  close(): void;
}

export function watchHeartbeat(address: string, every = 1000): Heartbeat {
  const socket = new Dealer({ linger: 0 });
  socket.connect(address);
  const listeners: ((seconds: number) => void)[] = [];
  const tell = (seconds: number): void => listeners.forEach((listener) => listener(seconds));
  let last = Date.now();
  let silent = false;
  let waiting = false;
  const beat = setInterval(() => {
    const silence = Date.now() - last;
    if (waiting && silence > 2 * every) {
      silent = true;
      tell(Math.round(silence / 1000));
    }
    if (waiting) return;
    waiting = true;
    last = Date.now();
    // An empty first frame makes this socket speak to the kernel's REP socket as a REQ would, without its lock-step.
    socket.send(["", "beat"]).catch(() => {});
  }, every);
  beat.unref();
  void (async () => {
    for await (const _ of socket) {
      waiting = false;
      last = Date.now();
      if (silent) tell(0);
      silent = false;
    }
  })();
  return {
    onSilence: (listener) => void listeners.push(listener),
    close: () => {
      clearInterval(beat);
      socket.close();
    },
  };
}
