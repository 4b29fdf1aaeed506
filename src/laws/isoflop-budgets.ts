/**
 * The budgets of compute that rows crowd at, for `isoFlop` on a table that does not say what its budgets were. A crowd is
 * what lies within a factor of a row; the largest is taken first, and what it holds is in no other.
 */
export interface IsoFlopBudgetsOptions {
  rows: readonly { flops: number; parameters: number }[];
  /** Rows within this factor of a budget belong to it; defaults to 1.3. */
  within?: number;
  /** The fewest different sizes that make a crowd; defaults to 5. */
  sizes?: number;
}

/** In FLOP, smallest first, each the geometric mean of its rows; empty when nothing crowds. */
export function isoFlopBudgets({ rows, within = 1.3, sizes = 5 }: IsoFlopBudgetsOptions): number[] {
  if (!(within > 1)) throw new Error(`laws.isoFlopBudgets: invalid within: ${within} (a factor above 1)`);
  rows.forEach(({ flops, parameters }, i) => {
    if (!(flops > 0 && flops < Infinity && parameters > 0))
      throw new Error(`laws.isoFlopBudgets: invalid row ${i + 1}: ${flops} FLOP, ${parameters} parameters`);
  });
  const budgets: number[] = [];
  let left = rows.map(({ flops, parameters }) => ({ at: Math.log(flops), parameters })).sort((a, b) => a.at - b.at);
  for (;;) {
    const crowd = largest(left, Math.log(within));
    if (new Set(crowd.map(({ parameters }) => parameters)).size < sizes) return budgets.sort((a, b) => a - b);
    budgets.push(Math.exp(crowd.reduce((sum, { at }) => sum + at, 0) / crowd.length));
    left = left.filter((row) => !crowd.includes(row));
  }
}

/** The most rows within `reach` of one of them; `rows` are in order. */
function largest<Row extends { at: number }>(rows: readonly Row[], reach: number): Row[] {
  let [best, first, last] = [[0, 0] as [number, number], 0, 0];
  for (const { at } of rows) {
    while (rows[first]!.at < at - reach) first++;
    while (last < rows.length && rows[last]!.at <= at + reach) last++;
    if (last - first > best[1] - best[0]) best = [first, last];
  }
  return rows.slice(...best);
}
