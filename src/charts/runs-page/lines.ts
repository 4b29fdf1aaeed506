/** Curves of hundreds of runs in one panel, each a path of its own that the page can bring forward. */
import { faint, ink, rule } from "../theme.js";
import { escape, round } from "../svg/text.js";

export interface Line {
  /** Which run, as the page counts them. */
  run: number;
  x: readonly number[];
  y: readonly number[];
}

export interface Panel {
  title: string;
  /** What is written under the axis. */
  x: string;
  lines: readonly Line[];
}

export interface PanelOptions extends Panel {
  /** Of each run how its lines look: attributes of a path. */
  looks: readonly string[];
  names: readonly string[];
}

const [WIDE, HIGH] = [480, 300];
const box = { left: 52, right: 10, top: 26, bottom: 40 };
/** Points of a line: more than the panel has pixels to show apart. */
const most = 200;

export function panelOf({ title, x: under, lines, looks, names }: PanelOptions): string {
  const [xs, ys] = [lines.flatMap(({ x }) => x), lines.flatMap(({ y }) => y)].map(rangeOf) as [Range, Range];
  const px = (x: number): number =>
    round(box.left + ((x - xs.low) / (xs.high - xs.low)) * (WIDE - box.left - box.right));
  const py = (y: number): number =>
    round(HIGH - box.bottom - ((y - ys.low) / (ys.high - ys.low)) * (HIGH - box.top - box.bottom));
  const across = ticks(xs).map(
    (at) => `<text x="${px(at)}" y="${HIGH - box.bottom + 18}" text-anchor="middle">${short(at)}</text>`,
  );
  const up = ticks(ys).map(
    (at) =>
      `<path d="M${box.left} ${py(at)}H${WIDE - box.right}" stroke="${rule}"/><text x="${box.left - 6}" y="${py(at) + 4}" text-anchor="end">${short(at)}</text>`,
  );
  const paths = lines.map(({ run, x, y }) => {
    const points = thinned(x.map((at, i) => [at, y[i]!] as const).filter(([, value]) => Number.isFinite(value)));
    const d = points.map(([at, value], i) => `${i === 0 ? "M" : "L"}${px(at)} ${py(value)}`).join("");
    // A line of no length with round ends is a dot.
    return `<path class="c r${run}" data-run="${run}" ${looks[run]} d="${d}${points.length === 1 ? "h0" : ""}"><title>${escape(names[run]!)}</title></path>`;
  });
  return `<svg viewBox="0 0 ${WIDE} ${HIGH}" role="img" aria-label="${escape(title)}" font-family="Helvetica, Arial, sans-serif" font-size="11" fill="${ink}">
<text x="${box.left}" y="16" font-size="13" font-weight="bold">${escape(title)}</text>
${up.join("")}${across.join("")}
<text x="${WIDE - box.right}" y="${HIGH - 6}" text-anchor="end" fill="${faint}">${escape(under)}</text>
<g fill="none">${paths.join("\n")}</g>
</svg>`;
}

interface Range {
  low: number;
  high: number;
}

function rangeOf(values: readonly number[]): Range {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low > high) return { low: 0, high: 1 };
  return low === high ? { low: low - 0.5, high: high + 0.5 } : { low, high };
}

/** Round numbers in the range, four to eight of them. */
function ticks({ low, high }: Range): number[] {
  const power = 10 ** Math.floor(Math.log10((high - low) / 4));
  const step = power * [1, 2, 5, 10].find((times) => (high - low) / (power * times) <= 8)!;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** The first, the last and every so many between them. */
function thinned<T>(points: readonly T[]): readonly T[] {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))]!);
}

const short = (value: number): string =>
  Math.abs(value) >= 1e4
    ? new Intl.NumberFormat("en", { notation: "compact" }).format(value)
    : String(Number(value.toPrecision(4)));
