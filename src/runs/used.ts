/**
 * The runs that this process made, went on with or read, in that order: what its figures and tables can rest on. Kept as
 * records, which are small; a process that reads thousands keeps thousands.
 */
import type { RunRecord } from "./record.js";

const used = new Map<string, () => RunRecord>();

/** By folder; `record` tells it as it is when it is asked for. */
export function use(dir: string, record: () => RunRecord): void {
  used.set(dir, record);
}

export const usedRuns = (): RunRecord[] => [...used.values()].map((record) => record());
