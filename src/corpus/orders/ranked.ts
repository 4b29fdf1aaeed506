/** A text's windows by a score, from easy to hard. */
import { scoresOf } from "../scores/scores-of.js";
import type { Score } from "../scores/types.js";
import type { OrderOptions } from "./types.js";

export interface Ranking {
  score: Score;
  /** Hard windows come before easy ones; defaults to false. */
  hardestFirst?: boolean;
}

/** Numbers of all windows: those without a score come last, equals in the order of the text. */
export function ranked(caller: string, { score, hardestFirst = false }: Ranking, at: OrderOptions): number[] {
  const values = scoresOf({ score, ...at });
  const sign = (score.easy === "low") === hardestFirst ? -1 : 1;
  const list = [...values.keys()];
  const [known, without] = [list.filter((i) => !Number.isNaN(values[i])), list.filter((i) => Number.isNaN(values[i]))];
  if (known.length === 0)
    throw new Error(`${caller}: invalid score: ${score.name} (none of the ${list.length} windows has it)`);
  known.sort((a, b) => {
    const [x, y] = [values[a]!, values[b]!];
    return x === y ? a - b : x < y ? -sign : sign;
  });
  return [...known, ...without];
}
