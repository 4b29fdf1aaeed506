/** As many parts of every range as runs, and a run in each (McKay, Beckman and Conover 1979, Technometrics 21). */
import { design } from "../../laws/index.js";
import { rng } from "../../rng.js";
import { atPoints } from "./at-once.js";
import type { RandomOptions } from "./random.js";
import type { Search } from "./types.js";

/** Other than with `random`, more runs are other runs. */
export function latin({ runs, seed = 1 }: RandomOptions): Search {
  const points = (dimensions: number): number[][] => {
    const names = Array.from({ length: dimensions }, (_, i) => `d${i}`);
    const ranges = Object.fromEntries(names.map((name) => [name, { low: 0, high: 1 }]));
    const rows = design.latinHypercube({ rng: rng(seed).fork("latin search"), count: runs, ranges });
    return rows.map((row) => names.map((name) => row[name]!));
  };
  return atPoints({ name: "latin", options: { runs, seed }, points });
}
