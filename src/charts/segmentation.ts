/**
 * One sentence as several tokenizers cut it: a row each, a box per token, drawn from the bytes of the ids and not from
 * their spelling. A token that holds part of a character is a sliver of it. Neighbouring boxes differ in lightness and
 * every box has an outline, so grey print loses nothing.
 */
import { figure } from "./figure.js";
import { widthOf } from "./svg/text.js";
import { axis, bare, config, ink, layout } from "./theme.js";
import type { Figure, Shape } from "./types.js";

export interface SegmentationRow {
  tokenizer: string;
  /** UTF-8 bytes of each token, in order; they add up to those of the text. */
  bytes: readonly number[];
}

export interface SegmentationOptions {
  text: string;
  rows: readonly SegmentationRow[];
  title?: string;
}

const fills = ["#ffffff", "#d3e0ec"];
const size = 15;

export function segmentation({ text, rows, title }: SegmentationOptions): Figure {
  const cells = cellsOf(text);
  const total = cells.at(-1)?.lastByte ?? 0;
  if (!(rows.length > 0)) throw new Error("charts.segmentation: invalid rows: none; there is nothing to draw");
  for (const { tokenizer, bytes } of rows) {
    const sum = bytes.reduce((a, b) => a + b, 0);
    if (sum !== total)
      throw new Error(`charts.segmentation: invalid bytes: ${sum} of ${tokenizer}; the text has ${total}`);
  }
  const width = cells.at(-1)?.right ?? 0;
  const boxes = rows.flatMap(({ bytes }, row): Shape[] => {
    let from = 0;
    return bytes.map((length, i): Shape => {
      const [x0, x1] = [placeOf(cells, from), placeOf(cells, (from += length))];
      const line = { color: "#5b6673", width: 1 };
      return { type: "rect", x0, x1, y0: row - 0.36, y1: row + 0.36, line, fillcolor: fills[i % 2]!, layer: "below" };
    });
  });
  const glyphs = rows.flatMap((_, row) => cells.map((cell) => ({ ...cell, row })));
  return figure({
    data: [
      {
        type: "scatter",
        mode: "text",
        x: glyphs.map(({ left, right }) => (left + right) / 2),
        y: glyphs.map(({ row }) => row),
        text: glyphs.map(({ shown }) => shown),
        textposition: "middle center",
        textfont: { size, color: ink },
        hoverinfo: "skip",
        showlegend: false,
      },
    ],
    config,
    layout: layout({
      width: Math.max(640, Math.ceil(width) + 250),
      height: 82 + 42 * rows.length + (title ? 32 : 0),
      margin: { l: 120, r: 100, t: title ? 52 : 20, b: 52 },
      xaxis: axis("The same sentence; a box is a token, “·” a blank", {
        range: [-8, width + 2],
        tickvals: [],
        ...bare,
        title: {
          text: "The same sentence; a box is a token, “·” a blank",
          font: { size: 13, color: ink },
          standoff: 4,
        },
      }),
      yaxis: axis("", {
        title: undefined,
        range: [rows.length - 0.5, -0.5],
        tickvals: rows.map((_, i) => i),
        ticktext: rows.map(({ tokenizer }) => tokenizer),
        ...bare,
      }),
      shapes: boxes,
      annotations: rows.map(({ bytes }, y) => ({
        text: `${bytes.length} tokens`,
        x: width,
        y,
        xanchor: "left",
        yanchor: "middle",
        xshift: 10,
        showarrow: false,
        font: { size: 13, color: ink },
      })),
      showlegend: false,
      ...(title && { title: { text: title } }),
    }),
  });
}

/** A character as a reader sees it, with its place in pixels and in bytes. */
interface Cell {
  shown: string;
  left: number;
  right: number;
  firstByte: number;
  lastByte: number;
}

function cellsOf(text: string): Cell[] {
  const utf8 = new TextEncoder();
  const cells: Cell[] = [];
  let [left, firstByte] = [0, 0];
  for (const { segment } of new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text)) {
    const shown = /^\s$/u.test(segment) ? "·" : segment;
    const marks = [...segment].filter((point) => !/\p{M}/u.test(point)).join("");
    const right = left + Math.max(size * 0.72, widthOf(marks, size) + 3);
    const lastByte = firstByte + utf8.encode(segment).length;
    cells.push({ shown, left, right, firstByte, lastByte });
    [left, firstByte] = [right, lastByte];
  }
  return cells;
}

/** Pixels of a place in bytes; inside a character in proportion. */
function placeOf(cells: readonly Cell[], byte: number): number {
  const cell = cells.find(({ lastByte }) => byte <= lastByte)!;
  return cell.left + ((byte - cell.firstByte) / (cell.lastByte - cell.firstByte)) * (cell.right - cell.left);
}
