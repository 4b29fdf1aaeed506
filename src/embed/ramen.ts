/**
 * RAMEN (Tran 2020, https://arxiv.org/abs/2002.07306): a new row is a mixture of old rows by the probability that the old
 * token is its translation. That probability is a word aligner's count over its sum where there is parallel text, and
 * without it the sparsemax of cosines in a space that holds both languages. What has no translation is drawn with
 * deviation 1/√width. The paper also moves the output bias; the models here have none.
 */
import { need } from "./evidence.js";
import { sparsemax } from "./sparsemax.js";
import { sharedSpace } from "./token-vectors.js";
import { mixTrained } from "./wechsel.js";
import type { Growing, Initialise } from "./types.js";

export const ramenAligned: Initialise = (growing, rows) => {
  const { table, newIds, oldIds, mean, evidence, miss } = growing;
  const width = mean.length;
  const trained = new Set(oldIds);
  const links = new Map<number, [number, number][]>();
  for (const [target, from, count] of need("ramen-alignment", evidence, "alignment")) {
    if (!(count >= 0 && Number.isFinite(count)))
      throw new RangeError(`ramen-alignment: invalid alignment: ${count} links of ${target} with ${from}`);
    if (count > 0 && trained.has(from)) links.set(target, [...(links.get(target) ?? []), [from, count]]);
  }
  newIds.forEach((id, n) => {
    const counted = links.get(id);
    if (!counted) return miss(n, "not aligned");
    const total = counted.reduce((sum, [, count]) => sum + count, 0);
    const row = new Float64Array(width);
    for (const [from, count] of counted) {
      const old = table.row(from);
      for (let j = 0; j < width; j++) row[j]! += (count / total) * old[j]!;
    }
    rows.set(row, n * width);
  });
};

export const ramenSimilar: Initialise = async (growing, rows) =>
  mixTrained("ramen-similarity", growing, await sharedSpace("ramen-similarity", growing), rows, sparsemax);

export const ramenFallback: Initialise = ({ mean, rng }: Growing, rows) => {
  const random = rng();
  for (let at = 0; at < rows.length; at++) rows[at] = random.normal() / Math.sqrt(mean.length);
};
