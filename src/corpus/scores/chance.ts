/** A number in [0, 1) by chance, of the text and the seed alone: the control of every score that chooses. */
import { createHash } from "node:crypto";
import { made } from "../../registry.js";
import type { TextScore } from "./types.js";

export interface ChanceOptions {
  /** Defaults to 1. */
  seed?: number;
}

export function chance({ seed = 1 }: ChanceOptions = {}): TextScore {
  if (!Number.isSafeInteger(seed)) throw new Error(`chance: invalid seed: ${seed} (a whole number)`);
  return made({
    name: "chance",
    options: { seed },
    easy: "high",
    ofText: (text) => createHash("sha256").update(`${seed} ${text}`).digest().readUInt32BE(0) / 2 ** 32,
  });
}
