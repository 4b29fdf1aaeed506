/** Parts of a text that came before in it. */
import { lengthOf } from "./characters.js";

/** How many of these came before, and their code points. */
export function duplicatesIn(parts: readonly string[]): { count: number; length: number } {
  const seen = new Set<string>();
  let [count, length] = [0, 0];
  for (const part of parts) {
    if (seen.has(part)) {
      count++;
      length += lengthOf(part);
    } else seen.add(part);
  }
  return { count, length };
}
