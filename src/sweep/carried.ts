/** How many runs at once memory carries. Only counts and says; what a run needs is `train`'s to know. */
import { memoryNeeded, type Recipe } from "../train/index.js";

export interface CarriedOptions {
  /** Of the runs that are still to be made. */
  recipes: readonly Recipe[];
  /** The folder that paths in recipes are relative to. */
  from: string;
  /** Runs at once, as far as cores go. */
  processes: number;
  /** Whether someone asked for so many: then they are only warned. */
  asked: boolean;
  /** Bytes that are free; defaults to what the system says, limits of a container included. */
  free?: number;
}

export interface Carried {
  processes: number;
  /** Where memory carries fewer. */
  line?: string;
}

export function carried(options: CarriedOptions): Carried {
  const { recipes, from, asked, free = process.availableMemory() } = options;
  const processes = Math.min(options.processes, recipes.length);
  const needed = Math.max(0, ...recipes.map((recipe) => neededBy(recipe, from)));
  const most = Math.max(1, Math.floor(free / needed));
  if (most >= processes && needed <= free) return { processes };
  const numbers = `a run takes about ${gigabytes(needed)} at its peak, ${gigabytes(free)} are free`;
  return asked || most >= processes
    ? { processes, line: `${processes} at once may not fit into memory: ${numbers}` }
    : { processes: most, line: `${most} at once and not ${processes}: ${numbers} (ask for more with processes)` };
}

/** Nothing where a model cannot be read: that run says so itself. */
function neededBy(recipe: Recipe, from: string): number {
  try {
    return memoryNeeded(recipe, from);
  } catch {
    return 0;
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(2)} GB`;
