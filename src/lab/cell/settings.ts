/**
 * The settings of a notebook: defaults, what was put in their place, and the refusal of any other name or type. Not where
 * they come from: `params.ts` reads them in a cell, `parameters-cell.ts` in a notebook's file.
 */
import { printable, show } from "../../foreign.js";
import { closest } from "./closest.js";

/** The defaults with what is `given` in place. Throws one line for a name they do not have or a value of another type. */
export function settle<T extends object>(defaults: T, given: object): T {
  const settings = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    checkSetting(defaults, name, value);
    Object.assign(settings, { [name]: value });
  }
  return settings;
}

/** What every object is asked for by `await` and by JSON, and may lack. */
const askedOfAll: ReadonlySet<string> = new Set(["then", "toJSON"]);

/** The same settings, on which reading or writing a name that is not there is an error in place of `undefined`. */
export function guarded<T extends object>(settings: T): T {
  const defaults = { ...settings };
  return new Proxy(settings, {
    get(target, name) {
      if (typeof name === "string" && !(name in target) && !askedOfAll.has(name)) throw unknown(name, target);
      return Reflect.get(target, name) as unknown;
    },
    set(target, name, value) {
      checkSetting(defaults, String(name), value);
      return Reflect.set(target, name, value);
    },
  });
}

function checkSetting(defaults: object, name: string, value: unknown): void {
  if (!Object.hasOwn(defaults, name)) throw unknown(name, defaults);
  const fallback = (defaults as Record<string, unknown>)[name];
  if (fits(value, fallback)) return;
  const [found, wanted] = [typeOf(value), typeOf(fallback)];
  throw new Error(`params: invalid ${printable(name)}: ${show(value)} (${found}); its default is of type ${wanted}`);
}

function unknown(name: string, defaults: object): Error {
  const names = Object.keys(defaults);
  const meant = closest(name, names);
  const hint = meant === undefined ? "" : `did you mean ${meant}? `;
  return new Error(
    `params: invalid parameter: ${printable(name)}; ${hint}this notebook has ${names.join(", ") || "none"}`,
  );
}

/** A default of null takes anything, an empty list any list, and a list what is of the type of one of its elements. */
function fits(value: unknown, fallback: unknown): boolean {
  if (fallback === null || fallback === undefined) return true;
  if (Array.isArray(fallback))
    return (
      Array.isArray(value) && (fallback.length === 0 || value.every((each) => fallback.some((one) => fits(each, one))))
    );
  return typeof value === typeof fallback && value !== null && !Array.isArray(value);
}

/** "number", "object", "list of string"; a list of several types, or of nothing, is "list". */
export function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (!Array.isArray(value)) return typeof value;
  const kinds = [...new Set(value.map(typeOf))];
  return kinds.length === 1 ? `list of ${kinds[0]}` : "list";
}
