/** Documents whose tokens do not all count the same, and a text of them. */
import type { Mark, Text } from "../../types.js";

export interface Marked {
  text: string;
  marks: Mark[];
}

export interface MarkedTextOptions {
  name: string;
  train: readonly Marked[];
  /** Defaults to none. */
  heldOut?: readonly Marked[];
}

/** For `train.continue` and the like, under the objective `answers`. */
export function markedText({ name, train, heldOut = [] }: MarkedTextOptions): Text {
  const texts = (all: readonly Marked[]): string[] => all.map(({ text }) => text);
  const marks = (all: readonly Marked[]): Mark[][] => all.map((each) => each.marks);
  return {
    name,
    train: texts(train),
    heldOut: texts(heldOut),
    marks: { train: marks(train), heldOut: marks(heldOut) },
  };
}
