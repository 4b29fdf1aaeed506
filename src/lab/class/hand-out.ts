/**
 * A notebook as one HTML page to hand out or to print: markdown, code in colours, outputs as they are stored, figures as still
 * pictures. The page runs no script and asks for no address, whatever a cell put into it. Reads and writes no files.
 */
import { stripVTControlCharacters } from "node:util";
import MarkdownIt from "markdown-it";
import { escapeHtml } from "../cell/table.js";
import type { Cell, MimeBundle, Notebook, Output } from "../notebook/notebook.js";
import { colouredTypeScript } from "./code-colours.js";
import { style } from "./hand-out-style.js";

export interface HandOutOptions {
  /** Of the page; defaults to the notebook's first heading. */
  title?: string;
  /** The last line, e.g. whose copy it is. */
  footer?: string;
}

/** What a cell's HTML may do: hold pictures and styles, nothing else. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'";

export function handOut(notebook: Notebook, { title = headingOf(notebook), footer = "" }: HandOutOptions = {}): string {
  const markdown = new MarkdownIt({
    html: true,
    linkify: true,
    highlight: (code, language) => (/^(ts|typescript)$/.test(language) ? colouredTypeScript(code) : ""),
  });
  const rendered = (text: string): string => markdown.render(text);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${notebook.cells.map((cell) => section(cell, rendered)).join("\n")}
${footer ? `<footer>${escapeHtml(footer)}</footer>` : ""}
</main>
</body>
</html>
`;
}

type Render = (markdown: string) => string;

function headingOf({ cells }: Notebook): string {
  const found = cells.flatMap(({ cell_type: type, source }) =>
    type === "markdown" ? (/^#+ +(.*)$/m.exec(source)?.slice(1, 2) ?? []) : [],
  );
  return found[0] ?? "Notebook";
}

function section(cell: Cell, rendered: Render): string {
  if (cell.cell_type === "markdown") return `<section>${rendered(withAttachments(cell))}</section>`;
  if (cell.source.trim() === "") return "";
  if (cell.cell_type === "raw") return `<pre>${escapeHtml(cell.source)}</pre>`;
  const outputs = (cell.outputs ?? []).map((output) => shown(output, rendered)).join("\n");
  return `<pre class="code">${colouredTypeScript(cell.source)}</pre>${outputs && `<div class="out">${outputs}</div>`}`;
}

/** Pictures that were dropped into a markdown cell. */
function withAttachments({ source, attachments = {} }: Cell): string {
  return source.replace(/\(attachment:([^)\s]+)\)/g, (whole, name: string) => {
    const [entry] = Object.entries(attachments[decodeURIComponent(name)] ?? {});
    return entry ? `(data:${entry[0]};base64,${String(entry[1]).replace(/\s/g, "")})` : whole;
  });
}

function shown(output: Output, rendered: Render): string {
  if (output.output_type === "stream")
    return `<pre class="${output.name === "stderr" ? "error" : "text"}">${plain(output.text)}</pre>`;
  if (output.output_type !== "error") return bundle(output.data, rendered);
  const { traceback, ename, evalue } = output;
  return `<pre class="error">${plain(traceback.length > 0 ? traceback.join("\n") : `${ename}: ${evalue}`)}</pre>`;
}

/** The richest form that a page without scripts can show. A picture is an image of its own, so that no two share names. */
function bundle(data: MimeBundle, rendered: Render): string {
  const text = (mime: string): string => String(data[mime]);
  const image = (mime: string, base64: string): string => `<img alt="" src="data:${mime};base64,${base64}">`;
  if ("image/svg+xml" in data) return image("image/svg+xml", Buffer.from(text("image/svg+xml")).toString("base64"));
  const bitmap = Object.keys(data).find((mime) => /^image\/(png|jpeg|gif|webp)$/.test(mime));
  if (bitmap) return image(bitmap, text(bitmap).replace(/\s/g, ""));
  if ("text/html" in data) return `<div>${text("text/html")}</div>`;
  if ("text/markdown" in data) return rendered(text("text/markdown"));
  return "text/plain" in data ? `<pre class="text">${plain(text("text/plain"))}</pre>` : "";
}

/** Text without a terminal's colours. */
const plain = (text: string): string => escapeHtml(stripVTControlCharacters(text));
