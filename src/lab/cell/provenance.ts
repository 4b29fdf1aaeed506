/** What a figure rests on: the versions that can change its numbers, and the runs that this notebook made or read before it. */
import { usedRuns, versions } from "../../runs/index.js";
import { hashOf } from "../../train/hash.js";

export interface Provenance {
  versions: { palimpsest: string; node: string; onnxruntime: string };
  runs: {
    name: string;
    /** Of the recipe, 16 hexadecimal digits: equal for equal recipes. */
    recipe: string;
    seed: number;
    /** E.g. "cpu (compiled)". */
    engine: string;
  }[];
}

export const provenance = (): Provenance => ({
  versions: versions(),
  runs: usedRuns().map(({ name, recipe, seed, engine }) => ({
    name,
    recipe: hashOf(recipe),
    seed,
    engine: `${engine.device} (${engine.mode})`,
  })),
});
