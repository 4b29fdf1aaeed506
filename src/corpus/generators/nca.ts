/**
 * Cellular automata whose rule is a network of random weights, another one in each document, as text to train on before text (Lee
 * et al. 2026, https://arxiv.org/abs/2603.10055): what comes next follows from the rule, which only what came before tells. A line
 * is the grid after one more step, a word of it two by two cells. Sizes are ours, not the paper's.
 */
import { deflateRawSync } from "node:zlib";
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { counted, type Counts, times, wholes } from "./counts.js";
import { symbol } from "./symbols.js";
import type { Generator, Question } from "./types.js";

export interface NcaOptions extends Counts {
  /** Cells of a side, an even number from 4 to 32; defaults to 8. */
  size?: number;
  /** States of a cell, 2 to 10, and so `states ** 4` words; defaults to 4. */
  states?: number;
  /** Lines of a document, 2 to 100; defaults to 8. */
  steps?: number;
  /** Inner width of the rule's network, 1 to 64; defaults to 8. */
  hidden?: number;
  /** Rules are drawn until the cells compress to a share of what as many by chance do, from `least` to `most`: dull ones are left out. Defaults to 0.4 and 1. */
  least?: number;
  most?: number;
  /** The control: the words of each document in any order, so that how often each comes is the same; defaults to false. */
  shuffled?: boolean;
}

type Grid = Uint8Array;

/** A question asks for a word of the last line, of four; no group. */
export function nca(options: NcaOptions = {}): Generator {
  const { size = 8, states = 4, steps = 8, hidden = 8, least = 0.4, most = 1, shuffled = false, ...counts } = options;
  const { documents, questions } = counted("nca", counts);
  const check = wholes("nca");
  check("size", size, 4, 32);
  if (size % 2 !== 0) throw new Error(`nca: invalid size: ${size} (an even number)`);
  check("states", states, 2, 10);
  check("steps", steps, 2, 100);
  check("hidden", hidden, 1, 64);
  if (!(least >= 0 && least < most)) throw new Error(`nca: invalid least: ${least} (from 0, below most, ${most})`);
  const rolled = (rng: Rng, noise: number): string[][] => {
    for (let again = 0; again < 1000; again++) {
      const grids = rollOut({ rng, size, states, steps, hidden });
      const ratio = compressed(grids) / noise;
      if (ratio >= least && ratio <= most) return grids.map((grid) => patches(grid, size, states));
    }
    throw new Error(`nca: invalid least and most: ${least} and ${most} (none of 1000 rules is between)`);
  };
  const written = (lines: readonly string[][]): string => lines.map((line) => line.join(" ")).join("\n");
  return made({
    name: "nca",
    options: { size, states, steps, hidden, least, most, shuffled, documents, questions },
    generate({ rng }) {
      const chance = rng.fork("noise");
      const noise = compressed([Uint8Array.from({ length: size * size * steps }, () => chance.int(states))]);
      const own = times(questions, (): Question => {
        const lines = rolled(rng, noise);
        const last = lines.at(-1)!;
        const at = 1 + rng.int(last.length - 1);
        const right = last[at]!;
        const known = [...new Set(lines.flat())].filter((word) => word !== right);
        const unknown = times(8, () => symbol(rng.int(states ** 4), states ** 4)).filter((word) => word !== right);
        const others = [...new Set([...rng.shuffle(known), ...unknown])].slice(0, 3);
        const choices = rng.shuffle([right, ...others]);
        return { context: written([...lines.slice(0, -1), last.slice(0, at)]), choices, gold: choices.indexOf(right) };
      });
      const text = times(documents, () => {
        const lines = rolled(rng, noise);
        if (!shuffled) return written(lines);
        const words = rng.shuffle(lines.flat());
        return written(lines.map((line, i) => words.slice(i * line.length, (i + 1) * line.length)));
      });
      return { documents: text, questions: own };
    },
  });
}

interface RollOutOptions {
  rng: Rng;
  size: number;
  states: number;
  steps: number;
  hidden: number;
}

/** Grids after each step from one by chance on; a cell becomes the likeliest state by its own and its eight neighbours', over the edges. */
function rollOut({ rng, size, states, steps, hidden }: RollOutOptions): Grid[] {
  const inner = Float64Array.from({ length: 9 * states * hidden }, () => rng.normal());
  const outer = Float64Array.from({ length: hidden * states }, () => rng.normal());
  const grids = [Uint8Array.from({ length: size * size }, () => rng.int(states))];
  const sums = new Float64Array(hidden);
  const wrap = (at: number): number => (at + size) % size;
  while (grids.length < steps) {
    const before = grids.at(-1)!;
    const after = new Uint8Array(size * size);
    for (let cell = 0; cell < after.length; cell++) {
      const [y, x] = [Math.floor(cell / size), cell % size];
      sums.fill(0);
      for (let near = 0; near < 9; near++) {
        const state = before[wrap(y + Math.floor(near / 3) - 1) * size + wrap(x + (near % 3) - 1)]!;
        for (let h = 0; h < hidden; h++) sums[h]! += inner[(near * states + state) * hidden + h]!;
      }
      let [best, most] = [0, -Infinity];
      for (let state = 0; state < states; state++) {
        let score = 0;
        for (let h = 0; h < hidden; h++) score += Math.max(0, sums[h]!) * outer[h * states + state]!;
        if (score > most) [best, most] = [state, score];
      }
      after[cell] = best;
    }
    grids.push(after);
  }
  return grids;
}

/** Bytes, of a byte for each cell. */
const compressed = (grids: readonly Grid[]): number => deflateRawSync(Buffer.concat(grids), { level: 9 }).length;

/** The words of a grid, row by row. */
function patches(grid: Grid, size: number, states: number): string[] {
  const side = size / 2;
  return times(side * side, () => 0).map((_, i) => {
    const corner = 2 * Math.floor(i / side) * size + 2 * (i % side);
    const cells = [0, 1, size, size + 1].map((by) => grid[corner + by]!);
    return symbol(
      cells.reduce((sum, state) => sum * states + state, 0),
      states ** 4,
    );
  });
}
