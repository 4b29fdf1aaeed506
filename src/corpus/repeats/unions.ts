/** Sets that are joined two by two, of the whole numbers below `count`. Tarjan 1975, https://doi.org/10.1145/321879.321884. */
export interface Unions {
  join(a: number, b: number): void;
  /** The one that stands for all of its set: the least, or by size that of the larger half, and of `a` where both are as large. */
  standingFor(a: number): number;
}

export function unions({ count, by }: { count: number; by: "least" | "size" }): Unions {
  const above = Uint32Array.from({ length: count }, (_, i) => i);
  const sizes = new Uint32Array(by === "size" ? count : 0).fill(1);
  const standingFor = (a: number): number => {
    while (above[a] !== a) a = above[a] = above[above[a]!]!;
    return a;
  };
  return {
    standingFor,
    join(a, b) {
      let [over, under] = [standingFor(a), standingFor(b)];
      if (over === under) return;
      if (by === "least" ? over > under : sizes[over]! < sizes[under]!) [over, under] = [under, over];
      above[under] = over;
      if (by === "size") sizes[over]! += sizes[under]!;
    },
  };
}
