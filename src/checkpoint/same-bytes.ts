/** Packed and quantised tensors cannot be averaged: those that are not numbers must be the same in all models. */
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { bytesPerNumber } from "../halves.js";
import { called, type Entry } from "../model/safetensors-header.js";
import type { Folder } from "./folder.js";
import { piece, readFully } from "./range.js";

export interface SameBytes {
  caller: string;
  base: Folder;
  model: Folder;
  /** Tensors that need not be. */
  merged: Record<string, { name: string }>;
}

/** Throws one line where such a tensor differs; those of a kind that is computed here are buffers, and are passed over. */
export function sameBytes({ caller, base, model, merged }: SameBytes): void {
  if (base.shape) return;
  const passed = new Set(Object.values(merged).map(({ name }) => name));
  for (const [file, { entries, start }] of Object.entries(base.headers))
    for (const entry of entries) {
      if (passed.has(entry.name) || Object.hasOwn(bytesPerNumber, entry.dtype)) continue;
      const other = found(model, entry);
      const own = { path: join(base.dir, file), position: start + entry.begin };
      if (!other || !equal(own, other, entry.end - entry.begin))
        throw new Error(
          `${caller}: invalid models: ${model.dir} (${called(entry.name)} is ${entry.dtype}, which is not merged, and differs from the base's)`,
        );
    }
}

interface At {
  path: string;
  position: number;
}

function found({ dir, headers }: Folder, { name, dtype, shape }: Entry): At | undefined {
  for (const [file, { entries, start }] of Object.entries(headers))
    for (const entry of entries)
      if (entry.name === name && entry.dtype === dtype && `${entry.shape}` === `${shape}`)
        return { path: join(dir, file), position: start + entry.begin };
  return undefined;
}

function equal(a: At, b: At, length: number): boolean {
  const handles = [a, b].map(({ path }) => openSync(path, "r"));
  const [one, other] = [new Uint8Array(Math.min(piece, length)), new Uint8Array(Math.min(piece, length))];
  try {
    for (let done = 0; done < length; done += piece) {
      const count = Math.min(piece, length - done);
      readFully(handles[0]!, one.subarray(0, count), a.position + done);
      readFully(handles[1]!, other.subarray(0, count), b.position + done);
      if (Buffer.compare(one.subarray(0, count), other.subarray(0, count)) !== 0) return false;
    }
    return true;
  } finally {
    handles.forEach((handle) => closeSync(handle));
  }
}
