/**
 * Text in a static picture: escaping, width without a browser (Helvetica's advance widths), and the little of HTML that
 * figure titles use: <br> for a new line, <b> for bold. Other tags are dropped.
 */
import type { Font } from "../types.js";

export const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!).replace(controls, "");

// Characters that XML 1.0 forbids even when escaped.
// eslint-disable-next-line no-control-regex -- they are what is looked for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Advance widths in thousandths of the size, from space to tilde. */
const widths = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];

export function widthOf(text: string, size: number): number {
  let sum = 0;
  for (const character of plain(text)) {
    const code = character.codePointAt(0)!;
    // East Asian characters and emoji are as wide as they are high.
    sum +=
      code >= 0x1100 && code !== 0x2212 && code > 0x2fff
        ? 1000
        : code >= 0x1100 && code < 0x1200
          ? 1000
          : (widths[code - 32] ?? 556);
  }
  return (sum * size) / 1000;
}

/** The text, or its beginning and its end about an ellipsis, so that no line is wider than `room` pixels. */
export function fit(text: string, size: number, room: number): string {
  const lines = text.split(/<br\s*\/?>/);
  if (lines.length > 1) return lines.map((line) => fit(line, size, room)).join("<br>");
  if (widthOf(text, size) <= room) return text;
  const characters = [...plain(text)];
  let kept = characters.length;
  const shortened = (): string =>
    `${characters.slice(0, Math.ceil(kept / 2)).join("")}…${characters.slice(characters.length - Math.floor(kept / 2)).join("")}`;
  while (kept > 1 && widthOf(shortened(), size) > room) kept--;
  return /^\s*<b>/.test(text) ? `<b>${shortened()}</b>` : shortened();
}

const plain = (text: string): string => text.replace(/<[^>]*>/g, "");

export interface Label {
  text: string;
  x: number;
  y: number;
  font?: Font;
  anchor?: "start" | "middle" | "end";
  /** Where `y` is on the block of lines; defaults to "baseline" of the first. */
  at?: "baseline" | "top" | "middle" | "bottom";
  rotate?: number;
}

/** A text element; several lines where the text says <br>. */
export function label({ text, x, y, font = {}, anchor = "start", at = "baseline", rotate }: Label): string {
  const size = font.size ?? 13;
  const lines = text.split(/<br\s*\/?>/);
  const leading = size * 1.25;
  const height = leading * (lines.length - 1);
  const first =
    y + { baseline: 0, top: size * 0.78, middle: size * 0.36 - height / 2, bottom: -height - size * 0.22 }[at];
  const attributes = [
    `fill="${font.color ?? "#1f2328"}"`,
    `font-size="${size}"`,
    anchor === "start" ? "" : `text-anchor="${anchor}"`,
    rotate === undefined ? "" : `transform="rotate(${rotate} ${round(x)} ${round(y)})"`,
  ].filter(Boolean);
  const spans = lines.map((line, i) => {
    const bold = /^\s*<b>/.test(line) ? ' font-weight="bold"' : "";
    return `<tspan x="${round(x)}" y="${round(first + i * leading)}"${bold}>${escape(plain(line))}</tspan>`;
  });
  return `<text ${attributes.join(" ")}>${spans.join("")}</text>`;
}

/** Hundredths of a pixel. */
export const round = (value: number): number => Math.round(value * 100) / 100;
