/** Figures as files for a paper: each in the formats asked for, with its table and what it rests on. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ColumnName, columns, type Figure, paper, svgOf } from "../../charts/index.js";
import { writeAtomically } from "../../files.js";
import { versions } from "../../runs/index.js";
import { withFonts } from "./fonts.js";
import type { Printer } from "./printer.js";
import type { Saved, SavedFigure } from "./saved.js";

export const formats = ["svg", "pdf", "png"] as const;
export type Format = (typeof formats)[number];

export interface ExportOptions {
  saved: Saved;
  dir: string;
  column: ColumnName;
  letters: boolean;
  formats: readonly Format[];
  /** For PDF and PNG; without it they are left out. */
  printer?: Printer;
  onNote: (line: string) => void;
}

/** Writes `<name>.svg`, `.pdf`, `.png`, `.csv` and `.json`; answers their paths. */
export async function exportFigures({ saved, dir, onNote, ...options }: ExportOptions): Promise<string[]> {
  const written: string[] = [];
  if (saved.missing !== undefined)
    onNote(`no tables and captions: the folder of the report, ${saved.missing}, is not here; run this where it is`);
  for (const one of saved.figures) {
    const { column, printed } = fitted(one, options, onNote);
    const { width, height } = printed.layout as { width: number; height: number };
    const picture = { name: one.name, svg: withFonts(svgOf(printed)), width, height };
    const put = (ending: string, data: string | Uint8Array): void => {
      const path = join(dir, `${one.name}.${ending}`);
      writeAtomically(path, data);
      written.push(path);
    };
    if (options.formats.includes("svg")) put("svg", picture.svg);
    const empty = (await options.printer?.withoutGlyph(picture)) ?? [];
    if (empty.length > 0)
      onNote(
        `${one.name} has empty boxes: no font here has ${listed(empty)}; install one (such as Noto Sans) for them`,
      );
    if (options.formats.includes("pdf") && options.printer) put("pdf", await options.printer.pdf(picture));
    if (options.formats.includes("png") && options.printer) put("png", await options.printer.png(picture));
    if (one.table) put("csv", readFileSync(one.table));
    put("json", JSON.stringify(restsOn(saved, one, column), null, 2) + "\n");
  }
  return written;
}

const listed = (characters: readonly string[]): string =>
  characters.slice(0, 5).join(" ") + (characters.length > 5 ? ` and ${characters.length - 5} more` : "");

/** In the column asked for, or in the widest where that is too narrow for what is written in it. */
function fitted(
  { name, figure }: SavedFigure,
  { column, letters }: Pick<ExportOptions, "column" | "letters">,
  onNote: ExportOptions["onNote"],
): { column: ColumnName; printed: Figure } {
  try {
    return { column, printed: paper({ figure, column, letters }) };
  } catch (error) {
    if (column === "double" || !/invalid column/.test((error as Error).message)) throw error;
    const printed = paper({ figure, column: "double", letters });
    onNote(`${name} needs a wider column: it is ${columns.double.inches} in wide`);
    return { column: "double", printed };
  }
}

const restsOn = (
  { notebook }: Saved,
  { name, figure, table, provenance }: SavedFigure,
  column: ColumnName,
): object => ({
  figure: name,
  ...provenance,
  notebook: notebook ?? null,
  drawn: { column, inches: Number(columns[column].inches.toFixed(3)), palimpsest: versions().palimpsest },
  sha256: {
    figure: createHash("sha256").update(JSON.stringify(figure)).digest("hex"),
    ...(table && { table: createHash("sha256").update(readFileSync(table)).digest("hex") }),
  },
});
