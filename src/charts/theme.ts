/**
 * One look for every figure: white ground, thin axes, horizontal rules only, type that survives a paper's column. Series
 * differ by colour (Okabe & Ito's palette, made for colour-blind readers), by dash and by marker, so grey print loses
 * nothing; ordered series (shares) run through lightness instead.
 */
import type { Axis, Dash, Figure, Layout, Symbol } from "./types.js";

export const ink = "#1f2328";
export const faint = "#6b7280";
export const rule = "#e3e5e8";

/** Without the palette's yellow, which vanishes on white. */
export const palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
export const dashes: Dash[] = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
export const symbols: Symbol[] = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star"];

export interface Style {
  color: string;
  dash: Dash;
  symbol: Symbol;
}

/** The i-th of unordered series. */
export function styleOf(i: number): Style {
  return {
    color: palette[i % palette.length]!,
    dash: dashes[i % dashes.length]!,
    symbol: symbols[i % symbols.length]!,
  };
}

/** Place `t` in 0…1 of an ordered series: dark to light (viridis without its yellow end), markers in turn. */
export function orderedStyle(i: number, of: number): Style {
  const t = of > 1 ? i / (of - 1) : 0;
  return { color: blend(t), dash: dashes[i % dashes.length]!, symbol: symbols[i % symbols.length]! };
}

const stops = [
  [68, 1, 84],
  [64, 67, 135],
  [41, 120, 142],
  [34, 167, 132],
  [122, 209, 81],
];

function blend(t: number): string {
  const place = t * (stops.length - 1);
  const i = Math.min(Math.floor(place), stops.length - 2);
  const channel = (k: number): string =>
    Math.round(stops[i]![k]! + (place - i) * (stops[i + 1]![k]! - stops[i]![k]!))
      .toString(16)
      .padStart(2, "0");
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}

/** A colour with an opacity, as Plotly and SVG both read it. */
export function faded(hex: string, opacity: number): string {
  const channel = (i: number): number => parseInt(hex.slice(i, i + 2), 16);
  return `rgba(${channel(1)},${channel(3)},${channel(5)},${opacity})`;
}

export const family = "Helvetica, Arial, 'Liberation Sans', sans-serif";

export function axis(title: string, more: Axis = {}): Axis {
  return {
    title: { text: title, font: { size: 15, color: ink }, standoff: 10 },
    showgrid: false,
    zeroline: false,
    showline: true,
    linecolor: ink,
    ticks: "outside",
    tickcolor: ink,
    ticklen: 5,
    tickfont: { size: 13, color: ink },
    automargin: true,
    ...more,
  };
}

/** Of an axis that is names only. Plotly's validator throws at style options of lines and ticks that are not shown. */
export const bare: Axis = {
  ticks: "",
  showline: false,
  linecolor: undefined,
  tickcolor: undefined,
  ticklen: undefined,
};

/** The vertical axis, with rules to read values by. */
export function ruledAxis(title: string, more: Axis = {}): Axis {
  return axis(title, { showgrid: true, gridcolor: rule, ...more });
}

export function layout(more: Layout): Layout {
  return {
    width: 760,
    height: 440,
    margin: { l: 72, r: 24, t: more.title ? 56 : 24, b: 64 },
    font: { family, size: 13, color: ink },
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    hovermode: "closest",
    ...more,
    // Plotly's validator throws at a legend that is not shown.
    legend:
      more.showlegend === false
        ? undefined
        : { font: { size: 13, color: ink }, bgcolor: "rgba(255,255,255,0)", traceorder: "normal", ...more.legend },
    ...(more.title && {
      title: { x: 0, xref: "paper", xanchor: "left", font: { size: 17, color: ink }, ...more.title },
    }),
  };
}

export const config: Figure["config"] = { displaylogo: false, responsive: true };

/** 0.25 as "25%", 0.285 as "28.5%". */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))}%`;
