/** A Plotly figure as a MIME bundle: interactive within bounds, a still picture, a line. Sends nothing. */
import { interactive, interactiveLayout } from "../../charts/interactive.js";
import type { Figure } from "../../charts/index.js";
import type { Bundle } from "./display.js";
import { withoutTags } from "./rich-text.js";

/** A Plotly figure as plain data; `charts` makes them. */
export interface FigureLike {
  data: object[];
  layout: object;
  config?: object;
}

export interface BundleOptions {
  /** Draws the still picture for front ends without Plotly; none when absent. */
  svgOf?: (figure: FigureLike) => string;
  /** Largest rich form in bytes; a figure beyond it is shown as its still picture. Defaults to 4 MB. */
  maxBytes?: number;
  /** Most rows of a table; defaults to 20. */
  maxRows?: number;
  /** Called with a line about what was left out; defaults to console.warn. */
  warn?: (line: string) => void;
}

export const plotlyMime = "application/vnd.plotly.v1+json";

export const isFigure = (thing: object): thing is FigureLike =>
  "data" in thing && Array.isArray(thing.data) && "layout" in thing;

export function figureBundle(figure: FigureLike, options: BundleOptions): Bundle {
  const { svgOf, maxBytes = 4e6, warn = console.warn } = options;
  const bundle: Bundle = {};
  // Only what JSON can hold reaches the front end, typed arrays as arrays; the object, since renderers refuse a string.
  const json = JSON.stringify(
    {
      data: interactive(figure as Figure),
      layout: interactiveLayout((figure as Figure).layout ?? {}),
      config: figure.config,
    },
    plainArrays,
  );
  const svg = still(figure, svgOf);
  const size = (text: string): string => `${(text.length / 1e6).toFixed(1)} MB`;
  if (json.length <= maxBytes) bundle[plotlyMime] = JSON.parse(json) as object;
  else
    warn(
      `show: the figure is ${size(json)}, more than ${maxBytes / 1e6} MB: shown without interaction; give it fewer points`,
    );
  // Never wider than its cell, where a front end puts it into the page as it is.
  if (svg !== undefined && svg.length <= maxBytes)
    bundle["image/svg+xml"] = svg.replace("<svg ", '<svg style="max-width:100%;height:auto" ');
  bundle["text/plain"] = describeFigure(figure);
  return bundle;
}

/** A chart that cannot be drawn as a still picture is no reason to show nothing. */
function still(figure: FigureLike, svgOf: BundleOptions["svgOf"]): string | undefined {
  try {
    return svgOf?.(figure);
  } catch {
    return undefined;
  }
}

function plainArrays(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float64Array) : value;
}

/** `Figure "Forgetting": 3 traces, 240 points`. */
export function describeFigure(figure: FigureLike): string {
  const { title } = figure.layout as { title?: string | { text?: string } };
  const text = typeof title === "string" ? title : title?.text;
  const points = figure.data.reduce<number>(
    (sum, trace) => sum + ((trace as { y?: ArrayLike<unknown> }).y?.length ?? 0),
    0,
  );
  const name = text ? ` "${withoutTags(text)}"` : "";
  return `Figure${name}: ${figure.data.length} ${figure.data.length === 1 ? "trace" : "traces"}, ${points} points`;
}
