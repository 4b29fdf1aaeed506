/**
 * A row of the benchmark: one piece of work, done by us and by others on the same machine in turns. How rows are made
 * is each benchmark's own; how they are summarised, printed and kept is here. No conclusions.
 */

/** One program's rounds at one piece of work. */
export interface Measured {
  /** E.g. "palimpsest", "PyTorch eager". */
  by: string;
  version?: string;
  /** One value per round, in the row's unit. */
  rounds: number[];
  peakMegabytes?: number[];
  /** Why there are no rounds. */
  missing?: string;
}

export interface Row {
  /** E.g. "train step, 0.94 M parameters". */
  work: string;
  unit: "tokens/s" | "s";
  /** Ours first, then those it is compared with. */
  measured: Measured[];
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("median: invalid values: none");
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return (low + high) / 2;
}

/** How many times as fast as `other` ours is, by their medians; below 1 when slower. */
export function speedup({ unit }: Row, ours: Measured, other: Measured): number | undefined {
  if (ours.rounds.length === 0 || other.rounds.length === 0) return undefined;
  const ratio = median(ours.rounds) / median(other.rounds);
  return unit === "s" ? 1 / ratio : ratio;
}

const heading = ["work", "by", "median", "lowest – highest", "ours is", "peak MB", "version"];

/** Rows as text columns, a line per program; the numbers are medians with the lowest and highest round beside them. */
export function table(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) => row.measured.map((each, at) => line(row, each, at)));
  const widths = heading.map((title, column) => Math.max(title.length, ...lines.map((cells) => cells[column]!.length)));
  const text = (cells: string[]): string =>
    cells
      .map((cell, column) => pad(cell, widths[column]!, column))
      .join("  ")
      .trimEnd();
  return [text(heading), text(widths.map((width) => "-".repeat(width))), ...lines.map(text)].join("\n");
}

function line(row: Row, each: Measured, at: number): string[] {
  const work = at === 0 ? row.work : "";
  if (each.rounds.length === 0) return [work, each.by, "–", each.missing ?? "not measured", "", "", each.version ?? ""];
  const ratio = at === 0 ? undefined : speedup(row, row.measured[0]!, each);
  const span = `${number(Math.min(...each.rounds))} – ${number(Math.max(...each.rounds))}`;
  const peak = each.peakMegabytes?.length ? median(each.peakMegabytes).toFixed(0) : "";
  const faster = ratio === undefined ? "" : `${ratio.toFixed(2)} ×`;
  return [work, each.by, `${number(median(each.rounds))} ${row.unit}`, span, faster, peak, each.version ?? ""];
}

const pad = (cell: string, width: number, column: number): string =>
  [2, 4, 5].includes(column) ? cell.padStart(width) : cell.padEnd(width);

function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(2);
}
