/** The signals by name, and those that one mixture wants as one. Evaluations are the loop's own and not among them. */
import { alignment } from "./alignment.js";
import { excess } from "./excess.js";
import type { Signal, SignalOptions } from "./types.js";

const signals = { excess, alignment };

/** Undefined where the mixture wants none. */
export function signalsOf(options: Omit<SignalOptions, "every">): Signal | undefined {
  const wanted = (options.mixture.wants ?? []).flatMap(({ signal, every }) =>
    signal === "evaluations" ? [] : [{ every, ...signals[signal]({ ...options, every }) }],
  );
  if (wanted.length === 0) return undefined;
  return {
    async before(at) {
      const told = {};
      for (const { every, before } of wanted) if (at.step % every === 0) Object.assign(told, await before(at));
      return told;
    },
    async dispose() {
      for (const { dispose } of wanted) await dispose();
    },
  };
}
