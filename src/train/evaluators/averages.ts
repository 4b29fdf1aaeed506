/**
 * The averages that parts keep (`ema`, `swa`, `lawa`), scored as the live weights are and beside them: by the evaluator of the
 * run's objective, on the same windows, and where that is asked by all others of the run. Each row of that becomes numbers named after the average; `measure.averaged` makes
 * evaluations of them again, so that a run and its average are two paths on one plane. An average of no model yet has no rows.
 */
import type { State } from "../../engine/index.js";
import { made } from "../../registry.js";
import { averageOf, slotOf } from "../step/parts/average.js";
import { putBack } from "../step/rows.js";
import type { Average, Leaves, RunningPart } from "../step/types.js";
import type { Evaluator, RunningEvaluator } from "./types.js";

export interface AveragesOptions {
  /** By the run's other evaluators too, e.g. probes, but for those that take gradients; defaults to false. */
  byAll?: boolean;
}

/** Rows: of bits per byte `ema.loss` and `ema.bitsPerByte` by domain, of another evaluator `ema.` and its metric. */
export function averages(options: AveragesOptions = {}): Evaluator {
  return made({
    name: "averages",
    options: { ...options },
    live: true,
    begin({ standard, others = [], parts = [], ...at }) {
      const kept = parts.flatMap((part) => (part.average ? [{ part, average: part.average }] : []));
      if (kept.length === 0) throw new Error("averages: invalid parts: none keeps an average (add ema, swa or lawa)");
      const by = [standard, ...(options.byAll ? others.filter(({ live }) => !live) : [])];
      const each = kept.flatMap(({ part, average }) => {
        const leaves = averaged(at.leaves, part, average);
        return by.map((evaluator) => ({ average, running: evaluator.begin({ ...at, standard, leaves }) }));
      });
      return {
        async evaluate(state, at) {
          const rows: Scored = [];
          for (const { average, running } of each)
            if (await isThere(state, average)) rows.push(...named(average.name, await running.evaluate(state, at)));
          return rows;
        },
        async dispose() {
          for (const { running } of each) await running.dispose();
        },
      };
    },
  });
}

/** Leaves whose model is that of the average. */
function averaged(leaves: Leaves, { slots }: RunningPart, { name }: Average): Leaves {
  const names = Object.keys(leaves.leaves);
  const own = Object.fromEntries(names.map((leaf) => [slotOf(name, leaf), slots![slotOf(name, leaf)]!]));
  return {
    ...leaves,
    added: { ...leaves.added, ...own },
    weights(state, inputs) {
      const mean = Object.fromEntries(names.map((leaf) => [leaf, state[slotOf(name, leaf)]!]));
      const live = { ...state, ...putBack(leaves.rows, state, mean) };
      return leaves.weights?.(live, inputs) ?? live;
    },
    merged: (state) => averageOf(name, leaves, state),
  };
}

async function isThere(state: State, { count }: Average): Promise<boolean> {
  if (count === undefined) return true;
  const { [count]: found } = await state.read([count]);
  return found!.data[0]! > 0;
}

type Scored = Awaited<ReturnType<RunningEvaluator["evaluate"]>>;

const named = (name: string, rows: Scored): Scored =>
  rows.flatMap((row): Scored =>
    "metric" in row
      ? [{ ...row, metric: `${name}.${row.metric}` }]
      : (["loss", "bitsPerByte"] as const).map((field) => ({
          metric: `${name}.${field}`,
          domain: row.domain,
          value: row[field],
        })),
  );
