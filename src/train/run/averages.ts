/** The averages that parts keep, as a model's weights on the host. */
import type { State } from "../../engine/index.js";
import type { Weights } from "../../types.js";
import { averageOf, slotOf } from "../step/parts/average.js";
import type { Leaves, RunningPart } from "../step/types.js";

/** By the average's name; of those that are of one model at least, and not of modules beside it. `names` are the weights and leaves in `state`. */
export async function averagesOf(
  state: State,
  { names, leaves, parts }: { names: string[]; leaves: Leaves; parts: readonly RunningPart[] },
): Promise<Record<string, Weights>> {
  const found: Record<string, Weights> = {};
  for (const { average } of parts) {
    if (!average || leaves.beside) continue;
    const { name, count } = average;
    if (count !== undefined && !((await state.read([count]))[count]!.data[0]! > 0)) continue;
    const own = await state.download(names);
    const kept = await state.download(Object.keys(leaves.leaves).map((leaf) => slotOf(name, leaf)));
    const whole = averageOf(name, leaves, { ...own, ...kept });
    found[name] = Object.fromEntries(Object.entries(whole).filter(([name]) => !Object.hasOwn(kept, name)));
  }
  return found;
}
