/** Changes of the state that parts make between updates: a program each, so that the other updates cost nothing more. */
import type { StepFunction } from "../../engine/index.js";
import { putBack, taken } from "./rows.js";
import { allOf, type Step, trainState, type TrainStepOptions } from "./step.js";

/** What is run after those updates that it is due at. */
export interface Periodic {
  /** Of updates counted from 1. */
  due(step: number): boolean;
  step: Step;
}

export function periodicSteps(options: TrainStepOptions): Periodic[] {
  const { parts = [], leaves = allOf(options.config) } = options;
  return parts.flatMap(({ periodic }) => {
    if (!periodic) return [];
    const fn: StepFunction = (state) => {
      const seen = taken(leaves.rows, state);
      const tables = Object.fromEntries(Object.keys(leaves.rows).map((name) => [name, seen[name]!]));
      return { state: putBack(leaves.rows, state, { ...tables, ...periodic.change(seen) }), outputs: {} };
    };
    return [{ due: periodic.due, step: { fn, signature: { state: trainState(options), inputs: {} } } }];
  });
}
