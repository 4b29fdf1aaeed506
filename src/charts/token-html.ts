/** A text whose tokens are shaded, as HTML for a cell: `show({ html: charts.tokenHtml({ tokens, value }) })`. Each says its value when it is pointed at. */
import { escape } from "./svg/text.js";
import { inkOn } from "./shades.js";
import { tokenShades, type TokenViewOptions } from "./token-shades.js";

export function tokenHtml(options: TokenViewOptions): string {
  const { tokens, caption, words } = tokenShades("charts.tokenHtml", options);
  const box = (text: string, fill: string, ink: string, said = "", frame = ".5px rgba(31,35,40,.18)"): string =>
    `<span title="${escape(said)}" style="background:${fill};color:${ink};border-radius:3px;padding:1px 0;box-shadow:inset 0 0 0 ${frame}">${escape(text)}</span>`;
  const text = tokens
    .map(({ token, fill, ink, said, framed }) =>
      box(token, fill, ink, `${token} ${said}`, framed ? "1.2px #1f2328" : undefined),
    )
    .join("");
  const keys = words.map(({ word, fill }) => ` ${box(` ${word} `, fill, inkOn(fill))}`).join("");
  const title = options.title ? `<div style="font-weight:600;margin-bottom:4px">${escape(options.title)}</div>` : "";
  return `<div style="max-width:48rem">${title}<div style="line-height:1.9;white-space:pre-wrap">${text}</div><div style="opacity:.75;font-size:.9em;margin-top:6px;white-space:pre-wrap">${escape(caption)}${keys}</div></div>`;
}
