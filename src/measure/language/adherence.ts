/**
 * Whether what a model knows is said in the language it was asked in (CoCo-CoLa; Rahmati et al. 2025, https://arxiv.org/abs/2502.12476).
 * Over questions whose right answers differ in the two languages: how often either is given, and how much of that is in the
 * question's own.
 */
import { type Estimate, meanOf, ratioOf } from "../standard-error.js";

export interface AdherenceOptions {
  /** By question, 1 where the right answer in the question's language is given, else 0. */
  own: readonly number[];
  /** 1 where the right answer in the other language is. */
  other: readonly number[];
}

export interface Adherence {
  /** Accuracy in the question's language. */
  own: Estimate;
  /** In the other. */
  other: Estimate;
  /** Their sum: the concept is known, in whichever language. Above 1 where outputs count for both. */
  cumulative: Estimate;
  /** own / cumulative: of what is known, the part said in the question's language. NaN where nothing is. */
  ratio: Estimate;
}

export function adherence({ own, other }: AdherenceOptions): Adherence {
  if (own.length !== other.length || own.length === 0)
    throw new Error(`adherence: invalid other: ${other.length} (as many as own, ${own.length}, and one or more)`);
  const either = own.map((value, i) => value + other[i]!);
  return { own: meanOf(own), other: meanOf(other), cumulative: meanOf(either), ratio: ratioOf(own, either) };
}
