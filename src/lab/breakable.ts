/**
 * A cell's first stretch, up to its first pause, runs inside `vm.runInThisContext({ breakOnSigint })`, so that an interrupt
 * can break off even a loop that never pauses. Two kinds of interrupt are mistreated there, and put right here:
 * - One that came while the cell was being compiled is dropped by Node when it exchanges its handlers. A cell that awaits
 *   therefore lets the event loop turn, and hears it, before it begins.
 * - One that comes as the stretch ends makes Node throw although the cell has gone on, and the promise of what it will
 *   assign is lost. So the result is put where it survives the throw, and the interrupt counts as a moment later.
 */
import { setImmediate } from "node:timers/promises";
import vm from "node:vm";
import type { Interrupts } from "./interrupts.js";

interface Run {
  (code: string, options?: unknown): unknown;
}

const key = Symbol.for("palimpsest.stretch");

/** Replaces `vm.runInThisContext`, for calls with `breakOnSigint` alone: the executor's. */
export function mendInterrupts(interrupts: Interrupts): void {
  const run = vm.runInThisContext as Run;
  const stretch: Run = (code, options) => {
    const result: { ended?: [unknown] } = {};
    (globalThis as Record<symbol, unknown>)[key] = result;
    try {
      run(`globalThis[Symbol.for("palimpsest.stretch")].ended = [${code}]`, options);
    } catch (error) {
      const interrupted = (error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
      if (!interrupted || result.ended === undefined) throw error;
      void setImmediate().then(interrupts.press);
    }
    return result.ended?.[0];
  };
  const afterTurn: Run = async (code, options) => {
    // The first may still belong to the turn in which the cell arrived.
    await setImmediate();
    await setImmediate();
    if (interrupts.heard()) throw new Error("interrupted before it began");
    return stretch(code, options);
  };
  const replacement: Run = (code, options) => {
    const breakable = typeof options === "object" && (options as { breakOnSigint?: boolean }).breakOnSigint === true;
    if (!breakable) return run(code, options);
    return code.startsWith("(async function") ? afterTurn(code, options) : stretch(code, options);
  };
  vm.runInThisContext = replacement as typeof vm.runInThisContext;
}
