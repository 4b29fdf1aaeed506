/** Points anywhere, each field by itself (Bergstra and Bengio 2012, Random Search for Hyper-Parameter Optimization). */
import { rng } from "../../rng.js";
import { atPoints } from "./at-once.js";
import type { Search } from "./types.js";

export interface RandomOptions {
  runs: number;
  /** Defaults to 1. More runs of the same seed begin with the same ones. */
  seed?: number;
}

export function random({ runs, seed = 1 }: RandomOptions): Search {
  const points = (dimensions: number): number[][] => {
    const chance = rng(seed).fork("random search");
    return Array.from({ length: runs }, () => Array.from({ length: dimensions }, () => chance.uniform()));
  };
  return atPoints({ name: "random", options: { runs, seed }, points });
}
