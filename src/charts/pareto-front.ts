/**
 * Several methods on the forgetting–adaptation plane, each over a dial of its own: a line through the settings of a method in the
 * order of the rows, the mean over seeds, bars of one standard deviation. Across, what was learned of the new language; up, what was
 * lost of the old. What nothing else beats in both is filled and on the dotted front; with seeds the legend says in how many a
 * method is on it. A run's path over time is drawn the same way, with steps for settings.
 */
import { paretoFront as frontOf } from "../measure/index.js";
import { figure } from "./figure.js";
import { note } from "./heading.js";
import { labelPlaces, type Range, roomy } from "./labels.js";
import { level } from "./level.js";
import { planeAxes } from "./plane.js";
import { deviation, distinct, mean, type Rows, rowsOf } from "./rows.js";
import { spare, widthOf } from "./svg/text.js";
import { config, faint, ink, layout, styleOf } from "./theme.js";
import type { Figure, TextPosition, Trace } from "./types.js";

export interface FrontRow {
  /** What the legend calls it. */
  method: string;
  /** Where its dial stands, as it is written beside the ends of the line. Of a method without a dial none. */
  setting?: string | number;
  /** L(0) − L(t) of the new language, bits per byte. NaN (a run that diverged) leaves the row out. */
  adaptation: number;
  /** L(t) − L(0) of the old language, bits per byte. */
  forgetting: number;
  /** One row per seed; where all rows have one, fronts are counted by seed. */
  seed?: number;
}

export interface ParetoFrontOptions {
  rows: Rows<FrontRow>;
  /** Names for the axes; default to "the old language" and "the new language". */
  old?: string;
  new?: string;
  /** Draws a line at this much forgetting, where methods are compared. */
  at?: number;
  /** Whether the front is drawn; defaults to true where there are two methods or more. */
  front?: boolean;
  title?: string;
}

interface Point {
  method: string;
  setting: string;
  /** By seed. */
  own: FrontRow[];
  adaptation: number;
  forgetting: number;
}

export function paretoFront(options: ParetoFrontOptions): Figure {
  const { old = "the old language", new: fresh = "the new language", at, title } = options;
  const rows = rowsOf("charts.paretoFront", options.rows, ["adaptation", "forgetting"], ["method"]).filter(
    ({ adaptation, forgetting }) => Number.isFinite(adaptation) && Number.isFinite(forgetting),
  );
  if (rows.length === 0) throw new Error("charts.paretoFront: invalid rows: none with both numbers");
  const methods = distinct(rows.map(({ method }) => method));
  const { front: shown = methods.length > 1 } = options;
  const points = methods.flatMap((method) => pointsOf(rows, method));
  const front = shown ? frontOf(points) : points;
  const seeds = distinct(rows.map(({ seed }) => seed));
  const counted = shown && seeds.length > 1 && !seeds.includes(undefined);
  const winners = counted ? seeds.map((seed) => frontOf(rows.filter((row) => row.seed === seed))) : [];
  const won = (method: string): number => winners.filter((best) => best.some((row) => row.method === method)).length;
  const ranges: [Range, Range] = [
    roomy(rows.map(({ adaptation }) => adaptation)),
    roomy([...rows.map(({ forgetting }) => forgetting), at ?? 0]),
  ];
  const ends = methods.flatMap((method) => {
    const own = points.filter((point) => point.method === method);
    return own.filter((_, k) => k === 0 || k === own.length - 1);
  });
  const [x, y] = (["adaptation", "forgetting"] as const).map((field) =>
    [...ends, ...points.filter((point) => !ends.includes(point))].map((point) => point[field]),
  ) as [number[], number[]];
  const widths = ends.map(({ setting }) => widthOf(setting, 11) / spare);
  const sides = labelPlaces(x, y, ranges, [0, ...(at === undefined ? [] : [at])], widths);
  const sideOf = (point: Point): TextPosition => sides[ends.indexOf(point)] ?? "top center";
  const said = `dotted: the front, filled what is on it${counted ? `; (of ${seeds.length}): seeds in which a method is` : ""}`;
  return figure({
    data: [
      ...(shown ? [stair(front, ranges)] : []),
      ...methods.flatMap((method, i) => {
        const own = points.filter((point) => point.method === method);
        const name = counted ? `${method} (${won(method)} of ${seeds.length})` : method;
        return lineOf(own, { name, i, off: own.filter((point) => !front.includes(point)), sides: own.map(sideOf) });
      }),
    ],
    config,
    layout: layout({
      ...planeAxes({ old, fresh, ranges }),
      shapes: at === undefined ? [] : [level(at)],
      annotations: shown ? [note(said, { x: "paper", y: "paper", above: 6, size: 12 })] : [],
      height: 520,
      margin: { l: 76, r: 24, t: (title ? 56 : 24) + (shown ? 20 : 0), b: 64 },
      ...(title && { title: { text: title } }),
      showlegend: true,
    }),
  });
}

