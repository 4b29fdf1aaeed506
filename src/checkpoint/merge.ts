/**
 * Folders merged into one, tensor by tensor and those a piece at a time: what is held depends neither on the number of layers
 * nor on the size of a table. The same numbers as `merge.merge` gives in memory, rounded to the nearest where they are
 * written in half precision. Tensors that nothing is computed with, and every other file, are the base's.
 */
import { breathe } from "../breathe.js";
import type { AtomicFile } from "../files.js";
import { baseOf, type MergedTensor, mergedTensors, type MergeMethod } from "../merge/index.js";
import { fromFloat32 } from "../model/halves.js";
import type { Entry } from "../model/safetensors-header.js";
import { torchNames } from "../model/saved-files.js";
import { rng as seeded, type Rng } from "../rng.js";
import type { Dtype, OnProgress } from "../types.js";
import type { Folder } from "./folder.js";
import { openSource, type OpenSource } from "./numbers.js";
import { sameBytes } from "./same-bytes.js";
import { writeFolder } from "./write-folder.js";

export interface MergeOptions {
  /** What `open` gave, in the order of the method's weights. */
  models: readonly Folder[];
  /** Whose files, types and tokens the result has, and what methods of deltas count from, which need one; defaults to the first of the models. */
  base?: Folder | undefined;
  method: MergeMethod;
  /** For methods that draw; defaults to seed 0. */
  rng?: Rng;
  /** The folder to write. */
  out: string;
  /** The type of every merged tensor; defaults to what each has in the base. */
  dtype?: Dtype | undefined;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Merge {
  /** Tensors that were merged, and those that are the base's. */
  merged: number;
  kept: number;
  /** Files of the base's folder that are not written, and why. */
  leftOut: Record<string, string>;
}

const caller = "checkpoint.merge";

export async function merge(options: MergeOptions): Promise<Merge> {
  const { models, method, rng = seeded(0), out, dtype, signal, onProgress } = options;
  const folder = baseOf(caller, options);
  const base = openSource(folder);
  const head = folder.output && base.tables[1];
  const opened = new Map(models.map((model) => [model, model === folder ? base : openSource(model, head)]));
  try {
    const tensors = mergedTensors({ caller, base, models: models.map((model) => opened.get(model)!), method, rng });
    for (const model of models) if (model !== folder) sameBytes({ caller, base: folder, model, merged: base.stored });
    const rewrites = tensors.map((tensor) => {
      const was = base.stored[tensor.name]!;
      const as = { ...was, dtype: dtype ?? was.dtype };
      const write = ({ to }: { to: AtomicFile }): Promise<void> =>
        writeMerged({ tensor, base, dtype: as.dtype, to, signal });
      return [was.name, { as: (entry: Entry): Entry => ({ ...entry, dtype: as.dtype }), write }] as const;
    });
    const field = "torch_dtype" in folder.config ? "torch_dtype" : "dtype";
    const leftOut = await writeFolder({
      folder,
      out,
      rewritten: {
        tokenizer: folder.tokenizer,
        config: dtype ? { [field]: torchNames[dtype] } : {},
        tensors: new Map(rewrites),
      },
      signal,
      onProgress,
    });
    const all = Object.values(folder.headers).reduce((sum, { entries }) => sum + entries.length, 0);
    return { merged: tensors.length, kept: all - tensors.length - folder.duplicates.length, leftOut };
  } finally {
    for (const source of [base, ...opened.values()]) source.close();
  }
}

interface Writing {
  tensor: MergedTensor;
  base: OpenSource;
  dtype: Dtype;
  to: AtomicFile;
  signal: AbortSignal | undefined;
}

/** Merged ranges as they come, what lies between them from the base. */
async function writeMerged({ tensor, base, dtype, to, signal }: Writing): Promise<void> {
  const { name, merged } = tensor;
  const { shape, read } = base.tensors[name]!;
  const size = shape.reduce((all, one) => all * one, 1);
  let at = 0;
  const keep = async (end: number): Promise<void> => {
    for (; at < end;) {
      await breathe(signal);
      const next = Math.min(end, at + (1 << 20));
      write(read(at, next));
      at = next;
    }
  };
  const write = (numbers: Float32Array): void => {
    if (dtype === "F16" && numbers.some((value) => Math.abs(value) >= tooLarge))
      throw new Error(`${caller}: invalid dtype: F16 (${name} has numbers beyond its largest; take BF16 or F32)`);
    to.write(fromFloat32(numbers, dtype));
  };
  for (const { begin, numbers } of merged()) {
    await keep(begin);
    await breathe(signal);
    write(numbers);
    at = begin + numbers.length;
  }
  await keep(size);
}

/** What float16 rounds to infinity. */
const tooLarge = 65520;
