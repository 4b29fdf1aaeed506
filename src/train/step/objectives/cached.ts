/**
 * A teacher that is read before the run and not during it: of every window that the run will train on, its likeliest ids
 * are kept in a file of the cache, and the update is fed from there. The file is known by the teacher, by what is kept
 * of it and by the windows in their order, so runs that differ in rates, weights or schedules read the same one, and a
 * run that is resumed makes it again where it is gone.
 */
import { createHash } from "node:crypto";
import { mkdirSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import * as tf from "../../../tensors.js";
import { breathe } from "../../../breathe.js";
import { cacheFolder } from "../../../corpus/index.js";
import { logSoftmax, type Specs, topK } from "../../../engine/index.js";
import { forward, logits } from "../../../model/index.js";
import { hashOf } from "../../hash.js";
import { asked } from "./divergence.js";
import { bytesOf, isLikeliest, type LikeliestShape, readLikeliest, writeLikeliest } from "./likeliest-file.js";
import type { ReadyOptions } from "../objective.js";
import { specsOf } from "../step.js";
import type { Teacher } from "./teacher.js";
import type { Feeds } from "../types.js";

export interface CachedOptions {
  /** Begins error lines and names progress. */
  name: string;
  teacher: Teacher;
  /** Of the weights. */
  hash: () => string;
  k: number;
  temperature: number;
  mask?: Float32Array;
  /** Whether a window of a domain counts at a share of the run. */
  counts: (domain: string, progress: number) => boolean;
}

export interface Cached {
  inputs(at: { batch: number; context: number }): Specs;
  ready(at: ReadyOptions): Promise<void>;
  feeds(at: { tokens: Int32Array; domains: readonly string[]; context: number; progress: number }): Feeds;
}

export function cached(options: CachedOptions): Cached {
  const { name, teacher, k, temperature, counts } = options;
  if (k > teacher.shared)
    throw new Error(`${name}: invalid top: ${k} (there are ${teacher.shared} ids to choose from)`);
  let path = "";
  let shape: LikeliestShape | undefined;
  const places = new Map<string, number>();
  return {
    inputs: ({ batch, context }) => ({
      likeliestIds: { shape: [batch * context, k], dtype: "int32" },
      likeliestValues: { shape: [batch * context, k], dtype: "float32" },
    }),
    async ready(at) {
      const { engine, context } = at;
      places.clear();
      const order = createHash("sha256");
      for (const { tokens, domains, progress } of at.windows()) {
        for (const [row, domain] of domains.entries()) {
          const key = keyOf(tokens, row, context);
          if (!counts(domain, progress) || places.has(key)) continue;
          places.set(key, places.size);
          order.update(key);
        }
        await breathe();
      }
      shape = { windows: places.size, context, k, ids: teacher.shared };
      const { shared, without } = teacher;
      const of = { teacher: options.hash(), temperature, shared, without, shape, windows: order.digest("hex") };
      const key = hashOf({ ...of, engine: { mode: engine.mode, device: engine.device } });
      path = join(cacheFolder(), "teachers", `${key}.likeliest`);
      if (!isLikeliest(path, shape)) await make(options, at, { path, shape });
    },
    feeds({ tokens, domains, context, progress }) {
      const wanted = domains.map((domain, row) =>
        counts(domain, progress) ? places.get(keyOf(tokens, row, context)) : undefined,
      );
      const { values, ids } = readLikeliest(path, shape!, wanted);
      return { likeliestValues: values, likeliestIds: ids };
    },
  };
}

/** Of the `row`-th window. */
function keyOf(tokens: Int32Array, row: number, context: number): string {
  const window = tokens.subarray(row * (context + 1), (row + 1) * (context + 1));
  const bytes = new Uint8Array(window.buffer, window.byteOffset, window.byteLength);
  return createHash("sha256").update(bytes).digest("base64").slice(0, 20);
}

/** The teacher reads each window once, in the order in which they come first. */
async function make(
  { name, teacher, k, temperature, mask, counts }: CachedOptions,
  { engine, batch, context, windows, signal, onProgress }: ReadyOptions,
  { path, shape }: { path: string; shape: LikeliestShape },
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bytesOf(shape) > bavail * bsize)
    throw new Error(
      `${name}: invalid top: ${k} (of ${shape.windows} windows the teacher's choices are ${bytesOf(shape)} bytes, the disk of ${dirname(path)} has ${bavail * bsize} left)`,
    );
  const weights = teacher.weights();
  const program = await engine.compile(
    (state, { tokens }) => {
      const theirs = logits(teacher.config, state, forward(teacher.config, state, tokens!));
      const bias = mask && tf.tensor1d(mask);
      const { values, ids } = topK(logSoftmax(asked(theirs, { shared: teacher.shared, mask: bias, temperature })), k);
      return { outputs: { values, ids } };
    },
    { state: specsOf(weights), inputs: { tokens: { shape: [batch, context], dtype: "int32" } } },
  );
  const state = engine.upload(weights, { adopt: true });
  const file = writeLikeliest(path, shape);
  const seen = new Set<string>();
  let waiting: Int32Array[] = [];
  const each = context * k;
  const read = async (): Promise<void> => {
    const tokens = new Int32Array(batch * context);
    waiting.forEach((window, row) => tokens.set(window, row * context));
    const { values, ids } = await program.run(state, { tokens });
    for (let row = 0; row < waiting.length; row++)
      file.add(values!.slice(row * each, (row + 1) * each), ids!.subarray(row * each, (row + 1) * each));
    waiting = [];
    onProgress?.({ label: `${name}: the teacher reads`, done: seen.size, total: shape.windows });
    await breathe();
  };
  try {
    for (const { tokens, domains, progress } of windows()) {
      if (signal?.aborted) return;
      for (const [row, domain] of domains.entries()) {
        const key = keyOf(tokens, row, context);
        if (!counts(domain, progress) || seen.has(key)) continue;
        seen.add(key);
        const start = row * (context + 1);
        waiting.push(tokens.subarray(start, start + context).map((id) => Math.min(id, teacher.reads - 1)));
        if (waiting.length === batch) await read();
      }
    }
    if (waiting.length > 0) await read();
    file.commit();
  } finally {
    file.discard();
    state.dispose();
    await program.dispose();
  }
}