/** A method's settings in the order of the rows. */
function pointsOf(rows: readonly FrontRow[], method: string): Point[] {
  const all = rows.filter((row) => row.method === method);
  const settingOf = ({ setting = "" }: FrontRow): string => String(setting);
  return distinct(all.map(settingOf)).map((setting) => {
    const own = all.filter((row) => settingOf(row) === setting);
    const average = (field: "adaptation" | "forgetting"): number => mean(own.map((row) => row[field]));
    return { method, setting, own, adaptation: average("adaptation"), forgetting: average("forgetting") };
  });
}

/** Its first and last setting are named, which says which way the dial turns; what is off the front is hollow. */
function lineOf(
  points: Point[],
  { name, i, off, sides }: { name: string; i: number; off: Point[]; sides: TextPosition[] },
): Trace[] {
  const { color, dash, symbol } = styleOf(i);
  const bars = (field: "adaptation" | "forgetting"): Trace["error_x"] => ({
    type: "data",
    array: points.map(({ own }) => deviation(own.map((row) => row[field]))),
    ...{ color, thickness: 1, width: 3 },
  });
  const several = points.some(({ own }) => own.length > 1);
  return [
    {
      ...{ type: "scatter", mode: "lines+markers+text", name },
      x: points.map(({ adaptation }) => adaptation),
      y: points.map(({ forgetting }) => forgetting),
      line: { color, width: 2, dash },
      marker: { color, symbol, size: 9, line: { color: "#ffffff", width: 1 } },
      text: points.map(({ setting }, k) => (k === 0 || k === points.length - 1 ? setting : "")),
      textposition: sides,
      textfont: { size: 11, color: ink },
      ...(several && { error_x: bars("adaptation"), error_y: bars("forgetting") }),
      customdata: points.map(({ setting }) => setting),
      hovertemplate: `${name} %{customdata}: learned %{x:.3f}, forgot %{y:.3f} bits per byte<extra></extra>`,
    },
    ...(off.length === 0
      ? []
      : [
          {
            ...({ type: "scatter", mode: "markers", name, showlegend: false, hoverinfo: "skip" } as const),
            x: off.map(({ adaptation }) => adaptation),
            y: off.map(({ forgetting }) => forgetting),
            marker: { color: "#ffffff", symbol, size: 7, line: { color, width: 1.6 } },
          },
        ]),
  ];
}

/** From the least forgetting to the most: what must be lost for so much to be learned. */
function stair(front: readonly Point[], [[left], [, top]]: [Range, Range]): Trace {
  const steps = front.flatMap(({ adaptation, forgetting }, i) => [
    [i === 0 ? left : front[i - 1]!.adaptation, forgetting] as const,
    [adaptation, forgetting] as const,
  ]);
  const path = [...steps, [front.at(-1)!.adaptation, top] as const];
  return {
    ...{ type: "scatter", mode: "lines", name: "front", showlegend: false, hoverinfo: "skip" },
    x: path.map(([x]) => x),
    y: path.map(([, y]) => y),
    line: { color: faint, width: 1.3, dash: "dot" },
  };
}
