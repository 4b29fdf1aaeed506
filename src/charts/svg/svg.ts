/**
 * `svgOf`: a figure of this room as a static SVG picture, without a browser: for notebooks on the web, for print and as what
 * stands on a page before Plotly has loaded. It draws lines, markers, bands, bars, error bars, annotations, shapes, legends
 * and linear, log and category axes: the kinds this room writes. It is not a Plotly: what it does not know it leaves out.
 */
import { family } from "../theme.js";
import type { Figure, Layout, Trace } from "../types.js";
import { drawAxes } from "./axes.js";
import { drawLegend } from "./legend.js";
import { readable } from "./math.js";
import { drawAnnotation } from "./notes.js";
import { drawPanel } from "./panel.js";
import { placesOf } from "./places.js";
import { escape, fit, label, round } from "./text.js";
import type { Box, Panel } from "./types.js";

export interface SvgOptions {
  /** Pixels; defaults to the figure's own, else 760 by 440. */
  width?: number;
  height?: number;
}

export function svgOf(figure: Figure, options: SvgOptions = {}): string {
  const { layout } = figure;
  const { width = layout.width ?? 760, height = layout.height ?? 440 } = options;
  if (!(width > 0 && height > 0)) throw new Error(`svgOf: invalid size: ${width} × ${height}`);
  const id = hash(JSON.stringify(figure) + width + height);
  const { box, panels, legend } = placesOf(figure, { width, height });
  const parts = [
    `<rect width="${width}" height="${height}" fill="${layout.paper_bgcolor ?? "#ffffff"}"/>`,
    definitions(id, panels, figure.data),
    ...panels.map((panel, i) => drawPanel(panel, `${id}p${i}`, id, figure)),
    ...panels.map((panel) => drawAxes(panel)),
    ...(layout.annotations ?? []).map((note) => drawAnnotation(note, panels, box)),
    legend ? drawLegend(legend, id) : "",
    title(layout, box, width),
  ];
  const name = escape(readable(layout.title?.text ?? "figure").replace(/<[^>]*>/g, " "));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}" font-family="${escape(layout.font?.family ?? family)}">`,
    ...parts.filter(Boolean),
    "</svg>",
  ].join("\n");
}

function definitions(id: string, panels: readonly Panel[], data: readonly Trace[]): string {
  const clips = panels.map(({ x, y }, i) => {
    const [left, top] = [Math.min(...x.ends), Math.min(...y.ends)];
    // A little over the axes, so that markers on the edge stay whole.
    return `<clipPath id="${id}p${i}"><rect x="${round(left - 8)}" y="${round(top - 8)}" width="${round(Math.abs(x.ends[1] - x.ends[0]) + 16)}" height="${round(Math.abs(y.ends[1] - y.ends[0]) + 8)}"/></clipPath>`;
  });
  const hatches = data.map((trace, i) => {
    const shape = trace.type === "bar" ? trace.marker?.pattern?.shape : undefined;
    if (!shape) return "";
    const path = { "/": "M0,8L8,0", "\\": "M0,0L8,8", ".": "M4,4h.01", x: "M0,0L8,8M0,8L8,0" }[shape];
    return `<pattern id="${id}h${i}" width="8" height="8" patternUnits="userSpaceOnUse"><path d="${path}" stroke="${trace.marker?.pattern?.fgcolor ?? "#ffffff"}" stroke-width="1.6" stroke-linecap="round" fill="none"/></pattern>`;
  });
  return `<defs>${clips.join("")}${hatches.join("")}</defs>`;
}

function title({ title }: Layout, box: Box, width: number): string {
  if (!title?.text) return "";
  const text = fit(title.text, title.font?.size ?? 13, width - box.left - 8);
  return label({ text, x: box.left, y: 20, at: "top", font: title.font });
}

/** Names what a picture defines, so that several pictures can stand in one page. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return `f${(h >>> 0).toString(36)}`;
}
