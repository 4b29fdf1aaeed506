/**
 * A cell's first stretch, up to its first pause, runs inside `vm.runInThisContext({ breakOnSigint })`, so that an interrupt
 * can break off even a loop that never pauses. Two kinds of interrupt are mistreated there, and put right here:
 * - One that came while the cell was being compiled was heard by the sentinel alone; the stretch asks before it begins.
 * - One that comes as the stretch ends makes Node throw although the cell has gone on, and the promise of what it will
 *   assign is lost. So the result is put where it survives the throw, and the interrupt counts as a moment later.
 */
import { setImmediate } from "node:timers/promises";
import vm from "node:vm";
import type { Interrupts } from "./interrupts.js";
import type { Signals } from "./signals.js";

interface Run {
  (code: string, options?: unknown): unknown;
}

const key = Symbol.for("palimpsest.stretch");

/**
 * Replaces `vm.runInThisContext`, for calls with `breakOnSigint` alone: the executor's. `scriptName` is what errors call the
 * cell that begins.
 */
export function mendInterrupts(interrupts: Interrupts, signals: Signals, scriptName: () => string): void {
  const run = vm.runInThisContext as Run;
  const begin = (): void => {
    signals.breakable(true);
    if (interrupts.heard()) throw new Error("interrupted before it began");
  };
  const stretch: Run = (code, options) => {
    const result: { begin: () => void; ended?: [unknown] } = { begin };
    (globalThis as Record<symbol, unknown>)[key] = result;
    try {
      const here = 'globalThis[Symbol.for("palimpsest.stretch")]';
      run(`${here}.begin(); ${here}.ended = [${code}]`, options);
    } catch (error) {
      const interrupted = (error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
      if (!interrupted || result.ended === undefined) throw error;
      void setImmediate().then(interrupts.press);
    } finally {
      signals.breakable(false);
    }
    return result.ended?.[0];
  };
  const replacement: Run = (code, options) => {
    const breakable = typeof options === "object" && (options as { breakOnSigint?: boolean }).breakOnSigint === true;
    return breakable
      ? stretch(code, { ...(options as object), filename: scriptName(), displayErrors: false })
      : run(code, options);
  };
  vm.runInThisContext = replacement as typeof vm.runInThisContext;
}
