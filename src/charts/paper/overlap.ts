/** Whether two words lie on each other: rectangles, turned or not, by their corners in pixels. */
export type Corners = readonly (readonly [number, number])[];

/** Also those that are nearer than `gap` pixels. */
export function overlap(a: Corners, b: Corners, gap = 0): boolean {
  return [a, b].every((one) =>
    one.slice(0, 2).every(([x, y], i) => {
      const [nextX, nextY] = one[i + 1]!;
      const length = Math.hypot(nextX - x, nextY - y) || 1;
      const along = ([px, py]: readonly [number, number]): number => (px * (nextX - x) + py * (nextY - y)) / length;
      const [p, q] = [a.map(along), b.map(along)];
      return Math.max(...p) + gap > Math.min(...q) && Math.max(...q) + gap > Math.min(...p);
    }),
  );
}
