/**
 * What a report holds between its cells, and how it is found again in its folder when only some cells of a notebook run
 * (`palimpsest run --changed`): figures and notes of the others stay. Reading only; `report.ts` writes.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure, PageFigure } from "../../charts/index.js";

/** A number to remember, shown at the top of the page. */
export interface Headline {
  label: string;
  value: string;
  note?: string;
}

/** What a paper says, beside what was measured here. */
export interface Claim {
  /** Author and year, e.g. "Ibrahim et al. 2024". */
  paper: string;
  says: string;
  /** The same quantity, from the runs of this notebook. */
  measured: string;
  /** Null where the runs cannot tell. */
  holds: boolean | null;
}

export interface ReportState {
  /** What becomes `summary.json`: the notes, and what the page needs besides its figures. */
  summary: Record<string, unknown> & {
    headlines?: readonly Headline[];
    remarks?: readonly string[];
    claims?: readonly Claim[];
    figures?: readonly { name: string; title: string; caption: string }[];
  };
  /** By name, in the order in which they were drawn first. */
  figures: Map<string, PageFigure>;
  /** Paths of files, relative to the folder. */
  written: Set<string>;
}

export const emptyReport = (): ReportState => ({ summary: {}, figures: new Map(), written: new Set() });

/** Empty where there is no report yet. */
export function earlierReport(dir: string): ReportState {
  if (!existsSync(join(dir, "summary.json"))) return emptyReport();
  const json = (path: string): unknown => JSON.parse(readFileSync(join(dir, path), "utf8"));
  const summary = json("summary.json") as ReportState["summary"];
  const figures = (summary.figures ?? []).map(({ name, title, caption }): [string, PageFigure] => {
    const figure = json(`figures/${name}.plotly.json`) as Figure;
    return [name, { figure, title, caption, tables: [{ href: `tables/${name}.csv` }] }];
  });
  const files = ["figures", "tables"].flatMap((folder) =>
    readdirSync(join(dir, folder)).map((name) => `${folder}/${name}`),
  );
  return { summary, figures: new Map(figures), written: new Set(["summary.json", ...files]) };
}
