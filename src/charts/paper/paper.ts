/**
 * `paper`: a figure as a paper prints it, still plain data: as wide as the column, text of 8 pt at that width, thin lines, the
 * legend below, long names wrapped, no title, a letter for each panel where they are asked for. A pixel is 1/96 inch, so the
 * picture is included as it is, without scaling.
 */
import { figure } from "../figure.js";
import { heading } from "../heading.js";
import type { Figure } from "../types.js";
import { above, cleared } from "./clear.js";
import { type ColumnName, columnNamed } from "./columns.js";
import { type Cell, gridOf } from "./grid.js";
import { printed, type Type } from "./print.js";
import { reset } from "./reset.js";
import { edge, firstRoom, laidOut, type Room, roomOf, withTicks } from "./room.js";

export interface PaperOptions {
  figure: Figure;
  /** A row of `columns`; defaults to "single", 3.25 inches. */
  column?: ColumnName;
  /** Writes a, b, c over the panels of a figure that has several. Defaults to false. */
  letters?: boolean;
}

export function paper({ figure: given, column = "single", letters = false }: PaperOptions): Figure {
  const { inches, points } = columnNamed("charts.paper", column);
  const width = Number((96 * inches).toFixed(2));
  const type: Type = { text: (points * 96) / 72, small: (Math.max(7, points - 1) * 96) / 72 };
  const { figure: regular, cells } = gridOf(
    reset(printed(given, type), { size: type.small, wide: width - 4 * edge }),
    width,
  );
  const start = letters ? lettered(regular, cells, type) : regular;
  const built = (room: Room): ReturnType<typeof cleared> => cleared(withTicks(laidOut(start, { cells, room, width })));
  let room = firstRoom(cells, width);
  let sheet = built(room);
  // Words want room, and where there is more or less of it they are other words.
  for (let round = 0; round < 8; round++) {
    const next = roomOf(sheet.figure, cells, room, round > 2);
    if (JSON.stringify(next) === JSON.stringify(room)) break;
    room = next;
    sheet = built(room);
  }
  if (!sheet.apart)
    throw new Error(
      `charts.paper: invalid column: ${column} (what is written in this figure's cells needs a wider one)`,
    );
  return figure(sheet.figure);
}

/** A letter before each panel's heading, or over its left edge. */
function lettered(given: Figure, cells: readonly Cell[], { text }: Type): Figure {
  if (cells.length < 2) return given;
  const annotations = [...(given.layout.annotations ?? [])];
  cells.forEach(({ x, y }, i) => {
    const letter = `<b>${String.fromCharCode(97 + (i % 26))}</b>`;
    const of = annotations.findIndex(
      (note) => above(note) && note.xref === `${x} domain` && note.yref === `${y} domain`,
    );
    const own = annotations[of];
    if (own) annotations[of] = { ...own, text: `${letter}  ${own.text.replace(/<\/?b>/g, "")}` };
    else annotations.push({ ...heading("", { x, y }), text: letter, font: { size: text } });
  });
  return { ...given, layout: { ...given.layout, annotations } };
}
