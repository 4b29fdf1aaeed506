/**
 * A text whose tokens are shaded by a number (loss, change of loss) or a word (language), in lines, as a figure. For a cell
 * alone there is `tokenHtml`.
 */
import { figure } from "./figure.js";
import { note } from "./heading.js";
import { shadeKeys } from "./shade-keys.js";
import { axis, bare, config, ink, layout } from "./theme.js";
import { tokenBoxes, tokenLines } from "./token-lines.js";
import { tokenShades, type TokenViewOptions } from "./token-shades.js";
import { shownToken } from "./token-text.js";
import type { Figure, Shape, Trace } from "./types.js";

export type { ShadedToken, TokenViewOptions } from "./token-shades.js";

/** Of the letters, of a line, and of all lines, in pixels. */
const [SIZE, LEADING, WIDE] = [15, 30, 760];

export function tokenView(options: TokenViewOptions): Figure {
  const { tokens, caption, words } = tokenShades("charts.tokenView", options);
  const shown = tokens.map(({ token }) => shownToken(token, 60));
  const places = tokenLines(shown, { size: SIZE, wide: WIDE });
  const boxes = tokens.map((token, i) => ({ ...token, ...places[i]!, text: shown[i]! }));
  const lines = boxes.at(-1)!.line + 1;
  const texts = [...new Set(boxes.map(({ ink }) => ink))].map((ink): Trace => {
    const own = boxes.filter((box) => box.ink === ink);
    return {
      ...{ type: "scatter", mode: "text", showlegend: false, textposition: "middle center" },
      x: own.map(({ x0, x1 }) => (x0 + x1) / 2),
      y: own.map((box) => box.line),
      text: own.map(({ text }) => text),
      textfont: { size: SIZE, color: ink },
      customdata: own.map(({ said }) => said),
      hovertemplate: "%{text} %{customdata}<extra></extra>",
    };
  });
  const { title } = options;
  const margin = { l: 24, r: 24, t: (title ? 40 : 8) + 28 + (words.length > 0 ? 24 : 0), b: 16 };
  // Print sets such a text in lines of its own.
  return figure({
    data: [...texts, ...shadeKeys(words)],
    config,
    layout: layout({
      meta: "tokens",
      width: WIDE + margin.l + margin.r,
      height: LEADING * lines + margin.t + margin.b,
      margin,
      xaxis: axis("", { ...bare, title: undefined, tickvals: [], range: [0, WIDE] }),
      yaxis: axis("", { ...bare, title: undefined, tickvals: [], range: [lines - 0.5, -0.5] }),
      shapes: tokenBoxes(places).map((box, i): Shape => ({
        ...{ type: "rect", ...box, fillcolor: tokens[i]!.fill, layer: "below" },
        line: tokens[i]!.framed ? { color: ink, width: 1.2 } : { color: "#b9c0c8", width: 0.6 },
      })),
      annotations: [note(caption, { x: "paper", y: "paper", above: words.length > 0 ? 28 : 6, size: 13 })],
      ...(title && { title: { text: title } }),
      showlegend: words.length > 0,
      legend: { orientation: "h", x: 0, y: 1, xanchor: "left", yanchor: "bottom" },
    }),
  });
}
