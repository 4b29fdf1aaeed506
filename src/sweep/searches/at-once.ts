/** A search that looks at no results: all its runs are wanted from the start. */
import { made, type Options } from "../../registry.js";
import type { Space } from "./space.js";
import type { Search, Wanted } from "./types.js";

/** A day of ten-second runs on one core, and as many folders as a file system lists with ease: more is a slip of the pen. */
export const mostRuns = 10_000;

export interface AtOnceOptions {
  name: string;
  options: Options;
  /** Values of each run, in the order of the space's axes. */
  values(space: Space): unknown[][];
}

export function atOnce({ name, options, values }: AtOnceOptions): Search {
  return made({
    name,
    options,
    open(space) {
      const all = values(space);
      const wanted = all.map((each, i): Wanted => ({ id: String(i), recipe: space.recipe(each, i, all.length) }));
      return { most: wanted.length, propose: () => [...wanted] };
    },
  });
}

/** The same with points of the unit cube, all different or not. */
export function atPoints(search: { name: string; options: Options; points(dimensions: number): number[][] }): Search {
  const { name, options, points } = search;
  return atOnce({ name, options, values: (space) => points(space.dimensions).map(space.valuesAt) });
}
