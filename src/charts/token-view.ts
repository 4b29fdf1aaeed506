/**
 * A text whose tokens are shaded by a number (loss, change of loss) or a word (language), in lines, as a figure. For a cell
 * alone there is `tokenHtml`.
 */
import { figure } from "./figure.js";
import { note } from "./heading.js";
import { widthOf } from "./svg/text.js";
import { axis, bare, config, layout } from "./theme.js";
import { tokenShades, type TokenViewOptions } from "./token-shades.js";
import { shownToken } from "./token-text.js";
import type { Figure, Shape, Trace } from "./types.js";

export type { ShadedToken, TokenViewOptions } from "./token-shades.js";

/** Of the letters, of a line, and of all lines, in pixels. */
const [SIZE, LEADING, WIDE] = [15, 30, 760];

export function tokenView(options: TokenViewOptions): Figure {
  const { tokens, caption, words } = tokenShades("charts.tokenView", options);
  let [left, line] = [0, 0];
  const boxes = tokens.map(({ token, fill, ink, said }) => {
    const text = shownToken(token, 60);
    const width = Math.max(0.6 * SIZE, widthOf(text, SIZE) + 5);
    if (left > 0 && left + width > WIDE) [left, line] = [0, line + 1];
    const box = { text, fill, ink, said, line, x0: left, x1: left + width };
    [left, line] = token.includes("\n") ? [0, line + 1] : [left + width, line];
    return box;
  });
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
  const keys = words.map(({ word, fill }): Trace => ({
    ...{ type: "scatter", mode: "markers", name: word, x: [null], y: [null], hoverinfo: "skip" },
    marker: { color: fill, symbol: "square", size: 13, line: { color: "#8a94a0", width: 1 } },
  }));
  const { title } = options;
  const margin = { l: 24, r: 24, t: (title ? 40 : 8) + 28 + (words.length > 0 ? 24 : 0), b: 16 };
  return figure({
    data: [...texts, ...keys],
    config,
    layout: layout({
      width: WIDE + margin.l + margin.r,
      height: LEADING * lines + margin.t + margin.b,
      margin,
      xaxis: axis("", { ...bare, title: undefined, tickvals: [], range: [0, WIDE] }),
      yaxis: axis("", { ...bare, title: undefined, tickvals: [], range: [lines - 0.5, -0.5] }),
      shapes: boxes.map(({ x0, x1, line, fill }): Shape => ({
        ...{
          type: "rect",
          x0: x0 + 0.5,
          x1: x1 - 0.5,
          y0: line - 0.4,
          y1: line + 0.4,
          fillcolor: fill,
          layer: "below",
        },
        line: { color: "#b9c0c8", width: 0.6 },
      })),
      annotations: [note(caption, { x: "paper", y: "paper", above: words.length > 0 ? 28 : 6, size: 13 })],
      ...(title && { title: { text: title } }),
      showlegend: words.length > 0,
      legend: { orientation: "h", x: 0, y: 1, xanchor: "left", yanchor: "bottom" },
    }),
  });
}
