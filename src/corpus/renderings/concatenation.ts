/**
 * A text and its translation as one document, as translation language modelling reads them (Conneau and Lample 2019,
 * https://arxiv.org/abs/1901.07291). In one order alone only that direction is learned.
 */
import { made } from "../../registry.js";
import { checkDirection, directed, type Direction, type Rendering } from "./types.js";

export interface ConcatenationOptions {
  /** Which comes first; defaults to "drawn". */
  direction?: Direction;
  /** Between the two; defaults to an empty line. */
  separator?: string;
}

export function concatenation({ direction = "drawn", separator = "\n\n" }: ConcatenationOptions = {}): Rendering {
  checkDirection("concatenation", direction);
  return made({
    name: "concatenation",
    options: { direction, separator },
    open:
      () =>
      (pair, { rng }) => {
        const [first, second] = directed(pair, direction, rng);
        return [{ text: first.text + separator + second.text }];
      },
  });
}
