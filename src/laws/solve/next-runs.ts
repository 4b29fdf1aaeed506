/**
 * Which runs to make next, so that a constant, or all of them, or a number computed from them, becomes surer: chosen in
 * choose-runs.ts, here with candidates of its own: every combination of what was run so far.
 */
import { digits } from "../../digits.js";
import { type Derived, derivedFrom, type Doubted } from "../derive.js";
import { chooseRuns, type ChooseRunsOptions } from "../choose-runs.js";
import type { Solved } from "./answers.js";

export interface NextRunsOptions extends Omit<Doubted, "bootstrap"> {
  /** Settings that could be run; defaults to every combination of the values that were run, 2,000 at most. */
  candidates?: ChooseRunsOptions["candidates"];
  /** What should become surer; defaults to "all" constants. */
  target?: ChooseRunsOptions["target"];
  /** Defaults to 3. */
  count?: number;
  costs?: ChooseRunsOptions["costs"];
}

export interface NextRuns extends Solved {
  /** By setting, in order: the expected width of the interval after it and those before, as a part of today's. */
  runs: Record<string, Derived>;
  /** The settings themselves. */
  settings: Record<string, number>[];
}

export function nextRuns(options: NextRunsOptions): NextRuns {
  const { fit, target, count = 3, costs } = options;
  const { candidates = combinations(fit) } = options;
  const found = chooseRuns({ fit, candidates, target, count, costs });
  const runs = found.map(({ at, width }, i) => {
    const name = `${i + 1}. ${Object.entries(at)
      .map(([input, value]) => `${input} ${digits(value)}`)
      .join(", ")}`;
    return [name, derivedFrom({ name, unit: "of today's width", value: width, draws: [] })];
  });
  return {
    runs: Object.fromEntries(runs) as Record<string, Derived>,
    settings: found.map(({ at }) => at),
    notes: ["Judged by the law made linear at the fit: it does not doubt the form."],
  };
}

function combinations({ law, data }: Doubted["fit"]): Record<string, number>[] {
  const values = law.inputs.map((_, j) => [...new Set(data.x.map((x) => x[j]!))].sort((a, b) => a - b));
  const count = values.reduce((all, each) => all * each.length, 1);
  const settings =
    count <= 2000
      ? values.reduce<number[][]>((sets, each) => sets.flatMap((set) => each.map((value) => [...set, value])), [[]])
      : data.x.slice(0, 2000);
  return settings.map((set) => Object.fromEntries(law.inputs.map(({ name }, j) => [name, set[j]!])));
}
