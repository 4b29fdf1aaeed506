/** The lines and words over a fitted law: the base model's loss, the loss that must not be exceeded, the critical share. */
import { level } from "./level.js";
import { faded, faint, ink, percent } from "./theme.js";
import type { Annotation, Shape } from "./types.js";

export interface LawMarks {
  /** Loss of the base model before continual training. */
  baseline?: number;
  /** Loss that must not be exceeded: baseline + tolerance. */
  limit?: number;
  /** The share that `laws.solve` of "critical-share" gives. */
  critical?: { value: number | null; low: number | null; high: number | null };
}

const limitColor = "#3f4650";

export function marksOf({ baseline, limit, critical }: LawMarks): {
  shapes: Shape[];
  annotations: Annotation[];
} {
  const shapes: Shape[] = [];
  const annotations: Annotation[] = [];
  // Left of the critical share the law is above both levels.
  const left = (critical?.low ?? critical?.value ?? 0) > 0.3;
  const named = (at: number, text: string, dash: "dot" | "dash"): void => {
    shapes.push(level(at, { dash, color: limitColor }));
    annotations.push({
      text,
      x: left ? 0.01 : 1,
      y: at,
      xref: "paper",
      xanchor: left ? "left" : "right",
      yanchor: dash === "dot" ? "top" : "bottom",
      showarrow: false,
      font: { size: 12, color: limitColor },
    });
  };
  if (baseline !== undefined) named(baseline, "base model", "dot");
  if (limit !== undefined && limit !== baseline) named(limit, "tolerance", "dash");
  if (critical && critical.value !== null) {
    const { value: share, low, high } = critical;
    if (low !== null) {
      shapes.push({
        type: "rect",
        yref: "paper",
        x0: low,
        x1: high ?? 1,
        y0: 0,
        y1: 1,
        layer: "below",
        fillcolor: faded(faint, 0.14),
        line: { width: 0 },
      });
    }
    shapes.push({
      type: "line",
      yref: "paper",
      x0: share,
      x1: share,
      y0: 0,
      y1: 1,
      layer: "below",
      line: { color: ink, width: 1.2 },
    });
    const range = low === null ? "" : ` (${percent(low)} to ${high === null ? "over 100%" : percent(high)})`;
    const right = share < 0.6;
    annotations.push({
      text: `critical share ${percent(share)}${range}`,
      x: share,
      y: 0,
      yref: "paper",
      xanchor: right ? "left" : "right",
      xshift: right ? 6 : -6,
      yanchor: "bottom",
      yshift: 4,
      showarrow: false,
      font: { size: 13 },
    });
  }
  return { shapes, annotations };
}
