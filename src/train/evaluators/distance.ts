/**
 * How far the weights moved from where training began: |w − w0| / |w0| over all of them, and over the embeddings, the layers
 * and the head apart. No text is read; sums are in double precision.
 */
import { parametersOf, type Role } from "../../architecture/index.js";
import { made } from "../../registry.js";
import type { Weights } from "../../types.js";
import type { Evaluator } from "./types.js";

/** Rows: metrics `distance`, `distance.embedding`, `distance.layers`, `distance.head`; without a unit. */
export function distance(): Evaluator {
  return made({
    name: "distance",
    options: {},
    begin({ model, leaves }) {
      const names = Object.keys({ ...model.weights, ...leaves.added });
      const start = new Map(Object.entries(model.weights).map(([name, { data }]) => [name, data.slice()]));
      return {
        async evaluate(state) {
          const own = await state.read(names);
          const now = leaves.merged?.(own) ?? own;
          const groups = new Map<string, { apart: number; size: number }>();
          for (const { name, role } of parametersOf(model.config)) {
            const [apart, size] = squares(start.get(name)!, now[name]!.data);
            for (const metric of ["distance", `distance.${parts[role] ?? "layers"}`]) {
              const sum = groups.get(metric) ?? { apart: 0, size: 0 };
              groups.set(metric, { apart: sum.apart + apart, size: sum.size + size });
            }
          }
          return [...groups].map(([metric, { apart, size }]) => ({ metric, value: Math.sqrt(apart / size) }));
        },
        async dispose() {},
      };
    },
  });
}

const parts: Partial<Record<Role, string>> = { embedding: "embedding", positions: "embedding", head: "head" };

function squares(before: Weights[string]["data"], now: Weights[string]["data"]): [number, number] {
  let [apart, size] = [0, 0];
  for (let i = 0; i < before.length; i++) {
    apart += (now[i]! - before[i]!) ** 2;
    size += before[i]! ** 2;
  }
  return [apart, size];
}
