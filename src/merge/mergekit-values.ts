/** What a parameter of a configuration of mergekit is for one tensor: by filters, gradients and defaults. */
import type * as z from "zod";
import { show } from "../foreign.js";
import type { Parameter, Value } from "./mergekit-methods.js";
import { type conditional, refuse, type scalar, type Setting } from "./mergekit-schema.js";
import { gradientAt } from "./written.js";

/** Undefined where no filter fits. */
export function valueOf(
  given: Setting,
  name: string,
  share: number,
  key: string,
  parameter: Parameter,
): Value | undefined {
  if (!Array.isArray(given))
    return isConditional(given) ? valueOf([given], name, share, key, parameter) : simple(given, key, parameter);
  if (given.every(isConditional)) {
    const hit = given.find(({ filter }) => filter == null || filter === "*" || (name !== "" && name.includes(filter)));
    return hit && valueOf(hit.value, name, share, key, parameter);
  }
  const values = (given as z.infer<typeof scalar>[]).map((one) => simple(one, key, parameter));
  if (values.every((one) => typeof one === "number")) return gradientAt(values, share);
  return values[Math.floor(share * (values.length - 1))];
}

const isConditional = (value: unknown): value is z.infer<typeof conditional> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** YAML reads 1e-5 as text in some dialects. */
function simple(value: z.infer<typeof scalar>, key: string, { kind }: Parameter): Value {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (value === null || typeof value === kind) return value as Value;
  if (kind === "number" && typeof number === "number" && Number.isFinite(number)) return number;
  throw refuse(`parameters.${key}: ${show(value)} (${kind === "number" ? "a number" : "true or false"})`);
}

export function checked(
  key: string,
  { default: other, only }: Parameter,
  value: Value | undefined,
  name: string,
): Value {
  const found = value ?? other;
  if (found === undefined) throw refuse(`parameters: no ${key}${name ? ` for ${name}` : ""} (it has no default)`);
  if (only !== undefined && found !== only)
    throw refuse(`parameters.${key}: ${show(found)} (only ${only} is read here)`);
  return found;
}
