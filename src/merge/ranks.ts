/**
 * Which numbers of a list are its largest, without holding it: the bits of a magnitude order as the magnitude does, so one
 * pass counts their upper halves, another the lower halves of those where limits fall. Exact; of equal ones the first.
 */

/** Lists, a piece of each at a time. */
export type Lists = () => Iterable<readonly Float32Array[]>;

/** The magnitude of the count-th largest, by its bits, and how many numbers of that magnitude are among the largest. */
export interface Limit {
  bits: number;
  equal: number;
}

/** For each list the limits of its so many largest. */
export function limitsOf(
  lists: Lists,
  counts: (list: { size: number; zeros: number; k: number }) => number[],
): Limit[][] {
  const upper = upperHalves(lists);
  const wanted = upper.map(({ halves, zeros, size }, k) =>
    counts({ size, zeros, k }).map((count) => limitIn(halves, count)),
  );
  const lower = lowerHalves(lists, wanted);
  return wanted.map((limits, k) =>
    limits.map(({ bin, left }) => {
      const last = limitIn(lower[k]!.get(bin)!, left);
      return { bits: bin * 65536 + last.bin, equal: last.left };
    }),
  );
}

/** Sets all but the largest numbers to 0, piece after piece. */
export function keepLargest({ bits: limit, equal: left }: Limit): (list: Float32Array) => void {
  let equal = left;
  return (list) => {
    const bits = bitsOf(list);
    for (let i = 0; i < list.length; i++) {
      const own = bits[i]! & 0x7fffffff;
      if (own < limit || (own === limit && equal-- <= 0)) list[i] = 0;
    }
  };
}

/** Sets the largest numbers to 0. */
export function dropLargest({ bits: limit, equal: left }: Limit): (list: Float32Array) => void {
  let equal = left;
  return (list) => {
    const bits = bitsOf(list);
    for (let i = 0; i < list.length; i++) {
      const own = bits[i]! & 0x7fffffff;
      if (own > limit || (own === limit && equal-- > 0)) list[i] = 0;
    }
  };
}

function upperHalves(lists: Lists): { halves: Uint32Array; size: number; zeros: number }[] {
  const found: { halves: Uint32Array; size: number; zeros: number }[] = [];
  for (const pieces of lists())
    pieces.forEach((piece, k) => {
      const own = (found[k] ??= { halves: new Uint32Array(32768), size: 0, zeros: 0 });
      const bits = bitsOf(piece);
      let zeros = 0;
      for (let i = 0; i < bits.length; i++) {
        const size = bits[i]! & 0x7fffffff;
        if (size === 0) zeros++;
        own.halves[size >>> 16]!++;
      }
      own.size += bits.length;
      own.zeros += zeros;
    });
  return found;
}

/** Of those whose upper half is one that is wanted. */
function lowerHalves(lists: Lists, wanted: readonly (readonly { bin: number }[])[]): Map<number, Uint32Array>[] {
  const counts = wanted.map((limits) => new Map(limits.map(({ bin }) => [bin, new Uint32Array(65536)])));
  for (const pieces of lists())
    pieces.forEach((piece, k) => {
      const bits = bitsOf(piece);
      for (const [bin, own] of counts[k]!)
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

const bitsOf = (list: Float32Array): Uint32Array => new Uint32Array(list.buffer, list.byteOffset, list.length);
