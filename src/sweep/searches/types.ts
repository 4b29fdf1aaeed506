/** What a search is: a function from what is known of runs to the runs that are wanted. Who runs them, and where, it never learns. */
import type { Made } from "../../registry.js";
import type { Recipe } from "../../train/index.js";
import type { Space } from "./space.js";

export interface Wanted {
  /** By which its outcome is asked for. */
  id: string;
  recipe: Recipe;
  /** Update at which it is stopped; left out, it goes to its end. The same recipe wanted further on goes on from there. */
  until?: number;
}

/**
 * How a wanted run came out: its row of columns at the update where it was to stop (`loss_<domain>` and others, as
 * `runs.rows` calls them), "lost" where it diverged, and nothing while it is not over.
 */
export type Known = (id: string) => Readonly<Record<string, number>> | "lost" | undefined;

export interface OpenSearch {
  /** Runs it will want at most, as far as that is known before. */
  readonly most: number;
  /**
   * All that is wanted, given what is known: a function of that alone. Knowing more never takes back what was wanted before,
   * so whoever asks again after a kill is answered the same. It is over when nothing new is wanted and all is known.
   */
  propose(known: Known): Wanted[] | Promise<Wanted[]>;
}

export interface Search extends Made {
  open(space: Space): OpenSearch;
}
