/**
 * A figure as plain Plotly JSON, in the few parts of Plotly that this room writes. Names are Plotly's own
 * (https://plotly.com/javascript/reference/), so a figure can be handed to plotly.js, Python's plotly or a notebook as it is.
 */
export interface Figure {
  data: Trace[];
  layout: Layout;
  config?: { displayModeBar?: boolean; displaylogo?: boolean; responsive?: boolean };
}

export interface Trace {
  type: "scatter" | "bar" | "heatmap";
  x: (number | string | null)[];
  y: (number | null)[];
  /** Of a heat map, whose cells are one wide and one high about `x` and `y`: a row for each y. null is no cell. */
  z?: (number | null)[][];
  zmin?: number;
  zmax?: number;
  /** From 0 (zmin) to 1 (zmax). */
  colorscale?: [number, string][];
  showscale?: boolean;
  /** Pixels between two cells. */
  xgap?: number;
  ygap?: number;
  hoverongaps?: boolean;
  name?: string;
  mode?: "lines" | "markers" | "lines+markers" | "markers+text" | "lines+markers+text" | "text";
  line?: { color?: string; width?: number; dash?: Dash };
  marker?: Marker;
  /** "tonexty" fills to the trace before it on the same axes, "toself" closes its own line. */
  fill?: "none" | "tonexty" | "toself";
  fillcolor?: string;
  error_x?: ErrorBars;
  error_y?: ErrorBars;
  text?: string[];
  /** What a hover text may say of a point, as %{customdata}. */
  customdata?: string[] | string[][];
  textposition?: TextPosition | TextPosition[] | "outside";
  textfont?: Font;
  opacity?: number;
  xaxis?: string;
  yaxis?: string;
  legendgroup?: string;
  showlegend?: boolean;
  hoverinfo?: "skip";
  hovertemplate?: string;
}

export type Dash = "solid" | "dash" | "dot" | "dashdot" | "longdash" | "longdashdot";
export type Symbol =
  | "circle"
  | "square"
  | "diamond"
  | "triangle-up"
  | "triangle-down"
  | "cross"
  | "x"
  | "star"
  | "circle-open"
  | "square-open"
  | "diamond-open";
export type TextPosition =
  | "top center"
  | "bottom center"
  | "middle left"
  | "middle center"
  | "middle right"
  | "top left"
  | "top right"
  | "bottom left"
  | "bottom right";

export interface Marker {
  color?: string;
  size?: number;
  symbol?: Symbol;
  line?: { color?: string; width?: number };
  /** Hatching of bars, so that they differ without colour. */
  pattern?: { shape: "" | "/" | "\\" | "." | "x"; fgcolor?: string; bgcolor?: string; solidity?: number };
}

export interface ErrorBars {
  type: "data";
  array: number[];
  arrayminus?: number[];
  symmetric?: boolean;
  color?: string;
  thickness?: number;
  width?: number;
}

export interface Font {
  family?: string;
  size?: number;
  color?: string;
}

export interface Axis {
  title?: { text: string; font?: Font; standoff?: number };
  type?: "linear" | "log" | "category";
  /** On a log axis in powers of ten, as Plotly has it. */
  range?: [number, number];
  /** Part of the width or height that the axis takes, 0 to 1. */
  domain?: [number, number];
  anchor?: string;
  tickformat?: string;
  /** "B" writes thousands, millions and billions as the field does: 1k, 1M, 1B. */
  exponentformat?: "B";
  tickvals?: (number | string)[];
  ticktext?: string[];
  nticks?: number;
  showgrid?: boolean;
  gridcolor?: string;
  gridwidth?: number;
  zeroline?: boolean;
  zerolinecolor?: string;
  zerolinewidth?: number;
  showline?: boolean;
  linecolor?: string;
  linewidth?: number;
  ticks?: "outside" | "";
  tickcolor?: string;
  ticklen?: number;
  tickwidth?: number;
  /** Degrees, clockwise. */
  tickangle?: number;
  tickfont?: Font;
  showticklabels?: boolean;
  automargin?: boolean;
  rangemode?: "tozero";
  matches?: string;
}

export interface Shape {
  type: "line" | "rect";
  xref?: string;
  yref?: string;
  x0: number;
  x1: number;
  y0: number;
  y1: number;
  line?: { color?: string; width?: number; dash?: Dash };
  fillcolor?: string;
  layer?: "below" | "above";
}

export interface Annotation {
  text: string;
  x: number;
  y: number;
  xref?: string;
  yref?: string;
  xanchor?: "left" | "center" | "right";
  yanchor?: "top" | "middle" | "bottom";
  /** In pixels, away from the point. */
  xshift?: number;
  yshift?: number;
  showarrow: boolean;
  ax?: number;
  ay?: number;
  arrowcolor?: string;
  arrowwidth?: number;
  arrowhead?: number;
  font?: Font;
  align?: "left" | "center" | "right";
  bgcolor?: string;
}

export interface Layout {
  /** Plotly's place for what it does not read itself: "tokens" is a text in lines, which print sets anew. */
  meta?: "tokens";
  title?: { text: string; x?: number; xanchor?: "left" | "center"; xref?: "paper" | "container"; font?: Font };
  width?: number;
  height?: number;
  margin?: { l: number; r: number; t: number; b: number };
  font?: Font;
  paper_bgcolor?: string;
  plot_bgcolor?: string;
  colorway?: string[];
  showlegend?: boolean;
  legend?: {
    title?: { text: string };
    orientation?: "h" | "v";
    x?: number;
    y?: number;
    xanchor?: "left" | "right";
    yanchor?: "top" | "bottom";
    font?: Font;
    bgcolor?: string;
    traceorder?: "normal";
  };
  hovermode?: "closest" | "x unified";
  barmode?: "group";
  bargap?: number;
  bargroupgap?: number;
  shapes?: Shape[];
  annotations?: Annotation[];
  /** Keeps zoom and hidden traces when the same figure is drawn again with more data. */
  uirevision?: string;
  xaxis?: Axis;
  yaxis?: Axis;
  /** Of further panels: "xaxis2", "yaxis2" and so on. */
  [further: `xaxis${number}`]: Axis | undefined;
  [further: `yaxis${number}`]: Axis | undefined;
}
