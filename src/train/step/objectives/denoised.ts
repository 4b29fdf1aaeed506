/**
 * A window as a denoiser of a decoder has it: what is left of a text, then what was taken out of it and the end of a document.
 * Of the drawn window as many tokens are taken as fit with their marks. Only what comes after the inputs is learned. Documents are
 * to be read.
 */
import type { Drawn, Window } from "../windows.js";
import { corrupted, corruptedLengths, drawNoise, mostThat, type Noise, noiseIn } from "./spans.js";

export interface Denoised {
  caller: string;
  noise: Noise;
  /** One for each span, in their order. */
  marks: readonly number[];
  /** Stands before the inputs. */
  mode?: number | undefined;
  /** Whether the inputs are read from both sides. */
  bothSided: boolean;
}

export function denoised(drawn: Drawn, { caller, noise, marks, mode, bothSided }: Denoised): Window {
  const { context, tokenizer, rng } = drawn;
  const text = drawn.tokens.filter((_, i) => drawn.documents![i]! >= 0);
  const before = mode === undefined ? [] : [mode];
  // One end and not two, the inputs' own being left out.
  const size = (n: number): number => {
    const { inputs, targets } = corruptedLengths(n, noise);
    return before.length + inputs - 1 + targets;
  };
  const taken = mostThat((n) => size(n) <= context + 1, text.length);
  if (taken === undefined) return asked({ context, end: tokenizer.endOfText, bothSided }, before, []);
  const { spans } = noiseIn(taken, noise);
  if (spans > marks.length)
    throw new Error(
      `${caller}: invalid sentinels: ${marks.length} of them (windows of ${context} tokens have ${spans} spans of noise)`,
    );
  const { inputs, targets } = corrupted(text.subarray(0, taken), drawNoise(taken, noise, rng), marks);
  return asked({ context, end: tokenizer.endOfText, bothSided }, [...before, ...inputs], targets);
}

/** Inputs, targets and an end, with ends after it that are not learned; only the targets and their end are, and nothing without targets. */
export function asked(
  { context, end, bothSided }: { context: number; end: number; bothSided: boolean },
  inputs: readonly number[],
  targets: readonly number[],
): Window {
  const tokens = new Int32Array(context + 1).fill(end);
  tokens.set([...inputs, ...targets]);
  const [first, last] = [inputs.length - 1, inputs.length + targets.length - 1];
  const weights = Float32Array.from({ length: context }, (_, i) =>
    targets.length > 0 && i >= first && i <= last ? 1 : 0,
  );
  return { tokens, weights, ...(bothSided && { prefix: inputs.length }) };
}
