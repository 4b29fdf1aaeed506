/**
 * One HTML file that compares runs, with everything in it and nothing to load: their curves, what differs between them, what came of
 * them, and what all of them have in common. Rows and curves are tied: a run under the pointer is brought forward in every panel.
 */
import { style } from "../page-style.js";
import { distinct } from "../rows.js";
import { stroke } from "../svg/marks.js";
import { escape } from "../svg/text.js";
import { orderedStyle, palette, styleOf as kindStyle, type Style } from "../theme.js";
import { type Panel, panelOf } from "./lines.js";
import { ownStyle, script } from "./script.js";

type Cell = string | number | boolean | null;

export interface PageTable {
  title: string;
  note?: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

export interface RunsPageOptions {
  title: string;
  /** A paragraph under the title. */
  lead: string;
  /** The table of runs, a row each, its first column their names. */
  runs: PageTable;
  /** What colours the curves: a name, and of each run its value. */
  by?: { name: string; values: readonly Cell[] };
  /** Lines name their run by its row. */
  panels: readonly Panel[];
  /** Further tables: arms, settings that differ. */
  tables: readonly PageTable[];
  /** What all runs have in common: where the numbers come from. */
  common: Readonly<Record<string, Cell>>;
  /** Last line. */
  footer: string;
}

export function runsPage({ title, lead, runs, by, panels, tables, common, footer }: RunsPageOptions): string {
  const values = by?.values.map((value) => String(value ?? "(none)"));
  const kinds = values && distinct(by!.values.map((value) => value ?? "(none)")).map(String);
  const ordered = kinds && (kinds.length > palette.length || by!.values.every((value) => typeof value === "number"));
  /** In grey print, what is ordered goes from dark to light, and kinds differ by their dashes. */
  const styleOf = (kind: number): Pick<Style, "color" | "dash"> =>
    ordered ? { color: orderedStyle(kind, kinds.length).color, dash: "solid" } : kindStyle(kind);
  const styles = runs.rows.map((_, i) => styleOf(values ? kinds!.indexOf(values[i]!) : 0));
  const looks = styles.map(({ color, dash }) => stroke(color, 1.2, dash));
  const colors = styles.map(({ color }) => color);
  const names = runs.rows.map(([name], i) => `${String(name)}${values ? ` (${by!.name} ${values[i]})` : ""}`);
  const keys = (kinds ?? []).slice(0, 20).map((kind, i) => `<li>${sampleOf(styleOf(i))}${escape(kind)}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${style}${ownStyle}</style>
</head>
<body>
<main>
<header>
<h1>${escape(title)}</h1>
<p class="lead">${escape(lead)}</p>
</header>
<section>
<h2>Curves</h2>
${by ? `<ul class="keys"><li>${escape(by.name)}</li>${keys.join("")}${kinds!.length > 20 ? `<li>… ${kinds!.length} in all</li>` : ""}</ul>` : ""}
<div class="panels">${panels.map((panel) => `<div class="plot">${panelOf({ ...panel, looks, names })}</div>`).join("\n")}</div>
</section>
<section>
<h2>${escape(runs.title)}</h2>
<p class="hint">A row under the pointer is brought forward in the panels; a click keeps it there. A heading sorts.
<label>Only rows with <input id="only" type="search"></label> <span id="count"></span></p>
${tableOf(runs, "runs", colors)}
</section>
${tables.map((table) => section(table)).join("\n")}
<section>
<details><summary>What all of these runs have in common (${Object.keys(common).length} fields)</summary>
${tableOf({ title: "", columns: ["field", "value"], rows: Object.entries(common) })}
</details>
</section>
<footer><p>${escape(footer)}</p></footer>
</main>
<script>${script}</script>
</body>
</html>
`;
}

const sampleOf = ({ color, dash }: Pick<Style, "color" | "dash">): string =>
  `<svg class="key" viewBox="0 0 34 8" aria-hidden="true"><path d="M1 4H33" ${stroke(color, 2.4, dash)}/></svg>`;

const section = (table: PageTable): string =>
  `<section><h2>${escape(table.title)}</h2>\n${tableOf(table)}${table.note ? `<p class="hint">${escape(table.note)}</p>` : ""}</section>`;

function tableOf({ columns, rows }: PageTable, id?: string, colors?: readonly string[]): string {
  const numeric = columns.map((_, at) => rows.every((row) => row[at] === null || typeof row[at] === "number"));
  const side = (at: number): string => (numeric[at] ? ' class="n"' : "");
  const body = rows.map(
    (row, i) =>
      `<tr${id ? ` data-run="${i}"` : ""}>${row.map((cell, at) => `<td${side(at)}${exactly(cell)}>${at === 0 && colors ? `<i style="background:${colors[i]}"></i>` : ""}${escape(spelled(cell))}</td>`).join("")}</tr>`,
  );
  return `<div class="scroll"><table${id ? ` id="${id}"` : ""}><thead><tr>${columns.map((name, at) => `<th${side(at)}>${escape(name)}</th>`).join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

/** Five digits are what an eye compares; the pointer shows the rest. */
const spelled = (cell: Cell): string =>
  cell === null
    ? ""
    : typeof cell === "number" && !Number.isInteger(cell)
      ? String(Number(cell.toPrecision(5)))
      : String(cell);

const exactly = (cell: Cell): string =>
  typeof cell === "number" && String(cell) !== spelled(cell) ? ` title="${cell}"` : "";
