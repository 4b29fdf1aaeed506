/**
 * Checkpoints of format 1, as version 0.1.0 began: moments in `optimiser.safetensors`, a flat `state.json`, no hashes. What
 * can be checked is: the step against the folder's name and the draws, and that the order of the text is there. Read only.
 */
import { show } from "../../foreign.js";
import type { Weights } from "../../types.js";

export interface FirstFormatOptions {
  /** `state.json` without its format. */
  state: Record<string, unknown>;
  /** The step in the folder's name. */
  named: number;
  read: (name: string) => Weights;
  fail: (what: string) => never;
}

export function readFirstFormat({ state, named, read, fail }: FirstFormatOptions) {
  const { step, ...rest } = state;
  if (step !== named) fail(`state.json says step ${JSON.stringify(step)}`);
  const { blender, streams } = (rest.batches ?? {}) as { blender?: { draws?: unknown }; streams?: unknown };
  if (!blender || !streams) fail("state.json does not say where the batches stand");
  const draws = blender!.draws as number;
  if (!(Number.isSafeInteger(draws) && (named === 0 ? draws === 0 : draws >= named && draws % named === 0)))
    fail(`${show(draws)} sequences were drawn by step ${named}`);
  const unverified = "it was written by an older version, without hashes: its numbers cannot be verified";
  return {
    step: named,
    weights: read("weights.safetensors"),
    slots: read("optimiser.safetensors"),
    state: rest,
    unverified,
  };
}
