/**
 * Brevo of Physics of Language Models 4.1 (Allen-Zhu 2025, https://ssrn.com/abstract=5240330): who needs whom, told in any order, and
 * in which order all that one needs can be had, itself last. Many orders are right: `isOrder` checks one.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times, wholes } from "./counts.js";
import { symbol } from "./symbols.js";
import type { Generator, Question } from "./types.js";

export interface BrevoOptions extends Counts {
  /** Things, 6 to 200; defaults to 12. */
  length?: number;
  /** What one of them needs itself, at most; 1 to 4, defaults to 2. */
  needs?: number;
}

/** `[a, b]`: b needs a. */
type Need = readonly [string, string];

/** "a c , c f , … ; f : a c f": c needs a. Groups: `size-3`, `size-4`, … by how many are in the order. Choices are four orders of the same things, one of them right. */
export function brevo({ length = 12, needs = 2, ...counts }: BrevoOptions = {}): Generator {
  const { documents, questions } = counted("brevo", counts);
  const check = wholes("brevo");
  check("length", length, 6, 200);
  check("needs", needs, 1, 4);
  return made({
    name: "brevo",
    options: { length, needs, documents, questions },
    generate({ rng }) {
      const own = times(questions, (): Question => {
        for (;;) {
          const { edges, asked, order, context } = problem(rng, length, needs);
          const wrong = new Set(
            times(50, () => rng.shuffle([...order])).flatMap((each) =>
              isOrder(edges, asked, each) ? [] : [each.join(" ")],
            ),
          );
          if (wrong.size < 3) continue;
          const right = order.join(" ");
          const choices = rng.shuffle([right, ...[...wrong].slice(0, 3)]);
          return { context, choices, gold: choices.indexOf(right), group: `size-${order.length}` };
        }
      });
      const text = times(documents, () => {
        const { context, order } = problem(rng, length, needs);
        return `${context} ${order.join(" ")}`;
      });
      return { documents: text, questions: own };
    },
  });
}

function problem(
  rng: Rng,
  length: number,
  needs: number,
): { edges: Need[]; asked: string; order: string[]; context: string } {
  const of = Math.max(26, length);
  const names = rng.shuffle(times(of, () => 0).map((_, i) => symbol(i, of))).slice(0, length);
  const edges = names.flatMap((name, i): Need[] =>
    i === 0
      ? []
      : rng
          .shuffle(names.slice(0, i))
          .slice(0, 1 + rng.int(needs))
          .map((need): Need => [need, name]),
  );
  // One that needs two or more: the last two always do, where none other does.
  const deep = names.filter((name) => neededBy(edges, name).size >= 3);
  const asked = deep.length > 0 ? deep[rng.int(deep.length)]! : names.at(-1)!;
  const left = neededBy(edges, asked);
  const order: string[] = [];
  while (left.size > 0) {
    const free = [...left].filter((name) => edges.every(([need, by]) => by !== name || !left.has(need)));
    const next = free[rng.int(free.length)]!;
    order.push(next);
    left.delete(next);
  }
  const told = rng.shuffle(edges.map((edge) => edge.join(" "))).join(" , ");
  return { edges, asked, order, context: `${told} ; ${asked} :` };
}

/** With itself. */
function neededBy(edges: readonly Need[], name: string): Set<string> {
  const found = new Set([name]);
  for (const each of found) for (const [need, by] of edges) if (by === each) found.add(need);
  return found;
}

/** Whether it is all that `asked` needs and itself, each after what it needs. */
export function isOrder(edges: readonly Need[], asked: string, order: readonly string[]): boolean {
  const place = new Map(order.map((name, i) => [name, i]));
  const needed = neededBy(edges, asked);
  return (
    order.length === needed.size &&
    order.every((name) => needed.has(name)) &&
    place.size === needed.size &&
    edges.every(([need, by]) => !needed.has(by) || place.get(need)! < place.get(by)!)
  );
}
