/** How a task that Slurm has no more ended, from the end of its log: the accounts of a cluster are not everybody's to read. */
import { dirname, relative } from "node:path";
import { tailOf } from "../../tail.js";
import type { Seen } from "./types.js";
import { begins } from "./slurm-script.js";

const signs: [RegExp, (found: string) => Seen][] = [
  [/^palimpsest train: (.*)/, (why) => ({ state: "failed", why })],
  [/^(?:stopped|finished) after/, () => ({ state: "over" })],
  [/oom.?kill|out of memory/i, () => ({ state: "failed", why: "it needed more memory than the profile gives" })],
  [/CANCELLED AT \S+ DUE TO ([\w ]+)/, (why) => ({ state: "over", why: why.trim().toLowerCase() })],
  [/CANCELLED AT/, () => ({ state: "over", why: "cancelled" })],
];

/** `dir` is the sweep's folder, for what is said where there is no log. */
export function endOf(path: string, dir: string): Seen {
  const text = tailOf(path, 1 << 14);
  if (text === undefined)
    return {
      state: "failed",
      why: `its node left no log in ${relative(dir, dirname(path))} (does every node see ${dir}?)`,
    };
  const lines = text.slice(Math.max(0, text.lastIndexOf(begins))).split("\n");
  for (const line of lines.reverse())
    for (const [sign, seen] of signs) {
      const found = sign.exec(line);
      if (found) return seen(found[1] ?? "");
    }
  const last = lines.find((line) => line.trim() !== "" && !line.startsWith(begins));
  return last === undefined ? { state: "over" } : { state: "failed", why: last.trim() };
}
