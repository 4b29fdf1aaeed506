/**
 * A sweep's file: one recipe that all runs share and what varies, as JSON. Every combination becomes a recipe of its own.
 * Not a search: nothing here looks at results.
 */
import * as z from "zod";
import { printable } from "../foreign.js";
import { checkKeys, checkName } from "../names.js";
import { parseRecipe, type Recipe } from "../train/index.js";

export interface SweepFile {
  /** What all runs share; fields that every combination sets may be missing. */
  recipe: object;
  /** Values by field, dots for depth: `{ "seed": [1, 2], "schedule.peak": [0.001, 0.0003] }`. The last one turns fastest. */
  vary?: Record<string, unknown[]>;
}

const schema = z.strictObject({
  recipe: z.record(z.string(), z.unknown()),
  vary: z.record(z.string().min(1), z.array(z.unknown()).min(1)).optional(),
});

/** A day of ten-second runs on one core, and as many folders as a file system lists with ease: more is a slip of the pen. */
const mostRuns = 10_000;

/** Recipes of a parsed sweep file, each checked and named `<name>-<number>`. */
export function expand(value: unknown, caller = "sweep"): Recipe[] {
  const result = schema.safeParse(checkKeys(value, caller));
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    throw new Error(
      `${caller}: invalid ${printable(path.join(".")) || "file"}: ${printable(message)} (want { "recipe": {...}, "vary": { "field": [...] } })`,
    );
  }
  const { recipe, vary = {} } = result.data;
  const axes = Object.entries(vary);
  for (const [field] of axes) for (const part of field.split(".")) checkName(part, `${caller}: vary`);
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  if (!(count <= mostRuns))
    throw new Error(
      `${caller}: invalid vary: ${printable(axes.map(([field, { length }]) => `${field} ${length}`).join(" × "))} values make ${count} runs (at most ${mostRuns}; vary fewer fields, or make several sweeps)`,
    );
  const combinations = axes.reduce<[string, unknown][][]>(
    (before, [field, values]) =>
      before.flatMap((chosen) => values.map((one) => [...chosen, [field, one] as [string, unknown]])),
    [[]],
  );
  const width = String(combinations.length - 1).length;
  return combinations.map((chosen, i) => {
    const made = structuredClone(recipe);
    for (const [field, one] of chosen) place(made, field.split("."), one, caller);
    if (axes.length > 0 && !("name" in vary))
      made.name = `${(made.name as string | undefined) ?? "run"}-${String(i).padStart(width, "0")}`;
    return parseRecipe(made, combinations.length > 1 ? `${caller}: run ${i}` : caller);
  });
}

function place(target: Record<string, unknown>, path: string[], value: unknown, caller: string): void {
  const [field, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) {
    target[field] = structuredClone(value);
    return;
  }
  const inner = (target[field] ??= {});
  if (typeof inner !== "object" || inner === null)
    throw new Error(`${caller}: invalid vary: ${printable(path.join("."))} (${printable(field)} has no fields)`);
  place(inner as Record<string, unknown>, rest, value, caller);
}
