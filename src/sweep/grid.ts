/**
 * A sweep's file: one recipe that all runs share, what varies in it, and how its runs are chosen, as JSON. Without a search
 * every combination becomes a recipe of its own.
 */
import * as z from "zod";
import { printable } from "../foreign.js";
import { checkKeys } from "../names.js";
import { makeOf, schemaOf, type Written } from "../registry.js";
import type { Recipe } from "../train/index.js";
import { axisSchema, type Varied } from "./searches/axis.js";
import { searches } from "./searches/registry.js";
import { spaceOf } from "./searches/space.js";
import type { OpenSearch, Search, Wanted } from "./searches/types.js";

export interface SweepFile {
  /** What all runs share; fields that vary may be missing. */
  recipe: object;
  /**
   * By field, dots for depth: a list `[1, 2]`, a range `{ "from": 1e-4, "to": 1e-2, "scale": "log" }` (or `"integer": true`),
   * or shares that sum to 1, `{ "shares": ["en", "ko"], "from": 0.1 }`. In a grid lists only; the last one turns fastest.
   */
  vary?: Record<string, Varied>;
  /** Row of `searches` beside its options: `{ "name": "sobol", "runs": 16, "seed": 1 }`. Defaults to the grid. */
  search?: Written;
}

const schema = z.strictObject({
  recipe: z.record(z.string(), z.unknown()),
  vary: z.record(z.string().min(1), axisSchema).optional(),
  search: schemaOf(searches).optional(),
});

export interface FileSearch extends OpenSearch {
  /** Fields that vary. */
  fields: string[];
  /** As it was read. */
  file: SweepFile;
}

/** The search of a parsed sweep file. Throws one line where it is none. */
export function searchIn(value: unknown, caller = "sweep"): FileSearch {
  const result = schema.safeParse(checkKeys(value, caller));
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    throw new Error(
      `${caller}: invalid ${printable(path.join(".")) || "file"}: ${printable(message)} (want { "recipe": {...}, "vary": { "field": [...] } })`,
    );
  }
  const { recipe, vary = {}, search = { name: "grid" } } = result.data;
  if (search.name !== "grid" && Object.keys(vary).length === 0)
    throw new Error(`${caller}: missing vary (${search.name} chooses among what varies)`);
  const open = makeOf<Search>(searches, search).open(spaceOf({ recipe, vary, caller }));
  return { ...open, fields: Object.keys(vary), file: value as SweepFile };
}

/** Recipes of a parsed sweep file whose search looks at no results, each checked and named `<name>-<number>`. */
export function expand(value: unknown, caller = "sweep"): Recipe[] {
  const wanted = searchIn(value, caller).propose(() => undefined);
  if (wanted instanceof Promise || wanted.some(({ until }) => until !== undefined))
    throw new Error(`${caller}: invalid search: it looks at results (run it with palimpsest sweep, or sweep.search)`);
  return (wanted as Wanted[]).map(({ recipe }) => recipe);
}
