/**
 * When a document was written, as ISO 8601 has it: a year, a month, a day or a moment in UTC ("2019", "2019-05", "2019-05-01",
 * "2019-05-01T12:00:00.000Z"), which sort as text in their order.
 */
import { show } from "../../foreign.js";

/** Numbers are years up to 9999, seconds since 1970 up to 10^11, milliseconds beyond. `where` names the field in errors. */
export function dateOf(value: unknown, where: string): string {
  if (typeof value === "string" && /^\d{4}(-\d\d(-\d\d)?)?$/.test(value) && !Number.isNaN(Date.parse(value)))
    return value;
  const at = momentOf(value);
  if (Number.isNaN(at.getTime()) || at.getTime() < Date.UTC(0, 0))
    throw new Error(`load: invalid date ${where}: ${show(value)} (e.g. "2019-05-01", or seconds since 1970)`);
  return typeof value === "number" && value < 10_000 ? String(value).padStart(4, "0") : at.toISOString();
}

function momentOf(value: unknown): Date {
  if (value instanceof Date) return value;
  // In a table numbers are texts.
  const counted = typeof value === "bigint" || (typeof value === "string" && /^\d{6,13}$/.test(value));
  const number = counted ? Number(value) : value;
  if (typeof number !== "number") return new Date(typeof value === "string" ? value : NaN);
  if (number >= 1000 && number < 10_000) return new Date(Date.UTC(number, 0));
  return new Date(number < 1e11 ? 1000 * number : number);
}
