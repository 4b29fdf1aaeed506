/**
 * A figure's marks and type at print size: lines of 0.8 pt, markers of 3, axes of half a point, two sizes of type, a white
 * ground, no title (captions are the paper's). It says nothing of where things stand.
 */
import { family } from "../theme.js";
import type { Annotation, Axis, Figure, Font, Layout, Marker, Shape, Trace } from "../types.js";

/** Pixels of the type: titles, headings and names; ticks and notes. */
export interface Type {
  text: number;
  small: number;
}

/** Of a figure's width of lines, size of markers and distances of words. */
const [thinner, smaller, nearer] = [0.55, 0.6, 0.75];
const hair = 0.7;

export function printed({ data, layout, config }: Figure, type: Type): Figure {
  const axes = Object.entries(layout).filter(([key]) => /^[xy]axis\d*$/.test(key)) as [string, Axis | undefined][];
  const { title: _title, ...rest } = layout;
  // The legend goes below: what stood over it comes down.
  const over = layout.legend?.orientation === "h" && layout.legend.y === 1;
  const down = (note: Annotation): Annotation =>
    over && note.yref === "paper" && note.y === 1 ? { ...note, yshift: Math.min(6, note.yshift ?? 0) } : note;
  return {
    data: data.map((trace) => traceOf(trace, type)),
    layout: {
      ...rest,
      ...Object.fromEntries(axes.map(([key, axis]) => [key, axis && axisOf(axis, type)])),
      font: { ...layout.font, family: `Arimo, ${layout.font?.family ?? family}`, size: type.text },
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
      shapes: layout.shapes?.map(shapeOf),
      annotations: layout.annotations?.map((note) => noteOf(down(note), type)),
      ...(layout.showlegend !== false && {
        legend: { ...layout.legend, font: { ...layout.legend?.font, size: type.small } },
      }),
    } as Layout,
    config,
  };
}

const by = (factor: number, value: number | undefined): number | undefined => value && value * factor;
/** What was larger than a tick's label is text. */
const typeOf = (font: Font | undefined, { text, small }: Type): Font => ({
  ...font,
  size: (font?.size ?? 13) > 13 ? text : small,
});

function traceOf(trace: Trace, type: Type): Trace {
  const bars = (errors: Trace["error_x"]): Trace["error_x"] =>
    errors && { ...errors, thickness: thinner * (errors.thickness ?? 1.5), width: smaller * (errors.width ?? 4) };
  return {
    ...trace,
    ...((trace.line ?? hasLine(trace)) && { line: { ...trace.line, width: thinner * (trace.line?.width ?? 2) } }),
    ...(trace.marker && { marker: markerOf(trace.marker) }),
    ...((trace.textfont ?? trace.mode?.includes("text")) && { textfont: { ...trace.textfont, size: type.small } }),
    ...(trace.error_x && { error_x: bars(trace.error_x) }),
    ...(trace.error_y && { error_y: bars(trace.error_y) }),
  };
}

const hasLine = ({ type, mode = "lines" }: Trace): boolean => type === "scatter" && mode.includes("lines");

const markerOf = (marker: Marker): Marker => ({
  ...marker,
  ...(marker.size !== undefined && { size: smaller * marker.size }),
  ...(marker.line && { line: { ...marker.line, width: by(thinner, marker.line.width) } }),
});

const shapeOf = (shape: Shape): Shape => ({
  ...shape,
  ...(shape.line && { line: { ...shape.line, width: thinner * (shape.line.width ?? 1) } }),
});

const noteOf = (note: Annotation, type: Type): Annotation => ({
  ...note,
  font: typeOf(note.font, type),
  ...(note.xshift && { xshift: nearer * note.xshift }),
  ...(note.yshift && { yshift: nearer * note.yshift }),
  ...(note.showarrow && { ax: nearer * (note.ax ?? 0), ay: nearer * (note.ay ?? -30), arrowwidth: hair }),
});

const axisOf = (axis: Axis, { text, small }: Type): Axis => ({
  ...axis,
  automargin: false,
  ...(axis.showticklabels !== false && { tickfont: { ...axis.tickfont, size: small } }),
  ...(axis.title && { title: { ...axis.title, font: { ...axis.title.font, size: text }, standoff: 4 } }),
  ...(axis.ticks && { ticklen: 3, tickwidth: hair }),
  ...(axis.showline && { linewidth: hair }),
  ...(axis.showgrid !== false && { gridwidth: 0.5 }),
  ...(axis.zeroline && { zerolinewidth: hair }),
});
