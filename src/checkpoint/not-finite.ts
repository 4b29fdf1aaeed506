/** The row of a table that is no row of numbers, once it is known that there is one. */
import type { Table } from "../embed/index.js";
import { firstNotFinite } from "../finite.js";

/** Throws one line that names the first of these rows with a number that is not finite; returns where there is none. */
export function refuseNotFinite(caller: string, name: string, table: Table, ids: Iterable<number>): void {
  for (const id of ids) {
    const row = table.row(id) as Float32Array;
    const at = firstNotFinite(row);
    if (at >= 0)
      throw new Error(`${caller}: invalid base: ${name} has ${row[at]} in row ${id} (finite numbers are expected)`);
  }
}
