/**
 * Brackets of several kinds, each closed by its own (Dyck languages; as text to train on before text, Hu et al. 2025,
 * https://arxiv.org/abs/2502.19249). What may close is told by the open bracket that was opened last, however long ago. Chance is one
 * in `brackets`.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times, wholes } from "./counts.js";
import type { Generator, Question } from "./types.js";

export interface DyckOptions extends Counts {
  /** Kinds, 2 to 30; defaults to 3. */
  brackets?: number;
  /** Brackets that are open at once, at most; 1 to 100, defaults to 8. */
  depth?: number;
  /** Brackets of a document, an even number; defaults to 64. */
  length?: number;
  /** How likely one is opened where one may as well be closed, above 0 and below 1; defaults to 0.5. */
  open?: number;
}

const letters = [..."abcdefghijklmnopqrstuvwxyz"];
const kinds = [..."() [] {} <>".split(" "), ...letters.map((letter) => letter + letter.toUpperCase())];

/** Documents: brackets with blanks between, all closed at the end. Groups: `depth-1` closes the last that is open, `depth-2`, … */
export function dyck(options: DyckOptions = {}): Generator {
  const { brackets = 3, depth = 8, length = 64, open = 0.5, ...counts } = options;
  const { documents, questions } = counted("dyck", counts);
  const check = wholes("dyck");
  check("brackets", brackets, 2, kinds.length);
  check("depth", depth, 1, 100);
  check("length", length, 2, 10_000);
  if (length % 2 !== 0) throw new Error(`dyck: invalid length: ${length} (an even number)`);
  if (!(open > 0 && open < 1)) throw new Error(`dyck: invalid open: ${open} (above 0 and below 1)`);
  const shape = { brackets, depth, length, open };
  const written = (ids: readonly number[]): string => ids.map((id) => bracket(id, brackets)).join(" ");
  return made({
    name: "dyck",
    options: { ...shape, documents, questions },
    generate({ rng }) {
      const own = times(questions, (): Question => {
        const ids = word({ rng, ...shape });
        const closing = ids.flatMap((id, i) => (id >= brackets ? [i] : []));
        const at = closing[rng.int(closing.length)]!;
        const before = ids.slice(0, at);
        const choices = times(brackets, () => 0).map((_, kind) => bracket(brackets + kind, brackets));
        const now = before.reduce((sum, id) => sum + (id < brackets ? 1 : -1), 0);
        return { context: written(before), choices, gold: ids[at]! - brackets, group: `depth-${now}` };
      });
      const text = times(documents, () => written(word({ rng, ...shape })));
      return { documents: text, questions: own, truth: truthOf(shape) };
    },
  });
}

const bracket = (id: number, brackets: number): string => kinds[id % brackets]![id < brackets ? 0 : 1]!;

interface DyckShape {
  brackets: number;
  depth: number;
  length: number;
  open: number;
}

/** Numbers of brackets: kind `t` is opened by `t` and closed by `brackets + t`. Draws only where there is a choice. */
export function word({
  rng,
  brackets,
  depth,
  length,
  open,
}: DyckShape & { rng: Pick<Rng, "uniform" | "int"> }): number[] {
  const [ids, stack] = [[] as number[], [] as number[]];
  while (ids.length < length) {
    const { mayOpen, mayClose } = free(stack.length, length - ids.length, depth);
    if (mayOpen && (!mayClose || rng.uniform() < open)) {
      const kind = rng.int(brackets);
      stack.push(kind);
      ids.push(kind);
    } else ids.push(brackets + stack.pop()!);
  }
  return ids;
}

/** What may come with so many open and so many to go. */
const free = (now: number, left: number, depth: number): { mayOpen: boolean; mayClose: boolean } => ({
  mayOpen: now < depth && now < left,
  mayClose: now > 0,
});

/** Entropy of a document, from how likely each depth is at each place. */
function truthOf({ brackets, depth, length, open }: DyckShape): { nats: number; bitsPerByte: number } {
  const choice = -open * Math.log(open) - (1 - open) * Math.log(1 - open);
  let [nats, at] = [0, [1] as number[]];
  for (let left = length; left > 0; left--) {
    const next = times(depth + 2, () => 0);
    for (const [now, p] of at.entries()) {
      if (!(p > 0)) continue;
      const { mayOpen, mayClose } = free(now, left, depth);
      const opens = mayOpen ? (mayClose ? open : 1) : 0;
      nats += p * ((mayOpen && mayClose ? choice : 0) + opens * Math.log(brackets));
      next[now + 1]! += p * opens;
      if (mayClose) next[now - 1]! += p * (1 - opens);
    }
    at = next;
  }
  return { nats: nats / length, bitsPerByte: nats / Math.LN2 / (2 * length - 1) };
}
