/**
 * Text in a static picture: escaping, width without a browser (Helvetica's advance widths, which Arial, Liberation Sans and
 * Arimo share), and the little of HTML that figures use: <br> for a new line, <b> for bold. Other tags are dropped.
 */
import type { Font } from "../types.js";
import { formula, mathIn } from "./math.js";

export const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!).replace(controls, "");

// Characters that XML 1.0 forbids even when escaped.
// eslint-disable-next-line no-control-regex -- they are what is looked for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Of the room for words, for a reader whose font is wider than the one that is measured. */
export const spare = 0.82;

/** Advance widths in thousandths of the size, from space to tilde. */
const regular = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];
const heavy = [
  278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
  556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
  280, 389, 584,
];
const others: Record<string, number> = { "…": 1000, "—": 1000, "−": 584, "×": 584, "±": 584, "·": 333 };

function advance(character: string, bold: boolean): number {
  const code = character.codePointAt(0)!;
  // East Asian characters and emoji are as wide as they are high.
  if (code > 0x2fff || (code >= 0x1100 && code < 0x1200)) return 1000;
  return (bold ? heavy : regular)[code - 32] ?? others[character] ?? 556;
}

/** One stretch of a line in one weight and on one height. */
interface Run {
  text: string;
  bold: boolean;
  /** Digits above or below the line are written small: few fonts have them all. */
  raised: -1 | 0 | 1;
  /** TeX, in place of the text. */
  tex?: string;
}

const above = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
const below = "₀₁₂₃₄₅₆₇₈₉₊₋";
const plainDigits = "0123456789+−";
/** Of the size of the text: digits off the line, and how far off they are. */
const smaller = 0.7;
const lift = 0.34;

/** The lines of a text, each as runs. */
function linesOf(text: string): Run[][] {
  let bold = false;
  return text.split(breaks).map((line) => {
    const runs: Run[] = [];
    for (const piece of line.split(pieces)) {
      if (/^<\/?b>$/.test(piece)) bold = piece === "<b>";
      else if (isMath.test(piece)) runs.push({ text: "", bold, raised: 0, tex: piece.slice(1, -1) });
      else if (piece.replace(tags, "") !== "") runs.push(runOf(piece, bold));
    }
    return runs;
  });
}

function runOf(text: string, bold: boolean): Run {
  const raised = above.includes(text[0]!) ? 1 : below.includes(text[0]!) ? -1 : 0;
  const from = raised > 0 ? above : below;
  return { text: raised ? [...text].map((each) => plainDigits[from.indexOf(each)]).join("") : text, bold, raised };
}

const breaks = /<br\s*\/?>/;
/** "<" before anything but a name is itself. */
const tags = /<\/?[a-z][^>]*>/gi;
const isMath = new RegExp(`^${mathIn.source}$`);
const pieces = /(\$[^$]+\$|<\/?[a-z][^>]*>|[⁰¹²³⁴-⁹⁺⁻]+|[₀-₉₊₋]+)/i;

/** Pixels of the widest line. */
export const widthOf = (text: string, size: number): number =>
  Math.max(...linesOf(text).map((runs) => lengthOf(runs, size)));

const lengthOf = (runs: readonly Run[], size: number): number =>
  runs.reduce((sum, { text, bold, raised, tex }) => {
    if (tex !== undefined) return sum + formula(tex).width * size;
    const letters = [...text].reduce((all, each) => all + advance(each, bold), 0);
    return sum + (letters * size * (raised ? smaller : 1)) / 1000;
  }, 0);

/** The text, or its beginning and its end about an ellipsis, so that no line is wider than `room` pixels. */
export function fit(text: string, size: number, room: number): string {
  const lines = text.split(breaks);
  if (lines.length > 1) return lines.map((line) => fit(line, size, room)).join("<br>");
  if (widthOf(text, size) <= room || mathIn.test(text)) return text;
  const [open, close] = /^\s*<b>/.test(text) ? ["<b>", "</b>"] : ["", ""];
  const characters = [...text.replace(tags, "")];
  let kept = characters.length;
  const shortened = (): string =>
    `${open}${characters.slice(0, Math.ceil(kept / 2)).join("")}…${characters.slice(characters.length - Math.floor(kept / 2)).join("")}${close}`;
  while (kept > 1 && widthOf(shortened(), size) > room) kept--;
  return shortened();
}

/** The text in as many lines as it needs to stay within `room` pixels, cut at blanks; a longer word or formula stays whole. */
export function wrap(text: string, size: number, room: number): string {
  const bold = /^<b>.*<\/b>$/.test(text) && !text.slice(3).includes("<b>");
  if (bold) return `<b>${wrap(text.slice(3, -4), size, room / 1.08)}</b>`;
  const lines: string[] = [];
  for (const word of text.replace(/<br\s*\/?>/g, " ").match(/(?:\$[^$]+\$|\S)+/g) ?? []) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && widthOf(longer, size) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join("<br>");
}

