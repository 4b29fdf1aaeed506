/** How long the run of a recipe is, from its mixture alone: whoever only counts updates loads nothing that trains. */
import { type Extent, fixed, type Mixture, mixtures } from "../../mixture/index.js";
import { isWritten, makeOf } from "../../registry.js";
import { BATCH } from "../batch.js";
import type { MixtureRecipe, Recipe } from "./recipe.js";

export const mixtureOf = (written: MixtureRecipe): Mixture =>
  isWritten(written) ? makeOf(mixtures, written) : fixed(written);

/** Updates and sequences at once that the run of a recipe, or of a stage of one, comes to. */
export function extentOf({ mixture, steps, batch = BATCH }: Pick<Recipe, "mixture" | "steps" | "batch">): Extent {
  const run = { steps, batch };
  return mixture === "keep" ? run : (mixtureOf(mixture).extent?.(run) ?? run);
}
