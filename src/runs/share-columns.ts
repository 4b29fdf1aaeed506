/** A run's token shares as columns, one meaning each wherever they stand: `share_<domain>` as asked, `realised_<domain>` as the batches came out. */
import type { RunRecord } from "./record.js";

export function shareColumns({ shares }: Pick<RunRecord, "shares">): Record<string, number> {
  return { ...prefixed("share", shares?.asked), ...prefixed("realised", shares?.realised) };
}

const prefixed = (prefix: string, values: Record<string, number> = {}): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([domain, value]) => [`${prefix}_${domain}`, value]));
