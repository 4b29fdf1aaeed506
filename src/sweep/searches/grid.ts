/** Every combination of the values that vary; the last field turns fastest. */
import { printable } from "../../foreign.js";
import { atOnce, mostRuns } from "./at-once.js";
import type { Search } from "./types.js";

export const grid = (): Search =>
  atOnce({
    name: "grid",
    options: {},
    values({ axes }) {
      const lists = axes.map(({ field, values }) => {
        if (values) return values;
        throw new Error(
          `sweep: invalid vary: ${printable(field)} (a grid takes lists; of a range choose with "search")`,
        );
      });
      const count = lists.reduce((product, { length }) => product * length, 1);
      if (!(count <= mostRuns))
        throw new Error(
          `sweep: invalid vary: ${printable(axes.map(({ field, values }) => `${field} ${values!.length}`).join(" × "))} values make ${count} runs (at most ${mostRuns}; vary fewer fields, or make several sweeps)`,
        );
      return lists.reduce<unknown[][]>(
        (before, values) => before.flatMap((chosen) => values.map((one) => [...chosen, one])),
        [[]],
      );
    },
  });
