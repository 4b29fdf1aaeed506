/**
 * In which order domains are learned: from one to the most alike of those that are left, or to the least alike. Greedy, as
 * studies of many domains do it: not the best path there is.
 */
import { checkName } from "../names.js";

/** How alike two domains are, by their names; what a domain is to itself is not asked. */
export type Alike = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface GreedyOrderOptions {
  alike: Alike;
  /** The domain that comes first. */
  from: string;
  /** What comes next; defaults to "similar". */
  next?: "similar" | "dissimilar";
}

export interface GreedyOrder {
  order: string[];
  /** How alike neighbours are, in sum. */
  path: number;
}

/** Of equals the first in `alike` comes first. */
export function greedyOrder({ alike, from, next = "similar" }: GreedyOrderOptions): GreedyOrder {
  const left = new Set(Object.keys(alike));
  if (!left.delete(from))
    throw new Error(`greedyOrder: invalid from: ${from} (one of ${Object.keys(alike).join(", ")})`);
  const order = [from];
  let path = 0;
  while (left.size > 0) {
    const here = order.at(-1)!;
    const of = (domain: string): number => {
      const value = alike[here]![domain];
      if (value === undefined || Number.isNaN(value))
        throw new Error(`greedyOrder: invalid alike: ${value ?? "nothing"} of ${here} and ${domain}`);
      return value;
    };
    const further = next === "similar" ? 1 : -1;
    const best = [...left].reduce((one, other) => (further * (of(other) - of(one)) > 0 ? other : one));
    path += of(best);
    left.delete(best);
    order.push(best);
  }
  return { order, path };
}

/** One column of pairs, e.g. of `train.similarities`, as `greedyOrder` and `sequence` take it. */
export function alikeBy<Column extends string>({
  rows,
  column,
}: {
  rows: readonly ({ a: string; b: string } & Readonly<Record<Column, number | null>>)[];
  column: Column;
}): Alike {
  const alike: Record<string, Record<string, number>> = {};
  for (const { a, b, [column]: value } of rows) {
    if (value === null) throw new Error(`alikeBy: invalid ${column}: nothing of ${a} and ${b}`);
    (alike[checkName(a, "alikeBy")] ??= {})[checkName(b, "alikeBy")] = value as number;
  }
  return alike;
}
