/** A figure as Plotly gets it: a long name is shortened in the legend, so that the axes keep their width, and is whole on hover. */
import { fit } from "./svg/text.js";
import type { Figure, Trace } from "./types.js";

/** Share of the figure's width that a name in the legend may take. */
const most = 0.3;

export function interactive({ data, layout }: Pick<Figure, "data" | "layout">): Trace[] {
  const room = most * (layout.width ?? 760);
  const size = layout.legend?.font?.size ?? 13;
  return data.map((trace) => {
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
