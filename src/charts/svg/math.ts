/**
 * Math in a label, `$\hat L(N, D)$`, as paths: TeX in, outlines out, by MathJax, which is loaded when the first label has some.
 * Where text is all there is (Plotly, a title on hover), the same math in the characters that come nearest.
 */
import type { LiteElement } from "@mathjax/src/js/adaptors/lite/Element.js";
import type { LiteAdaptor } from "@mathjax/src/js/adaptors/liteAdaptor.js";
import type { MmlNode } from "@mathjax/src/js/core/MmlTree/MmlNode.js";

/** Sizes are parts of the size of the text around it. */
export interface Formula {
  width: number;
  /** Over and under the baseline. */
  up: number;
  down: number;
  /** SVG in thousandths of the size, down the page, from the left end of its baseline. */
  paths: string;
}

/** One in a text, with its dollars; a dollar sign alone is money. */
export const mathIn = /\$([^$]+)\$/;

const known = new Map<string, Formula>();

export function formula(tex: string): Formula {
  const found = known.get(tex);
  if (found) return found;
  const { adaptor, drawn } = mathjax();
  let made: LiteElement;
  try {
    made = drawn(tex);
  } catch (error) {
    throw new Error(`svgOf: invalid math: ${tex}: ${(error as Error).message}`, { cause: error });
  }
  const svg = adaptor.firstChild(made) as LiteElement;
  const [, top, width, height] = adaptor
    .getAttribute(svg, "viewBox")
    .split(" ")
    .map((part: string) => Number(part) / 1000) as [number, number, number, number];
  const paths = adaptor.innerHTML(svg).replace(/ data-[\w-]+="[^"]*"/g, "");
  const outline = { width, up: -top, down: height + top, paths };
  known.set(tex, outline);
  return outline;
}

/** The text with its math in Unicode: "$L_0 = \alpha^2$" as "L₀ = α²"; as it is where that is no TeX. */
export const readable = (text: string): string =>
  mathIn.test(text)
    ? text.replace(new RegExp(mathIn, "g"), (whole, tex: string) => {
        try {
          return spelt(mathjax().tree(tex));
        } catch {
          return whole;
        }
      })
    : text;

const raised = ["0123456789+−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"] as const;
const lowered = ["0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"] as const;
const accents: Record<string, string> = {
  "^": "\u0302",
  "~": "\u0303",
  "¯": "\u0304",
  "˙": "\u0307",
  "→": "\u20d7",
  "―": "\u0304",
};

function spelt(node: MmlNode): string {
  const parts = node.childNodes.map((child) => spelt(child as MmlNode));
  const [base = "", first = "", second = ""] = parts;
  switch (node.kind) {
    case "text":
      return (node as unknown as { getText(): string }).getText();
    case "mo":
      return parts
        .join("")
        .replace("-", "−")
        .replace(/^([=<>≤≥≈∝→])$/, " $1 ")
        .replace(/^,$/, ", ")
        .replace(/[\u2061-\u2064]/g, "");
    case "msup":
      return base + shifted(first, raised, "^");
    case "msub":
      return base + shifted(first, lowered, "_");
    case "msubsup":
      return base + shifted(first, lowered, "_") + shifted(second, raised, "^");
    case "mover":
      return base + (accents[first.trim()] ?? first);
    case "mfrac":
      return `${grouped(base)}/${grouped(first)}`;
    case "msqrt":
      return `√${grouped(parts.join(""))}`;
    default:
      return parts.join("");
  }
}

const grouped = (text: string): string => ([...text].length > 1 ? `(${text})` : text);

function shifted(text: string, [from, to]: readonly [string, string], mark: string): string {
  const places = [...text].map((each) => [...from].indexOf(each));
  return places.includes(-1) ? mark + grouped(text) : places.map((place) => [...to][place]).join("");
}

interface Loaded {
  adaptor: LiteAdaptor;
  drawn(tex: string): LiteElement;
  tree(tex: string): MmlNode;
}

/** It takes 0.2 s and 40 MB, which few figures need. */
let loaded: Loaded | undefined;

function mathjax(): Loaded {
  if (loaded) return loaded;
  const { mathjax } = require("@mathjax/src/js/mathjax.js") as typeof import("@mathjax/src/js/mathjax.js");
  // Parts of the font that are rarely used are files of their own.
  mathjax.asyncLoad = (name: string): unknown => require(name);
  mathjax.asyncIsSynchronous = true;
  const { TeX } = require("@mathjax/src/js/input/tex.js") as typeof import("@mathjax/src/js/input/tex.js");
  const { SVG } = require("@mathjax/src/js/output/svg.js") as typeof import("@mathjax/src/js/output/svg.js");
  const { liteAdaptor } =
    require("@mathjax/src/js/adaptors/liteAdaptor.js") as typeof import("@mathjax/src/js/adaptors/liteAdaptor.js");
  const { RegisterHTMLHandler } =
    require("@mathjax/src/js/handlers/html.js") as typeof import("@mathjax/src/js/handlers/html.js");
  const { STATE } = require("@mathjax/src/js/core/MathItem.js") as typeof import("@mathjax/src/js/core/MathItem.js");
  const { MathJaxNewcmFont } =
    require("@mathjax/mathjax-newcm-font/js/svg.js") as typeof import("@mathjax/mathjax-newcm-font/js/svg.js");
  require("@mathjax/src/js/input/tex/ams/AmsConfiguration.js");
  const adaptor = liteAdaptor();
  RegisterHTMLHandler(adaptor);
  const fail = (_: unknown, error: { message: string }): never => {
    throw new Error(error.message);
  };
  const document = mathjax.document("", {
    InputJax: new TeX({ packages: ["base", "ams"], formatError: fail }),
    OutputJax: new SVG({ fontCache: "none", fontData: MathJaxNewcmFont, linebreaks: { inline: false } }),
  });
  const inline = { display: false };
  loaded = {
    adaptor,
    drawn: (tex) => document.convert(tex, inline) as LiteElement,
    tree: (tex) => document.convert(tex, { ...inline, end: STATE.CONVERT }) as unknown as MmlNode,
  };
  return loaded;
}
