/** What a recipe writes as a run takes it: said once, for who writes recipes and who carries them out. */
import type { RunOptions } from "../options.js";

const fields = [
  "steps",
  "batch",
  "accumulate",
  "memory",
  "precision",
  "context",
  "trainable",
  "checkpointEvery",
  "dropOptimiser",
  "logs",
  "snapshots",
  "labels",
] as const satisfies readonly (keyof RunOptions)[];

type Field = (typeof fields)[number];

/** Of options or of a recipe, those fields alone. */
export const alike = <Given extends Partial<Pick<RunOptions, Field>>>(given: Given): Pick<Given, Field & keyof Given> =>
  Object.fromEntries(fields.map((field) => [field, given[field]])) as Pick<Given, Field & keyof Given>;
