/**
 * A figure as Plotly gets it: a long name is shortened in the legend, so that the axes keep their width, and is whole on hover;
 * math is written in Unicode, since front ends give Plotly no MathJax.
 */
import { mathIn, readable } from "./svg/math.js";
import { fit } from "./svg/text.js";
import type { Figure, Trace } from "./types.js";

/** Share of the figure's width that a name in the legend may take. */
const most = 0.3;

export function interactive({ data, layout }: Pick<Figure, "data" | "layout">): Trace[] {
  const room = most * (layout.width ?? 760);
  const size = layout.legend?.font?.size ?? 13;
  return data.map((given) => {
    const trace = spelt(given, ["name", "text", "hovertemplate"]);
    const {
      name,
      type = "scatter",
      hovertemplate = /^(scatter|bar)$/.test(type) ? "%{x}, %{y}<extra></extra>" : "",
    } = trace;
    // Traces of a user's own may be of any kind.
    if (typeof name !== "string" || typeof hovertemplate !== "string" || hovertemplate === "") return trace;
    const short = fit(name, size, room);
    if (short === name) return trace;
    const whole = hovertemplate.replaceAll("%{fullData.name}", () => name);
    const told = whole.includes(name) ? whole : whole.replace(/<extra>.*?<\/extra>|$/, () => `<extra>${name}</extra>`);
    return { ...trace, name: short, hovertemplate: told };
  });
}

/** Titles, notes and ticks with their math in Unicode. */
export const interactiveLayout = (layout: Figure["layout"]): Figure["layout"] => spelt(layout, Object.keys(layout));

/** An object whose fields of these names, and all in them, have their math in Unicode; itself where there is none. */
function spelt<T extends object>(given: T, names: readonly string[]): T {
  const deep = (value: unknown): unknown =>
    typeof value === "string"
      ? readable(value)
      : Array.isArray(value)
        ? value.map(deep)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deep(inner)]))
          : value;
  const fields = Object.entries(given).filter(
    ([key, value]) => names.includes(key) && mathIn.test(JSON.stringify(value) ?? ""),
  );
  return fields.length === 0
    ? given
    : { ...given, ...Object.fromEntries(fields.map(([key, value]) => [key, deep(value)])) };
}
