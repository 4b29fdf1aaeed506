/** Foreign values looked at without trust: for the guards and the one-line errors of this room. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value in at most 60 characters of one line. */
export function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Whether some list or object lies deeper than `limit` in others. Asks without recursion, and ends on cycles. */
export function isDeeper(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((each) => (Array.isArray(each) ? each : isRecord(each) ? Object.values(each) : []));
    level = level.filter((each) => typeof each === "object" && each !== null);
  }
  return false;
}
