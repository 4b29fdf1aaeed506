/**
 * Spans of noise in a text, as T5 draws them (Raffel et al. 2020, §3.1.4, with the numbers of its code: halves are rounded to the
 * even). Text and noise take turns, text first and noise last, so a single span is a suffix. What is cut out stands after a
 * mark each in the targets, in the order of the marks that stand for them in the inputs.
 */
import type { Rng } from "../../../rng.js";

export interface Noise {
  /** Share of the tokens that are noise. */
  density: number;
  /** Tokens of a span on average; Infinity is one span. */
  length: number;
}

export const halfToEven = (x: number): number => {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
};

/** How many of `tokens` (from 2) are noise, and in how many spans. */
export function noiseIn(tokens: number, { density, length }: Noise): { noise: number; spans: number } {
  const noise = Math.min(Math.max(halfToEven(tokens * density), 1), tokens - 1);
  const spans = Math.max(halfToEven(noise / length), 1);
  return { noise, spans: Math.min(spans, noise, tokens - noise) };
}

/** Tokens of the inputs and of the targets, the mark of each span and one at the end included. */
export function corruptedLengths(tokens: number, how: Noise): { inputs: number; targets: number } {
  const { noise, spans } = noiseIn(tokens, how);
  return { inputs: tokens - noise + spans + 1, targets: noise + spans + 1 };
}

/** The most tokens, from 2 to `there`, up to which all fit; undefined where 2 do not. */
export function mostThat(fit: (tokens: number) => boolean, there = Infinity): number | undefined {
  let tokens = 1;
  while (tokens < there && fit(tokens + 1)) tokens++;
  return tokens > 1 ? tokens : undefined;
}

/** Which tokens are noise. */
export function drawNoise(tokens: number, how: Noise, rng: Rng): boolean[] {
  const { noise, spans } = noiseIn(tokens, how);
  const [dark, light] = [parted(noise, spans, rng), parted(tokens - noise, spans, rng)];
  return light.flatMap((length, i) => [...Array<boolean>(length).fill(false), ...Array<boolean>(dark[i]!).fill(true)]);
}

/** So many things in so many parts, none empty, every way as likely. */
function parted(things: number, parts: number, rng: Rng): number[] {
  const between = Array.from({ length: things - 1 }, (_, i) => i + 1);
  const cuts = [
    0,
    ...rng
      .shuffle(between)
      .slice(0, parts - 1)
      .sort((a, b) => a - b),
    things,
  ];
  return cuts.slice(1).map((cut, i) => cut - cuts[i]!);
}

/** Inputs with a mark for each span of noise, targets with each span after its mark; a last mark where the text ends without noise. */
export function corrupted(
  ids: ArrayLike<number>,
  noise: readonly boolean[],
  marks: readonly number[],
): { inputs: number[]; targets: number[] } {
  const [inputs, targets]: [number[], number[]] = [[], []];
  let next = 0;
  noise.forEach((dark, i) => {
    if (dark && !noise[i - 1]) {
      inputs.push(marks[next]!);
      targets.push(marks[next++]!);
    }
    (dark ? targets : inputs).push(ids[i]!);
  });
  if (!noise.at(-1)) targets.push(marks[next]!);
  return { inputs, targets };
}
