/**
 * Several objectives in one batch: of each window one makes what is learned, drawn by its share among those that its domain has. They
 * must be such that are the next token of windows (`../windows.ts`), so that one pass of the model serves all. Every prediction
 * that counts counts the same, so an objective that learns a sixth of its windows has a sixth of its share in the loss.
 */
import * as tf from "../../../tensors.js";
import type { Json } from "../../../registry.js";
import { made, write } from "../../../registry.js";
import type { Objective, RunningObjective } from "../objective.js";
import type { Reads, Windows } from "../windows.js";
import { checkDecoder, drawnOf, meanOf, windowFeeds, windowInputs, windowLosses } from "./windowed.js";
import { byShare } from "./by-share.js";

export interface MixedPart {
  objective: Objective;
  /** How many windows it gets, beside the others' shares; defaults to 1. */
  share?: number;
  /** Domains whose windows it is for; defaults to all. */
  on?: readonly string[];
}

export interface MixedOptions {
  of: readonly MixedPart[];
}

/** The step's rows have `loss_of_<objective>` of those that had windows in it; of two with one name the second is `<objective>_2`. */
export function mixed({ of }: MixedOptions): Objective & RunningObjective {
  if (of.length === 0) throw new Error("mixed: invalid of: none (give objectives)");
  const parts = of.map(({ objective, share = 1, on }) => {
    const { windows, name } = objective;
    if (!windows) throw new Error(`mixed: invalid objective: ${name} (it is not the next token of windows alone)`);
    if (!(share > 0 && share < Infinity)) throw new Error(`mixed: invalid share: ${share} (above 0)`);
    return { objective, windows, share, on };
  });
  const names = labels(parts.map(({ objective }) => objective.name));
  const reads = union(parts.map(({ windows }) => windows.reads)) satisfies Reads;
  const sees = union(parts.map(({ windows }) => windows.sees)) satisfies Windows["sees"];
  const evaluator = parts.find(({ objective }) => objective.evaluator)?.objective.evaluator;
  const objective: Objective & RunningObjective = {
    name: "mixed",
    options: {
      of: parts.map(({ objective, share, on }) => ({
        objective: write(objective) as Json,
        share,
        ...(on && { on: [...on] }),
      })),
    },
    on: union(parts.map(({ on }) => on)),
    reads,
    ...(evaluator && { evaluator }),
    check(model) {
      checkDecoder("mixed", model);
      for (const { objective } of parts) objective.check?.(model);
    },
    begin: () => objective,
    inputs: (at) => ({
      ...windowInputs({ ...at, sees }),
      part: { shape: [at.batch], dtype: "float32" },
    }),
    feeds(at) {
      const which: number[] = [];
      const windows = drawnOf(at).map((drawn) => {
        const { domain, rng } = drawn;
        const own = parts.filter(({ on }) => !on || on.includes(domain));
        if (own.length === 0) throw new Error(`mixed: invalid of: none for ${domain} (give one without on)`);
        const part = byShare(own, rng.fork("part"));
        which.push(parts.indexOf(part));
        return part.windows.of(drawn);
      });
      return { ...windowFeeds(windows, { ...at, sees }), part: Float32Array.from(which) };
    },
    loss(at) {
      const { sums, counts } = windowLosses(at);
      const mean = meanOf(sums, counts, at.inputs.weight);
      return { ...mean, outputs: { ...mean.outputs, partBySequence: tf.clone(at.inputs.part!) } };
    },
    row({ bySequence, countBySequence, partBySequence }) {
      return Object.fromEntries(
        names.flatMap((name, part) => {
          let [sum, count] = [0, 0];
          partBySequence!.forEach((own, i) => {
            if (own === part)
              [sum, count] = [sum + countBySequence![i]! * bySequence![i]!, count + countBySequence![i]!];
          });
          return count > 0 ? [[`loss_of_${name}`, sum / count]] : [];
        }),
      );
    },
  };
  return made(objective, ...of.map(({ objective }) => objective));
}

const union = <T>(lists: readonly (readonly T[] | undefined)[]): T[] => [
  ...new Set(lists.flatMap((list) => list ?? [])),
];

function labels(names: readonly string[]): string[] {
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name}_${before + 1}`;
  });
}
