/** A law's inputs, as a recipe says them before it is run: its fields, or formulas of them. */
import { type Law, inside } from "../../laws/index.js";
import { formula } from "../../runs/index.js";
import type { Recipe } from "../../train/index.js";

/** The inputs by name; nothing where the law does not hold there. Throws one line where a field is missing. */
export type InputsIn = (recipe: Recipe) => Record<string, number> | undefined;

export function inputsIn(law: Law, columns: Readonly<Record<string, string>>): InputsIn {
  const strange = Object.keys(columns).find((name) => law.inputs.every((input) => input.name !== name));
  const names = law.inputs.map(({ name }) => name);
  if (strange !== undefined)
    throw new Error(`law: invalid columns: ${strange} (${law.name} takes ${names.join(", ")})`);
  const parts = law.inputs.map((input) => ({ input, text: columns[input.name] ?? input.name }));
  const read = parts.map(({ input, text }) => ({ input, ...formula(text) }));
  return (recipe) => {
    const fields = numbersIn(recipe);
    const made = read.map(({ input, columns: from, value }) => {
      const numbers = from.map((field) => {
        const number = fields.get(field);
        if (number !== undefined) return number;
        throw new Error(
          `law: missing ${field} in the recipe (say where ${input.name} stands: "columns": { "${input.name}": "mixture.ko" }, or a formula of such fields)`,
        );
      });
      return { input, number: value(numbers) };
    });
    if (!made.every(({ input, number }) => inside(input, number))) return undefined;
    return Object.fromEntries(made.map(({ input, number }) => [input.name, number]));
  };
}

/** Numbers of a recipe by path, dots for depth. */
function numbersIn(value: unknown, path = "", into = new Map<string, number>()): Map<string, number> {
  if (typeof value === "number") into.set(path, value);
  else if (typeof value === "object" && value !== null && !Array.isArray(value))
    for (const [key, inner] of Object.entries(value)) numbersIn(inner, path === "" ? key : `${path}.${key}`, into);
  return into;
}
