/** Which documents are like which, for a look at the clusters before any is dropped. */
import { breathe } from "../../breathe.js";
import type { Document } from "../types.js";
import { hashOf } from "./hashes.js";
import { near, nearOptions, type NearOptions } from "./near.js";

export interface NearRepeatsOptions extends NearOptions {
  documents: readonly Document[];
  signal?: AbortSignal;
}

export interface NearRepeats {
  /** For each document the place of the one of its cluster that the step `minhash` keeps; its own where it is alone. */
  kept: Uint32Array;
  /** How many clusters there are of each size, smallest first; one document alone is a cluster of one. */
  sizes: { size: number; clusters: number; documents: number }[];
}

export async function nearRepeats({ documents, signal, ...given }: NearRepeatsOptions): Promise<NearRepeats> {
  const options = nearOptions(given);
  const found = near(options, await hashOf(options.hash));
  for (const [i, { text }] of documents.entries()) {
    if (i % 256 === 0) await breathe(signal);
    found.add(text);
  }
  const kept = found.kept();
  const clusters = new Map<number, number>();
  const members = new Uint32Array(documents.length);
  for (const place of kept) members[place]!++;
  for (const size of members) if (size > 0) clusters.set(size, (clusters.get(size) ?? 0) + 1);
  const sizes = [...clusters].sort(([a], [b]) => a - b);
  return { kept, sizes: sizes.map(([size, count]) => ({ size, clusters: count, documents: size * count })) };
}
