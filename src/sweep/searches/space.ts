/** The recipes among which a sweep's file lets its search choose: what all share, and the fields that vary. */
import { printable } from "../../foreign.js";
import { checkName } from "../../names.js";
import { parseRecipe, type Recipe } from "../../train/index.js";
import { type Axis, axisOf, type Varied } from "./axis.js";

export interface Space {
  readonly axes: readonly Axis[];
  /** Numbers from 0 to 1 that decide a recipe. */
  readonly dimensions: number;
  /** The recipe with one value for each axis, checked, and named by its number of so many. */
  recipe(values: readonly unknown[], number: number, of: number): Recipe;
  /** The values at a point of the unit cube. */
  valuesAt(point: readonly number[]): unknown[];
}

/** Values of a recipe by the fields that vary. */
export function variedIn(recipe: Recipe, fields: readonly string[]): [field: string, value: unknown][] {
  const at = (field: string): unknown =>
    field.split(".").reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], recipe);
  return fields.map((field) => [field, at(field)]);
}

export interface SpaceOptions {
  recipe: Record<string, unknown>;
  vary: Record<string, Varied>;
  caller: string;
}

export function spaceOf({ recipe, vary, caller }: SpaceOptions): Space {
  const paths = Object.keys(vary).map((field) => field.split("."));
  const axes = Object.entries(vary).map(([field, varied]) => axisOf(field, varied, caller));
  for (const part of paths.flat()) checkName(part, `${caller}: vary`);
  return {
    axes,
    dimensions: axes.reduce((sum, { dimensions }) => sum + dimensions, 0),
    recipe(values, number, of) {
      const made = { ...recipe };
      for (const [i, path] of paths.entries()) place(made, path, values[i], caller);
      if (axes.length > 0 && !("name" in vary)) {
        const name = (made.name as string | undefined) ?? "run";
        made.name = `${name}-${String(number).padStart(String(of - 1).length, "0")}`;
      }
      return parseRecipe(made, of > 1 ? `${caller}: run ${number}` : caller);
    },
    valuesAt(point) {
      let from = 0;
      return axes.map(({ dimensions, at }) => at(point.slice(from, (from += dimensions))));
    },
  };
}

/** Everything on the way is a copy: recipes share what does not vary. */
function place(target: Record<string, unknown>, path: readonly string[], value: unknown, caller: string): void {
  const [field, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) {
    target[field] = value;
    return;
  }
  const inner = target[field] ?? {};
  if (typeof inner !== "object")
    throw new Error(`${caller}: invalid vary: ${printable(path.join("."))} (${printable(field)} has no fields)`);
  const copy = (Array.isArray(inner) ? [...(inner as unknown[])] : { ...inner }) as Record<string, unknown>;
  target[field] = copy;
  place(copy, rest, value, caller);
}
