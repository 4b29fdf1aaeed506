/**
 * Which numbers of a delta are its largest, without holding it: the bits of a magnitude order as the magnitude does, so one
 * pass counts their upper halves, another the lower halves of those where the limit falls. Exact; of equal ones the first.
 */
import { deltasOf } from "./deltas.js";
import type { Tensor } from "./types.js";

/** For each delta what sets all but its `count` largest numbers to 0, piece after piece. */
export function largest(tensor: Tensor, count: number): ((delta: Float32Array) => void)[] {
  const upper = upperHalves(tensor).map((counts) => limitIn(counts, count));
  const lower = lowerHalves(
    tensor,
    upper.map(({ bin }) => bin),
  );
  return lower.map((counts, k) => {
    const { bin, left } = limitIn(counts, upper[k]!.left);
    const limit = upper[k]!.bin * 65536 + bin;
    let equal = left;
    return (delta) => {
      const bits = bitsOf(delta);
      for (let i = 0; i < delta.length; i++) {
        const own = bits[i]! & 0x7fffffff;
        if (own < limit || (own === limit && equal-- <= 0)) delta[i] = 0;
      }
    };
  });
}

function upperHalves(tensor: Tensor): Uint32Array[] {
  const counts: Uint32Array[] = [];
  for (const inputs of tensor.pieces())
    deltasOf(inputs).forEach((delta, k) => {
      const own = (counts[k] ??= new Uint32Array(65536));
      const bits = bitsOf(delta);
      for (let i = 0; i < bits.length; i++) own[(bits[i]! & 0x7fffffff) >>> 16]!++;
    });
  return counts;
}

/** Of those whose upper half is `bins[k]`. */
function lowerHalves(tensor: Tensor, bins: readonly number[]): Uint32Array[] {
  const counts = bins.map(() => new Uint32Array(65536));
  for (const inputs of tensor.pieces())
    deltasOf(inputs).forEach((delta, k) => {
      const [own, bin] = [counts[k]!, bins[k]!];
      const bits = bitsOf(delta);
      for (let i = 0; i < bits.length; i++) if ((bits[i]! & 0x7fffffff) >>> 16 === bin) own[bits[i]! & 0xffff]!++;
    });
  return counts;
}

/** The bin in which the count-th from above is, and which of those in it that is. */
function limitIn(counts: Uint32Array, count: number): { bin: number; left: number } {
  let left = count;
  for (let bin = counts.length - 1; bin > 0; bin--) {
    if (left <= counts[bin]!) return { bin, left };
    left -= counts[bin]!;
  }
  return { bin: 0, left };
}

const bitsOf = (delta: Float32Array): Uint32Array => new Uint32Array(delta.buffer, delta.byteOffset, delta.length);
