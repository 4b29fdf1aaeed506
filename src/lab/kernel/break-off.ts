/**
 * Ending a stretch of JavaScript that never pauses, from another thread, by V8's inspector. Both halves are here: what the
 * front asks for, and what the inspector then calls in the main thread, in the midst of whatever that runs.
 */
import { Session } from "node:inspector";

const key = Symbol.for("palimpsest.break-off");

/** "working": there is work that ends in good order, and that is to be waited for; "not now": to be asked again soon. */
export type Answer = "working" | "not now" | "done";

/**
 * To be called in the main thread. `concerns`: whether a run is not over; `working`: whether work that it began would end in
 * good order at an interrupt.
 */
export function allowBreakOff(concerns: (run: number) => boolean, working: () => boolean): void {
  let session: Session | undefined;
  const breakOff = (run: number, patient: boolean): Answer => {
    if (patient && working()) return "working";
    if (!concerns(run) || !inUsersCode()) return "not now";
    clearStack();
    if (!session) (session = new Session()).connect();
    session.post("Runtime.terminateExecution");
    return "done";
  };
  Object.assign(globalThis, { [key]: breakOff });
}

/**
 * Node's own functions keep books of which callback runs, and are not written to be left half-way; at rest there is nothing
 * to be broken off, and the next callback would be.
 */
function inUsersCode(): boolean {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, frames) => frames;
  const frames = new Error().stack as unknown as NodeJS.CallSite[];
  Error.prepareStackTrace = prepareStackTrace;
  // Below this function, the one that calls it, and what the inspector evaluates.
  const [, , , interrupted] = frames;
  return interrupted !== undefined && interrupted.getFileName()?.startsWith("node:") !== true;
}

/**
 * Node ends the process when its stack of callbacks is not empty at the end of the outermost. Code that is terminated does
 * not clear up after itself; Node's handler of uncaught errors does.
 */
function clearStack(): void {
  const { _fatalException: handle } = process as unknown as { _fatalException(error: Error): void };
  process.setUncaughtExceptionCaptureCallback(() => {});
  try {
    handle(new Error("interrupted"));
  } finally {
    process.setUncaughtExceptionCaptureCallback(null);
  }
}

/**
 * To be called in another thread: what it returns ends what the main thread does for a run, which answers also while it
 * computes. Promises that are ready in that moment are lost with it, so that what waits may never go on.
 */
export function mainThread(): (run: number, patient: boolean) => Promise<Answer> {
  return (run, patient) => {
    // Not kept: Node says of a process that ends with one that it waits for a debugger.
    const session = new Session();
    session.connectToMainThread();
    const expression = `globalThis[Symbol.for("${key.description!}")](${run}, ${patient})`;
    return new Promise((resolve) => {
      // An error says that what was asked was broken off with the rest.
      session.post("Runtime.evaluate", { expression, silent: true }, (error, answer) => {
        session.disconnect();
        resolve(error ? "done" : ((answer.result.value as Answer | undefined) ?? "done"));
      });
    });
  };
}
