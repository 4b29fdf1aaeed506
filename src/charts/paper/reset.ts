/** A text of shaded tokens, set anew in lines of the paper's column. */
import { tokenBoxes, tokenLines } from "../token-lines.js";
import type { Figure, Trace } from "../types.js";

/** The figure with its tokens in lines of `wide` pixels, letters of `size`; another figure as it is. */
export function reset(figure: Figure, { size, wide }: { size: number; wide: number }): Figure {
  const { data, layout } = figure;
  if (layout.meta !== "tokens") return figure;
  const tokens = data
    .flatMap((trace, t) => (trace.text ?? []).map((text, i) => ({ text, t, x: Number(trace.x[i]), y: trace.y[i]! })))
    .sort((a, b) => a.y - b.y || a.x - b.x);
  const places = tokenLines(
    tokens.map(({ text }) => text),
    { size, wide },
  );
  const moved = data.map((trace, t): Trace => {
    if (!trace.text) return trace;
    const own = places.filter((_, i) => tokens[i]!.t === t);
    return { ...trace, x: own.map(({ x0, x1 }) => (x0 + x1) / 2), y: own.map(({ line }) => line) };
  });
  const boxes = tokenBoxes(places);
  return {
    ...figure,
    data: moved,
    layout: {
      ...layout,
      shapes: layout.shapes!.map((shape, i) => ({ ...shape, ...boxes[i] })),
      xaxis: { ...layout.xaxis, range: [0, wide] },
      yaxis: { ...layout.yaxis, range: [places.at(-1)!.line + 0.5, -0.5] },
    },
  };
}
