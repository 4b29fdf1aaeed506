/**
 * One HTML page with every figure, to read without a network: interactive where `plotly.min.js` lies beside it, the same
 * figures as static pictures where it does not. This only writes the text; whoever saves it copies the script and the tables.
 */
import { interactive, interactiveLayout } from "./interactive.js";
import { style } from "./page-style.js";
import { svgOf } from "./svg/svg.js";
import { escape } from "./svg/text.js";
import type { Figure } from "./types.js";

export interface PageFigure {
  figure: Figure;
  title: string;
  /** What the figure shows, in a sentence or three; plain text. */
  caption?: string;
  /** The table behind it, e.g. `{ href: "tables/sweep.csv" }`; the label defaults to the file's name. */
  tables?: { href: string; label?: string }[];
}

export interface PageOptions {
  title: string;
  /** A paragraph under the title. */
  lead?: string;
  figures: readonly PageFigure[];
  /** The numbers to remember, shown first. */
  summary?: readonly { label: string; value: string; note?: string }[];
  /** Closing remarks: where the numbers disagree with papers, what was not determined. */
  notes?: readonly string[];
  /** Last line, e.g. versions and seed. */
  footer?: string;
  /** Other files worth a link. */
  files?: readonly { href: string; label: string }[];
  /** Where Plotly is; defaults to "plotly.min.js", beside the page. */
  plotly?: string;
}

export function page(options: PageOptions): string {
  const { title, lead, figures, summary = [], notes = [], footer, files = [], plotly = "plotly.min.js" } = options;
  const data = figures.map(({ figure }, i) => ({
    id: `figure-${i + 1}`,
    data: interactive(figure),
    layout: interactiveLayout(figure.layout),
    config: figure.config,
  }));
  // "<" could close the script element; JSON may spell it as an escape.
  const json = JSON.stringify(data).replace(/</g, "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${style}</style>
<script defer src="${escape(plotly)}"></script>
</head>
<body>
<main>
<header>
<h1>${escape(title)}</h1>
${lead ? `<p class="lead">${escape(lead)}</p>` : ""}
</header>
${summary.length > 0 ? `<dl class="summary">\n${summary.map(numberOf).join("\n")}\n</dl>` : ""}
${figures.map(sectionOf).join("\n")}
${notes.length > 0 ? `<section class="notes">\n<h2>Notes</h2>\n<ul>\n${notes.map((note) => `<li>${escape(note)}</li>`).join("\n")}\n</ul>\n</section>` : ""}
<footer>
${files.length > 0 ? `<p>${files.map(linkTo).join(" · ")}</p>` : ""}
${footer ? `<p>${escape(footer)}</p>` : ""}
</footer>
</main>
<script type="application/json" id="figures">${json}</script>
<script>${script}</script>
</body>
</html>
`;
}

function numberOf({ label, value, note }: { label: string; value: string; note?: string }): string {
  return `<div><dt>${escape(label)}</dt><dd>${escape(value)}${note ? `<small>${escape(note)}</small>` : ""}</dd></div>`;
}

function sectionOf({ figure, title, caption, tables = [] }: PageFigure, i: number): string {
  const links = tables.map(({ href, label = href.split("/").at(-1)! }) => linkTo({ href, label })).join(", ");
  const { width = 760, height = 440 } = figure.layout;
  return `<section>
<h2>${escape(title)}</h2>
<figure>
<div class="scroll"><div class="plot" id="figure-${i + 1}" style="min-height:${height}px;min-width:${Math.round(0.8 * width)}px">${svgOf(figure)}</div></div>
<figcaption><b>Figure ${i + 1}.</b> ${escape(caption ?? "")}${links ? ` <span class="tables">Data: ${links}</span>` : ""}</figcaption>
</figure>
</section>`;
}

const linkTo = ({ href, label }: { href: string; label: string }): string =>
  `<a href="${escape(href)}">${escape(label)}</a>`;

const script = `
addEventListener("DOMContentLoaded", () => {
  if (typeof Plotly === "undefined") return;
  for (const { id, data, layout, config } of JSON.parse(document.getElementById("figures").textContent)) {
    const place = document.getElementById(id);
    const still = place.firstElementChild;
    place.replaceChildren();
    Plotly.newPlot(place, data, { ...layout, width: undefined, autosize: true }, config).catch(() => place.replaceChildren(still));
  }
});
`;
