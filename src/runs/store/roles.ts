/** What a column of the store's rows is, by its name alone, as `rowOf` makes them. */
export type Role = "about" | "label" | "setting" | "metric";

/** What a run is called, where it lies and how far it came. */
const about = new Set(["run", "dir", "stamp", "status", "error", "tokens", "step", "recipe.name"]);

/** What it was told or came out as told; everything else is a label that its recipe gave it. */
const setting =
  /^(seed|device|parameters|parametersWithoutEmbeddings|(share|realised)_.*|(recipe|versions|engine)\..*)$/s;

const metric = /^(loss_|bitsPerByte_|measured\.)/;

export function roleOf(column: string): Role {
  if (about.has(column)) return "about";
  if (metric.test(column)) return "metric";
  return setting.test(column) ? "setting" : "label";
}

/** Columns that say the seed: runs that differ in nothing else are one arm. */
export const isSeed = (column: string): boolean => column === "seed" || column === "recipe.seed";
