/** Which layers of a model: all, by number, or so many of the first and of the last. */
import * as z from "zod";

/** Negative numbers count from the last, which is -1. */
export type LayerChoice = "all" | number[] | { first?: number; last?: number };

const count = z.int().min(0).optional();
/** Shape of the same in a recipe. */
export const layerChoice = z.union([
  z.literal("all"),
  z.array(z.int()).min(1),
  z.strictObject({ first: count, last: count }),
]);

/** Their numbers from 0, ascending, of `count` layers. `refuse` throws one line. */
export function chosenLayers(
  choice: LayerChoice,
  count: number,
  refuse: (what: unknown, fix: string) => never,
): number[] {
  const all = Array.from({ length: count }, (_, layer) => layer);
  if (choice === "all") return all;
  if (!Array.isArray(choice)) {
    const { first = 0, last = 0 } = choice;
    const chosen = all.filter((layer) => layer < first || layer >= count - last);
    const whole = [first, last].every((each) => Number.isInteger(each) && each >= 0 && each <= count);
    return whole && chosen.length > 0 ? chosen : refuse(choice, `there are ${count}: first and last of them`);
  }
  const wrong = choice.find((layer) => !(Number.isInteger(layer) && layer >= -count && layer < count));
  if (wrong !== undefined) refuse(wrong, `there are ${count}: ${-count} to ${count - 1}`);
  return [...new Set(choice.map((layer) => (layer < 0 ? layer + count : layer)))].sort((a, b) => a - b);
}
