/**
 * What passed each step that a text went through, of its documents and of its bytes: a bar a step, dark what is left of all that
 * was read, beside it what the step took away, by reason, the commonest next to the dark and each paler than the one before.
 */
import { figure } from "./figure.js";
import { heading } from "./heading.js";
import { type Rows, rowsOf } from "./rows.js";
import { colorAt, type Stops } from "./shades.js";
import { axis, bare, config, faint, ink, layout } from "./theme.js";
import type { Annotation, Figure, Shape, Trace } from "./types.js";

/** As `corpus.pipeline` and `Corpus.cleaning` count them. */
export interface PassedRow {
  step: string;
  seen: number;
  seenBytes: number;
  changed: number;
  dropped: number;
  /** Taken away, negative where some were added. */
  bytes: number;
  /** Documents dropped, and their bytes, by why. */
  reasons: Readonly<Record<string, number>>;
  reasonBytes: Readonly<Record<string, number>>;
}

export interface PassedOptions {
  /** Step after step. */
  rows: Rows<PassedRow>;
  title?: string;
}

/** Reasons of a step that are drawn by themselves, the others together. */
const most = 4;
/** Characters under a bar, across both panels. */
const room = 105;
/** Apart in grey print too: what is left, what was dropped, and what changes took of texts that stay. */
const dark = "#0c3460";
const oranges: Stops = [
  [0, "#d97a2b"],
  [1, "#fbe3cd"],
];
const pale = "#d5d9de";

const changes = "changes";

interface Part {
  why: string;
  documents: number;
  bytes: number;
}

export function passed({ rows: given, title }: PassedOptions): Figure {
  const rows = rowsOf(
    "charts.passed",
    given,
    ["seen", "seenBytes", "changed", "dropped", "bytes"],
    ["step", "reasons"],
  );
  const all = { documents: rows[0]!.seen, bytes: rows[0]!.seenBytes };
  if (all.documents === 0) throw new Error("charts.passed: invalid rows: no document came to the first step");
  const steps = rows.map((row) => ({ ...row, parts: partsOf(row) }));
  const shapes: Shape[] = [];
  const annotations: Annotation[] = [];
  const panels = [
    { of: "documents", words: "documents", n: "" },
    { of: "bytes", words: "bytes", n: "2" },
  ] as const;
  const data = panels.flatMap(({ of, words, n }): Trace[] => {
    const [x, y] = [`x${n}`, `y${n}`];
    const marks = { x: [] as number[], y: [] as number[], text: [] as string[] };
    const bar = (row: number, from: number, to: number, fillcolor: string, text: string): void => {
      if (!(to > from)) return;
      shapes.push({
        ...{ type: "rect", xref: x, yref: y, x0: from, x1: to, y0: row - 0.24, y1: row + 0.24, fillcolor },
        line: { color: "#ffffff", width: 1 },
      });
      marks.x.push((from + to) / 2);
      marks.y.push(row);
      marks.text.push(text);
    };
    steps.forEach(({ step, seen, seenBytes, dropped, bytes, parts }, row) => {
      const left = (of === "documents" ? seen - dropped : seenBytes - bytes) / all[of];
      const share = percent(left);
      bar(row, 0, left, dark, `${step}: ${share} of ${words} left`);
      let from = left;
      parts.forEach((part, i) => {
        const to = from + part[of] / all[of];
        const shade = part.why === changes ? pale : colorAt(oranges, i / most);
        bar(row, from, to, shade, `${step}: ${part.why}, ${percent(part[of] / all[of])}`);
        from = to;
      });
      annotations.push({
        ...{ text: share, x: 0, y: row - 0.24, xref: x, yref: y, xanchor: "left", yanchor: "bottom", showarrow: false },
        font: { size: 12, color: ink },
      });
    });
    annotations.push(
      heading(`Of ${n === "" ? all[of].toLocaleString("en-US") : megabytes(all[of])} ${words}`, { x, y }),
    );
    return [
      {
        ...{ type: "scatter", mode: "markers", name: words, ...marks, xaxis: x, yaxis: y, showlegend: false },
        ...{ marker: { color: "rgba(0,0,0,0)", size: 10 }, hovertemplate: "%{text}<extra></extra>" },
      },
    ];
  });
  steps.forEach((step, row) =>
    annotations.push({
      ...{
        text: told(step, all.documents),
        x: 0,
        y: row + 0.26,
        xref: "x",
        yref: "y",
        xanchor: "left",
        yanchor: "top",
      },
      ...{ showarrow: false, font: { size: 11, color: faint } },
    }),
  );
  const names = { ...bare, title: undefined, range: [steps.length - 0.3, -0.7] as [number, number] };
  const widest = Math.max(1, ...steps.map(({ seenBytes, bytes }) => (seenBytes - bytes) / all.bytes));
  const across = { range: [0, 1.005 * widest] as [number, number], tickformat: ".0%" };
  return figure({
    data,
    config,
    layout: layout({
      height: (title ? 150 : 116) + 62 * steps.length,
      margin: { l: 110, r: 24, t: title ? 84 : 48, b: 56 },
      xaxis: axis("", { ...across, domain: [0, 0.47], anchor: "y" }),
      xaxis2: axis("", { ...across, domain: [0.53, 1], anchor: "y2" }),
      yaxis: axis("", {
        ...names,
        anchor: "x",
        tickvals: steps.map((_, i) => i),
        ticktext: steps.map(({ step }) => step),
      }),
      yaxis2: axis("", { ...names, anchor: "x2", showticklabels: false, tickvals: [], tickfont: undefined }),
      ...{ shapes, annotations, showlegend: false },
      ...(title && { title: { text: title } }),
    }),
  });
}

/** What a step took away, the commonest first; what its changes took of texts that stay comes last. */
function partsOf({ reasons, reasonBytes, bytes }: PassedRow): Part[] {
  const each = Object.entries(reasons)
    .map(([why, documents]) => ({ why, documents, bytes: reasonBytes[why] ?? 0 }))
    .sort((a, b) => b.documents - a.documents);
  const rest = each.slice(most);
  const sum = (of: "documents" | "bytes", parts: Part[]): number => parts.reduce((sum, part) => sum + part[of], 0);
  const others = { why: `${rest.length} other reasons`, documents: sum("documents", rest), bytes: sum("bytes", rest) };
  const drawn = rest.length > 1 ? [...each.slice(0, most), others] : each;
  const taken = { why: changes, documents: 0, bytes: bytes - sum("bytes", each) };
  return taken.bytes > 0 ? [...drawn, taken] : drawn;
}

/** Under the bar: its reasons in the order of their shades. */
function told({ parts, changed }: PassedRow & { parts: Part[] }, documents: number): string {
  const whys = parts.flatMap((part) =>
    part.documents > 0 ? [`${part.why.slice(0, 40)} ${percent(part.documents / documents)}`] : [],
  );
  const change = changed > 0 ? [`changed ${percent(changed / documents)}`] : [];
  let shown = whys.length;
  const text = (): string => [...whys.slice(0, shown), ...(shown < whys.length ? ["…"] : []), ...change].join(", ");
  while (shown > 1 && text().length > room) shown--;
  return text() || "nothing";
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} million`;

/** Parts of a hundredth too, where a step takes little. */
function percent(share: number): string {
  const digits = share > 0 && share < 0.001 ? 3 : 1;
  return `${Number((100 * share).toFixed(digits))}%`;
}
