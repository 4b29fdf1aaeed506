/** What stands under a figure or a table in a notebook: its title and what it shows. */
import type { Bundle } from "./display.js";
import { escapeHtml } from "./table.js";

export interface Caption {
  title?: string | undefined;
  caption?: string | undefined;
}

export function captionBundle({ title, caption }: Caption): Bundle {
  const ended = title === undefined ? undefined : /[.?!]$/.test(title) ? title : `${title}.`;
  const html = [ended && `<b>${escapeHtml(ended)}</b>`, caption && escapeHtml(caption)].filter(Boolean).join(" ");
  const text = [ended, caption].filter(Boolean).join(" ");
  return { "text/html": `<p style="max-width:46em">${html}</p>`, "text/plain": text };
}
