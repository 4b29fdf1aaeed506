/**
 * What seeds or items gave, a row for each group: a dot each, and their mean with the 95 % interval of it by Student's t; where a
 * group has many, their density about the row (a violin). A stroke is 0 where there are values on both sides of it.
 */
import { densityOf } from "./density.js";
import { figure } from "./figure.js";
import { note } from "./heading.js";
import { deviation, distinct, mean, type Rows, rowsOf } from "./rows.js";
import { axis, bare, config, faded, ink, layout, palette, rule } from "./theme.js";
import type { Figure, Shape, Trace } from "./types.js";

export interface StripRow {
  group: string;
  /** One row per seed; NaN is left out. */
  value: number;
}

export interface StripsOptions {
  rows: Rows<StripRow>;
  /** Of the values, with their unit. */
  axis: string;
  /** Whether densities are drawn; defaults to "violin" where each group has 20 values or more. */
  shape?: "strip" | "violin";
  /** From top to bottom: by their means, least first, or as they are "given". Defaults to "given". */
  order?: "least" | "given";
  title?: string;
}

/** Half the height of a violin, and of a cloud of dots. */
const [HALF, CLOUD] = [0.4, 0.16];

export function strips({ rows: given, axis: title, shape, order: by = "given", title: over }: StripsOptions): Figure {
  const rows = rowsOf("charts.strips", given, ["value"], ["group"]);
  if (!["strip", "violin", undefined].includes(shape))
    throw new Error(`charts.strips: invalid shape: ${shape} ("strip" or "violin")`);
  const names = distinct(rows.map(({ group }) => group));
  const valuesOf = (group: string): number[] =>
    rows.flatMap((row) => (row.group === group && Number.isFinite(row.value) ? [row.value] : []));
  const groups = names.map((name) => ({ name, values: valuesOf(name) }));
  const middle = (values: number[]): number => (values.length > 0 ? mean(values) : Number.MAX_VALUE);
  if (by === "least") groups.sort((a, b) => middle(a.values) - middle(b.values));
  const many = groups.every(({ values }) => values.length >= 20);
  const violins = shape === "violin" || (shape === undefined && many);
  const color = palette[0]!;
  const bodies = groups.flatMap(({ name, values }, y): Trace[] => {
    if (!violins || values.length < 3) return [];
    const { at, density } = densityOf(values, [Math.min(...values), Math.max(...values)], 80);
    const most = Math.max(...density);
    const half = density.map((part) => Math.round((1e4 * HALF * part) / most) / 1e4);
    return [
      {
        ...{ type: "scatter", mode: "lines", name, fill: "toself", fillcolor: faded(color, 0.16), hoverinfo: "skip" },
        x: [...at, ...[...at].reverse(), at[0]!],
        y: [...half.map((part) => y - part), ...[...half].reverse().map((part) => y + part), y - half[0]!],
        line: { color: faded(color, 0.6), width: 1 },
      },
    ];
  });
  // The golden section spreads any number of dots evenly, and the same each time.
  const height = (i: number, n: number): number => (n === 1 ? 0 : 2 * CLOUD * (((i + 0.5) * 0.618034) % 1) - CLOUD);
  const dots = groups.flatMap(({ name, values }, y) =>
    values.map((value, i) => ({ name, value, y: y + height(i, values.length) })),
  );
  const measured = groups.flatMap(({ name, values }, y) => (values.length > 0 ? [{ name, values, y }] : []));
  const all = measured.flatMap(({ values }) => values);
  const zero: Shape = {
    ...{ type: "line", x0: 0, x1: 0, yref: "paper", y0: 0, y1: 1, layer: "below" },
    line: { color: ink, width: 1 },
  };
  const several = measured.some(({ values }) => values.length > 1);
  return figure({
    data: [
      ...bodies,
      {
        ...{ type: "scatter", mode: "markers", x: dots.map(({ value }) => value), y: dots.map((dot) => dot.y) },
        marker: { color: faded(ink, several ? Math.max(0.15, 0.45 - dots.length / 2000) : 0), size: violins ? 4 : 6 },
        ...{ customdata: dots.map(({ name }) => name), hovertemplate: "%{customdata}: %{x:.4g}<extra></extra>" },
      },
      {
        ...{
          type: "scatter",
          mode: "markers",
          x: measured.map(({ values }) => mean(values)),
          y: measured.map(({ y }) => y),
        },
        error_x: {
          type: "data",
          array: measured.map(({ values }) => halfInterval(values)),
          color,
          thickness: 1.8,
          width: 5,
        },
        marker: { color, symbol: "diamond", size: 9, line: { color: "#ffffff", width: 1 } },
        customdata: measured.map(({ name, values }) => `${name}, mean of ${values.length}`),
        hovertemplate: "%{customdata}: %{x:.4g}<extra></extra>",
      },
    ],
    config,
    layout: layout({
      height: (over ? 150 : 116) + 44 * groups.length,
      margin: { l: 72, r: 24, t: over ? 84 : 44, b: 64 },
      xaxis: axis(title, { showgrid: true, gridcolor: rule }),
      yaxis: axis("", {
        ...bare,
        ...{ title: undefined, range: [groups.length - 0.45, -0.55] },
        ...{ tickvals: groups.map((_, y) => y), ticktext: groups.map(({ name }) => name) },
      }),
      shapes: Math.min(...all) < 0 && Math.max(...all) > 0 ? [zero] : [],
      annotations: several
        ? [note("dots: each; diamond: mean, with its 95 % interval", { x: "paper", y: "paper", above: 6, size: 12 })]
        : [],
      ...(over && { title: { text: over } }),
      showlegend: false,
    }),
  });
}

/** Student's t at 97.5 % by degrees of freedom, from 1. */
const t975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Half of the 95 % interval of a mean; 0 of one value. Beyond the table within 0.001 of t. */
export function halfInterval(values: readonly number[]): number {
  const free = values.length - 1;
  if (free < 1) return 0;
  return ((t975[free - 1] ?? 1.96 + 2.4 / free) * deviation(values)) / Math.sqrt(values.length);
}
