/** The two documents as they are, one after the other. */
import { made } from "../../registry.js";
import { checkDirection, directed, type Direction, type Rendering } from "./types.js";

/** For the order `pairs`, which has a half of a window for each. */
export function apart(): Rendering {
  return made({
    name: "pairs",
    options: {},
    pairs: true,
    open: () => (pair) => pair.sides.map(({ text }) => ({ text })),
  });
}

export interface DocumentPairOptions {
  /** Which comes first; defaults to "drawn". */
  direction?: Direction;
  /** UTF-8 bytes of a window, about: longer pairs are counted, for a window of them may be of one language. Defaults to 4096. */
  bytes?: number;
}

/** A whole document and then its translation, the end of text after each, for orders that read a text as it stands. */
export function documentPair({ direction = "drawn", bytes = 4096 }: DocumentPairOptions = {}): Rendering {
  checkDirection("documentPair", direction);
  if (!(bytes > 0)) throw new Error(`documentPair: invalid bytes: ${bytes} (above 0)`);
  return made({
    name: "document-pair",
    options: { direction, bytes },
    open:
      () =>
      (pair, { rng, count }) => {
        const both = directed(pair, direction, rng).map(({ text }) => ({ text }));
        count("pairs");
        count("longer than a window", both.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) > bytes ? 1 : 0);
        return both;
      },
  });
}
