/** Names that nobody has: of syllables, all different, each ending in -a or -o after a soft consonant, so that languages inflect them alike. */
import type { Rng } from "../../rng.js";

const hard = [..."bdfghjklmnprstvz"];
const vowels = [..."aeiou"];
const soft = [..."lmnrsv"];

/** `n` names of two to three syllables that are not in `taken`, which they are added to. */
export function inventedNames(rng: Rng, n: number, taken: Set<string>): string[] {
  const one = (letters: readonly string[]): string => letters[rng.int(letters.length)]!;
  const name = (): string => {
    const start = one(hard).toUpperCase() + one(vowels);
    return start + one(hard) + one(vowels) + one(soft) + one(["a", "o"]);
  };
  return Array.from({ length: n }, () => {
    let made = name();
    while (taken.has(made)) made = name();
    taken.add(made);
    return made;
  });
}
