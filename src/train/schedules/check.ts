/** What options of schedules must be, said once: `<schedule>: invalid <option>: <value> (want …)`. */
export function check(name: string, what: string, value: unknown, ok: boolean, wanted: string): void {
  if (!(typeof value === "number" && ok))
    throw new Error(`${name}: invalid ${what}: ${String(value)} (want ${wanted})`);
}

export const checkPositive = (name: string, what: string, value: number): void =>
  check(name, what, value, value > 0 && value < Infinity, "a positive number");

export const checkShare = (name: string, what: string, value: number): void =>
  check(name, what, value, value >= 0 && value <= 1, "a share of the updates in [0, 1]");

/** A rate that is not above another, which is named. */
export const checkRate = (name: string, what: string, value: number, [most, highest]: [string, number]): void =>
  check(name, what, value, value >= 0 && value <= highest, `a rate between 0 and ${most}`);
