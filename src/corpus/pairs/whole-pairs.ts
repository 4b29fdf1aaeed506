/** Documents that belong together two by two, after steps that judge them one by one: where one went, the other goes. */
import { counted } from "../steps/notes.js";
import type { Document } from "../types.js";

export interface WholePairs {
  /** Given each document in order, gives both when a pair is whole. */
  add(document: Document): Document[];
  /** Documents whose other one is not there. */
  readonly alone: number;
  /** The document that waits for its other one, and those alone for certain: what `wholePairs` goes on from. */
  state(): PairsState;
}

export interface PairsState {
  first?: Document | undefined;
  alone: number;
}

export function wholePairs(past: PairsState = { alone: 0 }): WholePairs {
  let { first, alone } = past;
  return {
    add(document) {
      const before = first;
      if (before && before.pair === document.pair) {
        first = undefined;
        return [before, document];
      }
      if (before) alone++;
      first = document;
      return [];
    },
    state: () => ({ first, alone }),
    get alone() {
      return alone + (first ? 1 : 0);
    },
  };
}

export const aloneNote = (language: string, alone: number): string =>
  `${language}: ${counted(alone, "document")} left out, for the other of the pair was`;
