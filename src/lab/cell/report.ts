/**
 * What a notebook leaves behind: each figure with the table it was drawn from, every number in `summary.json`, and an
 * `index.html` that shows the figures interactively without a network. Written as the notebook goes, so a run that ends
 * early leaves what it had.
 */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { from } from "arquero";
import { type Figure, page, svgOf } from "../../charts/index.js";
import { writeAtomically } from "../../files.js";
import { checkFileName, checkKeys } from "../../names.js";
import { provenance } from "./provenance.js";
import { type Claim, earlierReport, emptyReport, type Headline } from "./report-state.js";
import type { Comparison } from "./sentences.js";
import { show } from "./show.js";

export interface ReportOptions {
  /** Made if absent; relative paths start at the notebook. */
  dir: string;
  title: string;
  /** A sentence or two under the title. */
  lead?: string;
}

export interface ReportFigure {
  /** Names the files: `figures/<name>.svg`, `.plotly.json` and `.provenance.json`, `tables/<name>.csv`. */
  name: string;
  figure: Figure;
  /** Both stand under the figure, in the notebook and on the page. */
  title: string;
  caption: string;
  /** The rows it was drawn from. */
  table: readonly object[];
}

/** How a report ends. */
export interface Conclusion {
  /** The answer to the notebook's question, in a sentence or two. */
  answer?: string;
  headlines: readonly Headline[];
  /** Further sentences; those that are false or undefined are passed over. */
  remarks: readonly (string | false | undefined)[];
}

/** A claim that one method has more than another, or less. */
export interface ComparedClaim extends Pick<Claim, "paper" | "says"> {
  /** What was compared: "forgotten, replay against none". */
  of: string;
  /** What `lab.compare` found. */
  compared: Comparison;
  /** What the paper would have the difference be; `noLess`, `noMore` and `level` by the margin of the comparison. */
  expected: "above" | "below" | "noLess" | "noMore" | "level";
}

export interface Report {
  readonly dir: string;
  /** Shows the figure in the notebook, with its title and caption under it, and saves it with its table. */
  figure(each: ReportFigure): void;
  /** Saves a table that has no figure. */
  table(name: string, rows: readonly object[]): void;
  /** Adds numbers to `summary.json`. */
  note(values: Record<string, unknown>): void;
  /** Adds one claim of a paper to those that `claims` draws; of a comparison, what was measured and whether it holds are said here. */
  claim(claim: Claim | ComparedClaim): void;
  /** Shows all claims as one table, and saves it as `tables/claims.csv`. */
  claims(): void;
  /** Shows the answer and the remarks, adds both to `summary.json`, and gives them and the headline numbers to the page. */
  conclude(conclusion: Conclusion): void;
  /** Every file written so far, relative to `dir`. */
  files(): string[];
}

export function report({ dir: given, title, lead = "" }: ReportOptions): Report {
  const dir = resolve(given);
  for (const folder of ["figures", "tables"]) mkdirSync(join(dir, folder), { recursive: true });
  const { summary, figures, written } = process.env.PALIMPSEST_CHANGED ? earlierReport(dir) : emptyReport();
  Object.assign(summary, { title });
  const claims: Claim[] = [];
  const alone = new Set<string>(); // tables that have no figure
  const write = (path: string, text: string): void => {
    writeAtomically(join(dir, path), text);
    written.add(path);
  };
  const writePage = (): void => {
    if (!existsSync(join(dir, "plotly.min.js"))) copyFileSync(plotlyPath(), join(dir, "plotly.min.js"));
    const { headlines = [], remarks = [], claims = [] } = summary;
    const notes = [...remarks, ...claims.map(sentenceOf)];
    write("index.html", page({ figures: [...figures.values()], title, lead, summary: headlines, notes }));
  };
  const table = (name: string, rows: readonly object[]): string => {
    checkFileName(name, "report");
    write(`tables/${name}.csv`, from(whole(rows)).toCSV() + "\n");
    return `tables/${name}.csv`;
  };
  return {
    dir,
    figure({ name, figure, title, caption, table: rows }) {
      checkFileName(name, "report");
      if (alone.has(name)) throw new Error(taken(name));
      const number = [...figures.keys(), name].indexOf(name) + 1;
      const metadata = { palimpsest: { figure: name, report: given } };
      show(figure, { title: `Figure ${number}. ${title}`, caption, metadata });
      write(`figures/${name}.plotly.json`, JSON.stringify(figure));
      write(`figures/${name}.svg`, svgOf(figure));
      write(`figures/${name}.provenance.json`, JSON.stringify({ title, caption, ...provenance() }, null, 2) + "\n");
      figures.set(name, { figure, title, caption, tables: [{ href: table(name, rows) }] });
      this.note({ figures: [...figures].map(([name, { title, caption }]) => ({ name, title, caption })) });
      writePage();
    },
    table(name, rows) {
      if (figures.has(name)) throw new Error(taken(name));
      table(name, rows);
      alone.add(name);
    },
    note(values) {
      Object.assign(summary, checkKeys(values, "report"));
      write("summary.json", JSON.stringify(summary, null, 2) + "\n");
    },
    claim(claim) {
      claims.push("compared" in claim ? claimOf(claim) : claim);
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
      this.note({ headlines, remarks, ...(answer !== undefined && { answer }) });
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

/** Every row with the columns of all: arquero takes those of the first. */
function whole(rows: readonly object[]): object[] {
  const empty = Object.fromEntries(rows.flatMap((row) => Object.keys(row).map((column) => [column, null])));
  return rows.map((row) => ({ ...empty, ...row }));
}

const taken = (name: string): string =>
  `report: invalid name: ${name} (tables/${name}.csv would be a figure's and a table's of its own: call one otherwise)`;

const claimOf = ({ paper, says, of, compared, expected }: ComparedClaim): Claim => ({
  paper,
  says,
  measured: `${of}: ${compared.words}${compared.margin > 0 ? ` (margin ${+compared.margin.toPrecision(2)})` : ""}`,
  holds: compared[expected],
});

const verdictOf = (holds: boolean | null): string => (holds === null ? "cannot tell" : holds ? "yes" : "no");

const sentenceOf = ({ paper, says, measured, holds }: Claim): string =>
  `${paper}: ${says}. Here: ${measured}. Holds here: ${verdictOf(holds)}.`;

/** plotly.js runs in the page, never here. */
function plotlyPath(): string {
  return require.resolve("plotly.js/dist/plotly.min.js");
}
