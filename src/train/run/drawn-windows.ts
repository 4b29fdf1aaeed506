/** What a run will be fed, known before it begins: for teachers that are read once and kept. */
import type { Mixture } from "../../mixture/index.js";
import type { Blended } from "./batches.js";

/** All windows that a run will draw, batch by batch, where no mixture waits for what training makes of them. */
export function* drawnWindows(
  batches: Blended,
  { steps, caller, mixture }: { steps: number; caller: string; mixture: Mixture },
): Generator<{ tokens: Int32Array; domains: readonly string[]; progress: number }> {
  if (batches.observe)
    throw new Error(`${caller}: invalid mixture: ${mixture.name} (what it draws is not known before the run)`);
  for (let step = 0; step < steps; step++) {
    const { feeds, domains } = batches.next(step);
    for (const [i, { tokens }] of feeds.entries())
      yield {
        tokens: tokens as Int32Array,
        domains: domains.slice(i * batches.batch, (i + 1) * batches.batch),
        progress: step / steps,
      };
  }
}