export interface Label {
  text: string;
  x: number;
  y: number;
  font?: Font;
  anchor?: "start" | "middle" | "end";
  /** Where `y` is on the block of lines; defaults to "baseline" of the first. */
  at?: "baseline" | "top" | "middle" | "bottom";
  /** Degrees about (x, y). */
  rotate?: number;
}

/** Pixels between the baselines of two lines, and from `y` to the first baseline. */
function placed({ text, font = {}, at = "baseline" }: Label): { size: number; leading: number; first: number } {
  const size = font.size ?? 13;
  const leading = size * 1.25;
  const height = leading * (text.split(breaks).length - 1);
  const first = { baseline: 0, top: size * 0.78, middle: size * 0.36 - height / 2, bottom: -height - size * 0.22 }[at];
  return { size, leading, first };
}

/** The paper that a label covers, from the height of its capitals to the depth of its descenders: four corners, in pixels. */
export function cornersOf(label: Label): [number, number][] {
  const { size, leading, first } = placed(label);
  const width = widthOf(label.text, size);
  const left = { start: 0, middle: -width / 2, end: -width }[label.anchor ?? "start"];
  const lines = linesOf(label.text);
  const most = (line: Run[], of: "up" | "down", least: number): number =>
    Math.max(least, ...line.map(({ tex }) => (tex === undefined ? 0 : formula(tex)[of])));
  const top = first - size * most(lines[0]!, "up", 0.74);
  const bottom = first + leading * (lines.length - 1) + size * most(lines.at(-1)!, "down", 0.22);
  const [cos, sin] = [Math.cos, Math.sin].map((of) => of(((label.rotate ?? 0) * Math.PI) / 180)) as [number, number];
  const corners = [
    [left, top],
    [left + width, top],
    [left + width, bottom],
    [left, bottom],
  ];
  return corners.map(([x, y]) => [label.x + x! * cos - y! * sin, label.y + x! * sin + y! * cos]);
}

/** A text element; several lines where the text says <br>. */
export function label(given: Label): string {
  const { text, x, y, font = {}, anchor = "start", rotate } = given;
  const { size, leading, first } = placed(given);
  if (mathIn.test(text)) return withMath(given);
  const attributes = [
    `fill="${font.color ?? "#1f2328"}"`,
    `font-size="${round(size)}"`,
    anchor === "start" ? "" : `text-anchor="${anchor}"`,
    rotate ? `transform="rotate(${rotate} ${round(x)} ${round(y)})"` : "",
  ].filter(Boolean);
  const spans = linesOf(text).map((runs, i) => {
    const weight = (bold: boolean): string => (bold ? ' font-weight="bold"' : "");
    const mixed = runs.some(({ bold, raised }) => raised !== 0 || bold !== runs[0]!.bold);
    let height = 0;
    const inner = runs.map((run) => {
      if (!mixed) return escape(run.text);
      const up = run.raised * lift * size;
      const off = up === height ? "" : ` dy="${round(height - up)}"`;
      height = up;
      const small = run.raised ? ` font-size="${round(smaller * size)}"` : "";
      return `<tspan${off}${small}${weight(run.bold)}>${escape(run.text)}</tspan>`;
    });
    const whole = !mixed && Boolean(runs[0]?.bold);
    return `<tspan x="${round(x)}" y="${round(y + first + i * leading)}"${weight(whole)}>${inner.join("")}</tspan>`;
  });
  const blanks = /^ | $/.test(text) ? ' xml:space="preserve"' : "";
  return `<text ${attributes.join(" ")}${blanks}>${spans.join("")}</text>`;
}

/** The same where some of it is math: each run from where the one before it ends. */
function withMath({ text, x, y, font = {}, anchor = "start", ...given }: Label): string {
  const { size, leading, first } = placed({ text, x, y, font, ...given });
  const parts = linesOf(text).flatMap((runs, i) => {
    const down = y + first + i * leading;
    const length = lengthOf(runs, size);
    let at = x - { start: 0, middle: length / 2, end: length }[anchor];
    return runs.map((run) => {
      const from = at;
      at += lengthOf([run], size);
      if (run.tex === undefined) {
        const words = run.bold ? `<b>${run.text}</b>` : run.text;
        return label({ text: run.raised ? raisedText(run) : words, x: from, y: down, font });
      }
      const scale = round(size) / 1000;
      return `<g color="${font.color ?? "#1f2328"}" transform="translate(${round(from)} ${round(down)}) scale(${scale})">${formula(run.tex).paths}</g>`;
    });
  });
  const turn = given.rotate ? ` transform="rotate(${given.rotate} ${round(x)} ${round(y)})"` : "";
  return `<g${turn}>${parts.join("")}</g>`;
}

const raisedText = ({ text, raised }: Run): string =>
  [...text].map((each) => (raised > 0 ? above : below)[plainDigits.indexOf(each)]).join("");

/** Hundredths of a pixel. */
export const round = (value: number): number => Math.round(value * 100) / 100;
