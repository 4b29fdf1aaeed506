/** A recipe whose corpus is described in a file of its own, as one that says the same itself: for whoever looks at what it reads. */
import { resolve } from "node:path";
import { readDataset } from "../../corpus/index.js";
import type { CorpusRecipe, Recipe } from "./recipe.js";

/** `from` is the folder that the recipe's paths are relative to. */
export function writtenOut(recipe: Recipe, from: string): Recipe {
  if (recipe.corpus?.dataset === undefined) return recipe;
  const { dataset, ...corpus } = recipe.corpus;
  const { languages: files, clean } = readDataset(resolve(from, dataset));
  return { ...recipe, corpus: { files, ...(clean && { clean: clean as CorpusRecipe["clean"] & object }), ...corpus } };
}
