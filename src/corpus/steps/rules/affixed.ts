/**
 * Words by rules of marks, exceptions and addresses: spaCy's algorithm for languages that part words by white space
 * (https://spacy.io/usage/linguistic-features#how-tokenizer-works). A run without white space is parted by itself alone.
 */
import { isAddress, prefix, suffixOf } from "./affixes.js";
import type { Exceptions } from "./exceptions.js";

export interface AffixRules {
  exceptions: Exceptions;
  /** What parts words inside, with the flag `g`. */
  infix: RegExp;
}

/** The function that parts a run of characters. */
export function affixed({ exceptions, infix }: AffixRules): (run: string) => readonly string[] {
  const longest = Math.max(...[...exceptions.keys()].map(({ length }) => length));
  const exceptional = (text: string): readonly string[] | undefined =>
    text.length > longest ? undefined : exceptions.get(text);

  function part(run: string, exceptional: (text: string) => readonly string[] | undefined): string[] {
    const [before, after]: [string[], string[]] = [[], []];
    let rest = run;
    while (rest !== "" && !exceptional(rest)) {
      const first = prefix.exec(rest)?.[0].length ?? 0;
      const inner = rest.slice(first);
      const last = suffixOf(inner);
      const most = rest.length - last;
      if (first > 0 && exceptional(inner)) {
        before.push(rest.slice(0, first));
        rest = inner;
        break;
      }
      if (last > 0 && exceptional(rest.slice(0, most))) {
        after.push(rest.slice(most));
        rest = rest.slice(0, most);
        break;
      }
      if (first === 0 && last === 0) break;
      if (first > 0) before.push(rest.slice(0, first));
      if (last > 0) after.push(rest.slice(most));
      rest = rest.slice(first, most);
    }
    const middle = rest === "" ? [] : (exceptional(rest) ?? (isAddress(rest) ? [rest] : parted(rest, infix)));
    return [...before, ...middle, ...after.reverse()];
  }

  const sequences = sequencesOf(exceptions, (text) => part(text, () => undefined));
  return (run) => exceptional(run) ?? joined(part(run, exceptional), sequences, exceptions);
}

function parted(text: string, infix: RegExp): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { index, 0: found } of text.matchAll(infix)) {
    if (index === 0) continue;
    if (index > from) parts.push(text.slice(from, index));
    parts.push(found);
    from = index + found.length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** Exceptions that their own marks would part, as sequences of those parts, by the first. */
type Sequences = ReadonlyMap<string, readonly (readonly string[])[]>;

function sequencesOf(exceptions: Exceptions, part: (text: string) => string[]): Sequences {
  const sequences = new Map<string, string[][]>();
  for (const text of exceptions.keys()) {
    const parts = part(text);
    if (parts.length > 1) sequences.set(parts[0]!, [...(sequences.get(parts[0]!) ?? []), parts]);
  }
  return sequences;
}

/** Parts that make an exception together are put together; the longest first, then the leftmost. */
function joined(parts: string[], sequences: Sequences, exceptions: Exceptions): readonly string[] {
  const found: { from: number; length: number; text: string }[] = [];
  parts.forEach((part, from) => {
    for (const sequence of sequences.get(part) ?? [])
      if (sequence.every((each, i) => parts[from + i] === each))
        found.push({ from, length: sequence.length, text: sequence.join("") });
  });
  if (found.length === 0) return parts;
  const taken = new Set<number>();
  const kept = new Map<number, (typeof found)[number]>();
  for (const match of found.sort((a, b) => b.length - a.length || a.from - b.from)) {
    if (!taken.has(match.from) && !taken.has(match.from + match.length - 1)) kept.set(match.from, match);
    for (let i = match.from; i < match.from + match.length; i++) taken.add(i);
  }
  const whole: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const match = kept.get(i);
    if (match) {
      whole.push(...exceptions.get(match.text)!);
      i += match.length - 1;
    } else whole.push(parts[i]!);
  }
  return whole;
}
