/**
 * SIGTERM, by which a queue says that the machine is wanted back: the work in hand is saved, and the exit code says what ended
 * it. For verbs whose work can be gone on with; others end at once, as a process does that says nothing of the signal.
 */
export function terminated(): AbortSignal {
  const controller = new AbortController();
  process.on("SIGTERM", () => {
    // 128 and the signal's number, as a shell would say it.
    process.exitCode = 143;
    controller.abort(new Error("terminated"));
  });
  return controller.signal;
}
