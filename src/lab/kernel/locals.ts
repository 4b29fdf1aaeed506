/**
 * Lets a cell write `{ base }` for a variable of an earlier cell. tslab rewrites such names to properties of its exports,
 * but not where they are both key and value of an object, and the cell would fail with "base is not defined". A getter of
 * that name on the global object answers there. Names that are globals already are left alone.
 */
import type { Executor } from "tslab/dist/executor.js";

export function exposeLocals(executor: Executor): void {
  const locals = executor.locals as Record<string, unknown>;
  for (const name of Object.keys(locals)) {
    if (name in globalThis) continue;
    Object.defineProperty(globalThis, name, {
      get: () => locals[name],
      set: (value) => void (locals[name] = value),
      configurable: true,
      enumerable: false,
    });
  }
}
