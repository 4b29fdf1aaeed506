/** Whether what an initialiser holds of a table fits into memory: asked before it is read. */
import type { Initialiser } from "../embed/index.js";

export interface MemoryOptions {
  caller: string;
  init: string;
  initialiser: Initialiser;
  shape: readonly number[];
  /** Bytes that are free; defaults to what the system says. */
  free?: number;
}

/** The bytes that it holds, 0 where it reads rows as it needs them. Throws one line where they are not free. */
export function memoryFor(options: MemoryOptions): number {
  const { caller, init, initialiser, shape, free = process.availableMemory() } = options;
  const needed = (initialiser.copies ?? 0) * shape[0]! * shape[1]! * Float32Array.BYTES_PER_ELEMENT;
  if (needed > free)
    throw new Error(
      `${caller}: invalid init: ${init} (it holds ${gigabytes(needed)} of the table in memory, ${gigabytes(free)} are free; others, like subword-mean, read row by row)`,
    );
  return needed;
}

export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(2)} GB`;
