/**
 * Folders merged into one, tensor by tensor and those a piece at a time: what is held depends neither on the number of layers
 * nor on the size of a table. The same numbers as `merge.merge` gives in memory, rounded to the nearest where they are
 * written in half precision. Tensors that nothing is computed with, and every other file, are those of one of the models.
 */
import { breathe } from "../breathe.js";
import type { AtomicFile } from "../files.js";
import type { MergedTensor } from "../merge/index.js";
import { fromFloat32 } from "../halves.js";
import type { Entry } from "../model/safetensors-header.js";
import { torchNames } from "../model/saved-files.js";
import { rng as seeded, type Rng } from "../rng.js";
import type { Dtype, OnProgress } from "../types.js";
import { type MergeInputs, type MergePlan, planned } from "./merge-plan.js";
import { writeFolder } from "./write-folder.js";

export interface MergeOptions extends MergeInputs {
  /** For methods that draw; defaults to seed 0. */
  rng?: Rng;
  /** The folder to write. */
  out: string;
  /** The type of every merged tensor; defaults to what each has where the files are from. */
  dtype?: Dtype | undefined;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Merge {
  plan: MergePlan;
  /** Files of that folder that are not written, and why. */
  leftOut: Record<string, string>;
}

const caller = "checkpoint.merge";

/** What `merge` would do. Throws one line where it could not. */
export function planMerge(options: MergeInputs): MergePlan {
  const { plan, close } = planned({ ...options, rng: seeded(0) });
  close();
  return plan;
}

export async function merge({
  rng = seeded(0),
  out,
  dtype,
  signal,
  onProgress,
  ...inputs
}: MergeOptions): Promise<Merge> {
  const { plan, folder, tokenizer, config, source, tensors, ready, close } = planned({ ...inputs, rng });
  try {
    const rewrites = tensors.map((tensor) => {
      const was = source.stored[tensor.name]!;
      const as = dtype ?? was.dtype;
      const name = tensor.name === folder.output?.name ? folder.output.name : was.name;
      const write = ({ to }: { to: AtomicFile }): Promise<void> =>
        writeMerged({ tensor, dtype: as, to, ready, signal });
      return [
        name,
        { as: (entry: Entry): Entry => ({ ...entry, dtype: as, shape: [...tensor.shape] }), write },
      ] as const;
    });
    const field = "torch_dtype" in folder.config ? "torch_dtype" : "dtype";
    const leftOut = await writeFolder({
      folder,
      out,
      rewritten: {
        tokenizer,
        config: { ...config, ...(dtype && { [field]: torchNames[dtype] }) },
        tensors: new Map(rewrites),
      },
      signal,
      onProgress,
    });
    return { plan, leftOut };
  } finally {
    close();
  }
}

interface Writing {
  tensor: MergedTensor;
  dtype: Dtype;
  to: AtomicFile;
  ready(): Promise<void>;
  signal: AbortSignal | undefined;
}

async function writeMerged({ tensor: { name, merged }, dtype, to, ready, signal }: Writing): Promise<void> {
  let scratch = new Uint16Array(0);
  for (const { numbers } of merged()) {
    await breathe(signal);
    if (scratch.length < numbers.length) scratch = new Uint16Array(numbers.length);
    if (dtype === "F16" && numbers.some((value) => Math.abs(value) >= tooLarge))
      throw new Error(`${caller}: invalid dtype: F16 (${name} has numbers beyond its largest; take BF16 or F32)`);
    to.write(fromFloat32(numbers, dtype, scratch));
    await ready();
  }
}

/** What float16 rounds to infinity. */
const tooLarge = 65520;
