/** What a run trained as an adapter of the model it began from, out of its folder: for `model.saveAdapter`. */
import { join, resolve } from "node:path";
import { type Adapter, shapeOf } from "../../model/index.js";
import { read } from "../../runs/index.js";
import type { ModelConfig } from "../../types.js";
import { latestCheckpoint } from "./checkpoint.js";
import { leavesOf } from "./leaves-of.js";

/** Fails in one line where the run trained none, or has no checkpoint. */
export function adapterOf(dir: string): { adapter: Adapter; config: ModelConfig } {
  const folder = resolve(dir);
  const { record } = read(folder);
  const fail = (what: string): never => {
    throw new Error(`adapterOf: invalid run: ${folder} (${what})`);
  };
  const { weights } = latestCheckpoint(join(folder, "checkpoints")) ?? fail("it has no checkpoint");
  const config = shapeOf(join(folder, "model"));
  const leaves = leavesOf(record, { config, weights });
  const missing = Object.keys(leaves?.added ?? {}).find((name) => !weights[name]);
  if (missing !== undefined) fail(`its checkpoint has no ${missing}`);
  const adapter = leaves?.adapter?.(weights) ?? fail("it trained weights of the model itself, and no adapter of it");
  const { recipe } = (record.notes ?? {}) as { recipe?: { model?: { folder?: unknown }; extend?: unknown } };
  // A widened model is in no folder.
  const base = recipe?.extend ? undefined : recipe?.model?.folder;
  return { adapter: typeof base === "string" ? { ...adapter, base } : adapter, config };
}
