/**
 * What a notebook leaves behind: each figure with the table it was drawn from, every number in `summary.json`, and an
 * `index.html` that shows the figures interactively without a network. Written as the notebook goes, so a run that ends
 * early leaves what it had.
 */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { from } from "arquero";
import { type Figure, page, type PageFigure, svgOf } from "../../charts/index.js";
import { writeAtomically } from "../../files.js";
import { checkFileName, checkKeys } from "../../names.js";
import { show } from "./show.js";

export interface ReportOptions {
  /** Made if absent; relative paths start at the project. */
  dir: string;
  title: string;
  /** A sentence or two under the title. */
  lead?: string;
}

export interface ReportFigure {
  /** Names the files: `figures/<name>.svg`, `figures/<name>.plotly.json`, `tables/<name>.csv`. */
  name: string;
  figure: Figure;
  /** Both stand under the figure, in the notebook and on the page. */
  title: string;
  caption: string;
  /** The rows it was drawn from. */
  table: readonly object[];
}

/** A number to remember, shown at the top of the page. */
export interface Headline {
  label: string;
  value: string;
  note?: string;
}

/** How a report ends. */
export interface Conclusion {
  /** The answer to the notebook's question, in a sentence or two. */
  answer?: string;
  headlines: readonly Headline[];
  /** Further sentences; those that are false or undefined are passed over. */
  remarks: readonly (string | false | undefined)[];
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

export interface Report {
  readonly dir: string;
  /** Shows the figure in the notebook, with its title and caption under it, and saves it with its table. */
  figure(each: ReportFigure): void;
  /** Saves a table that has no figure. */
  table(name: string, rows: readonly object[]): void;
  /** Adds numbers to `summary.json`. */
  note(values: Record<string, unknown>): void;
  /** Adds one claim of a paper to those that `claims` draws. */
  claim(claim: Claim): void;
  /** Shows all claims as one table, and saves it as `tables/claims.csv`. */
  claims(): void;
  /** Shows the answer and the remarks, adds both to `summary.json`, and gives them and the headline numbers to the page. */
  conclude(conclusion: Conclusion): void;
  /** Every file written so far, relative to `dir`. */
  files(): string[];
}

export function report({ dir: given, title, lead = "" }: ReportOptions): Report {
  const dir = resolve(given);
  const figures = new Map<string, PageFigure>();
  let ending: { headlines: readonly Headline[]; remarks: readonly string[] } = { headlines: [], remarks: [] };
  const summary: Record<string, unknown> = { title };
  const claims: Claim[] = [];
  const written = new Set<string>();
  for (const folder of ["figures", "tables"]) mkdirSync(join(dir, folder), { recursive: true });
  const write = (path: string, text: string): void => {
    writeAtomically(join(dir, path), text);
    written.add(path);
  };
  const writePage = (): void => {
    if (!existsSync(join(dir, "plotly.min.js"))) copyFileSync(plotlyPath(), join(dir, "plotly.min.js"));
    const notes = [...ending.remarks, ...claims.map(sentenceOf)];
    write("index.html", page({ figures: [...figures.values()], title, lead, summary: ending.headlines, notes }));
  };
  const table = (name: string, rows: readonly object[]): string => {
    checkFileName(name, "report");
    write(`tables/${name}.csv`, from(rows as object[]).toCSV() + "\n");
    return `tables/${name}.csv`;
  };
  return {
    dir,
    figure({ name, figure, title, caption, table: rows }) {
      checkFileName(name, "report");
      const number = [...figures.keys(), name].indexOf(name) + 1;
      show(figure, { title: `Figure ${number}. ${title}`, caption });
      write(`figures/${name}.plotly.json`, JSON.stringify(figure));
      write(`figures/${name}.svg`, svgOf(figure));
      figures.set(name, { figure, title, caption, tables: [{ href: table(name, rows) }] });
      writePage();
    },
    table: (name, rows) => void table(name, rows),
    note(values) {
      Object.assign(summary, checkKeys(values, "report"));
      write("summary.json", JSON.stringify(summary, null, 2) + "\n");
    },
    claim(claim) {
      claims.push(claim);
      this.note({ claims });
    },
    claims() {
      if (claims.length === 0) throw new Error("report: invalid claims: none (state one with report.claim)");
      const rows = claims.map(({ holds, ...claim }) => ({
        ...claim,
        "holds here": verdictOf(holds),
      }));
      table("claims", rows);
      show(rows);
      writePage();
    },
    conclude({ answer, headlines, remarks: given }) {
      const remarks = given.filter((line): line is string => Boolean(line));
      this.note({ remarks, ...(answer !== undefined && { answer }) });
      ending = { headlines, remarks };
      writePage();
      show({
        markdown: [...(answer === undefined ? [] : [`**${answer}**\n`]), ...remarks.map((line) => `- ${line}`)].join(
          "\n",
        ),
      });
    },
    files: () => [...written].sort(),
  };
}

const verdictOf = (holds: boolean | null): string => (holds === null ? "cannot tell" : holds ? "yes" : "no");

const sentenceOf = ({ paper, says, measured, holds }: Claim): string =>
  `${paper}: ${says}. Here: ${measured}. Holds here: ${verdictOf(holds)}.`;

/** plotly.js runs in the page, never here. */
function plotlyPath(): string {
  return require.resolve("plotly.js/dist/plotly.min.js");
}
