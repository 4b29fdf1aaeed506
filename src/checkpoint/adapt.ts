/** A folder with a PEFT adapter in its weights: the same numbers as `model.withAdapter` and `model.save` give, with one matrix at a time in memory. */
import { placesOf } from "../architecture/index.js";
import { breathe } from "../breathe.js";
import { type Adapter, putRows } from "../model/adapter.js";
import { fromFloat32 } from "../halves.js";
import { changed } from "../model/low-rank.js";
import { readAdapter } from "../model/read-peft-folder.js";
import type { Entry } from "../model/safetensors-header.js";
import type { Numbers } from "../merge/index.js";
import type { Dtype, ModelConfig, OnProgress } from "../types.js";
import type { Folder } from "./folder.js";
import { openSource } from "./numbers.js";
import { writeFolder } from "./write-folder.js";

export interface AdaptOptions {
  /** What `open` gave. */
  folder: Folder;
  /** The folder of the adapter. */
  adapter: string;
  /** The folder to write. */
  out: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Adapted {
  /** Matrices that were changed. */
  updates: number;
  /** Rows that were put in, by table. */
  rows: Record<string, number>;
  /** Files of the base's folder that are not written, and why. */
  leftOut: Record<string, string>;
}

/** What is rounded is rounded to the type that each tensor has in the folder. */
export async function adapt({ folder, adapter: dir, out, signal, onProgress }: AdaptOptions): Promise<Adapted> {
  const { shape, output, tokenizer } = folder;
  if (!shape)
    throw new Error(
      `checkpoint.adapt: invalid model: ${folder.dir} (a kind that is not known here: its matrices have no names)`,
    );
  const config = { ...shape, tied: output === undefined };
  const adapter = readAdapter({ dir, config });
  const source = openSource(folder);
  try {
    const rewrites = Object.keys({ ...adapter.updates, ...adapter.rows }).map((name) => {
      const { name: stored, dtype } = source.stored[name]!;
      const write = async ({ to }: { to: { write(bytes: Uint8Array): void } }): Promise<void> => {
        await breathe(signal);
        to.write(bytesOf(name, dtype, adapted(name, adapter, config, source.tensors[name]!)));
      };
      return [stored, { as: (entry: Entry): Entry => entry, write }] as const;
    });
    const rewritten = { tokenizer, config: {}, tensors: new Map(rewrites) };
    const leftOut = await writeFolder({ folder, out, rewritten, signal, onProgress });
    const rows = Object.entries(adapter.rows).map(([name, { ids }]) => [name, ids.length] as const);
    return { updates: Object.keys(adapter.updates).length, rows: Object.fromEntries(rows), leftOut };
  } finally {
    source.close();
  }
}

function adapted(
  name: string,
  { updates, rows }: Adapter,
  config: ModelConfig,
  { shape, read }: Numbers,
): Float32Array {
  const data = read(
    0,
    shape.reduce((all, one) => all * one, 1),
  ).slice();
  if (rows[name]) putRows(data, rows[name], 0);
  const update = updates[name];
  if (!update) return data;
  const transposed = Object.values(placesOf(config)).some((place) => place.name === name && place.transposed);
  return changed({ shape: [...shape], data }, update, transposed).data;
}

function bytesOf(name: string, dtype: Dtype, numbers: Float32Array): Uint8Array {
  const bad = numbers.find((value) => !Number.isFinite(value) || (dtype === "F16" && Math.abs(value) >= 65520));
  if (bad !== undefined)
    throw new Error(`checkpoint.adapt: invalid adapter: ${name} would hold ${bad}, which ${dtype} does not`);
  return fromFloat32(numbers, dtype);
}
