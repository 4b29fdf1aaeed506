/** Panels of one figure in rows: the axes of each, and its part of the picture. */
import { spare, widthOf } from "./svg/text.js";

export interface GridOptions {
  panels: number;
  columns: number;
  /** Share of the picture between two panels, across and down. */
  across: number;
  down: number;
}

export interface GridPlace {
  /** What traces call the axes, e.g. "x2" and "y2"; a layout's are `xaxis${suffix}` and `yaxis${suffix}`. */
  x: string;
  y: string;
  suffix: `${number}`;
  /** Parts of the width and of the height. */
  domains: { x: [number, number]; y: [number, number] };
  column: number;
  /** Whether a panel stands below it. */
  above: boolean;
}

export function gridOf({ panels, columns, across, down }: GridOptions): GridPlace[] {
  const rows = Math.ceil(panels / columns);
  return Array.from({ length: panels }, (_, p) => {
    const [column, row] = [p % columns, Math.floor(p / columns)];
    // Plotly calls the first axes by no number.
    const suffix = (p === 0 ? "" : `${p + 1}`) as `${number}`;
    return {
      ...{ x: `x${suffix}`, y: `y${suffix}`, suffix, column },
      domains: { x: part(column, columns, across), y: part(rows - 1 - row, rows, down) },
      above: p + columns < panels,
    };
  });
}

/** Panels in a row, where nobody says: three, or two of two and of four. */
export const columnsFor = (panels: number): number => (panels === 2 || panels === 4 ? 2 : Math.min(3, panels));

/** Pixels that a legend of these names is high, below panels so wide: in columns where they need more than one line. */
export function keysHeight(names: readonly string[], room: number): number {
  const widths = names.map((name) => Math.min(room, widthOf(name, 13) / spare + 64));
  const inLine = widths.reduce((a, b) => a + b, 0) <= room ? names.length : Math.floor(room / Math.max(...widths));
  return 22 * Math.ceil(names.length / Math.max(1, inLine));
}

/** The i-th of n equal parts of 0 to 1, with `gap` between two. */
function part(i: number, n: number, gap: number): [number, number] {
  const size = (1 - gap * (n - 1)) / n;
  return [i * (size + gap), i * (size + gap) + size];
}
