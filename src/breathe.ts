/** Lets timers, input and an abort have their turn in the middle of long arithmetic; throws the signal's reason if aborted. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}
