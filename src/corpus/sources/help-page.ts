/**
 * The text of one page of LibreOffice Help: headings, paragraphs, table cells and code, a line each. Left out: the frame
 * around the page, the list of related topics (links, the same on many pages), and the variants of a phrase for other
 * systems and modules (a page carries all of them; a reader sees one).
 */
import { findElement, htmlLines, parseHtml } from "./html.js";
import type { HtmlElement } from "./html.js";

export function helpPageText(html: string): string {
  const from = html.indexOf('<div id="DisplayArea"');
  if (from < 0) return "";
  const page = findElement(parseHtml(html.slice(from)), ({ attributes }) => attributes.id === "DisplayArea");
  return page ? htmlLines(page, readable).join("\n") : "";
}

function readable(element: HtmlElement): (HtmlElement | string)[] {
  const { children } = element;
  if (isClass(element, "switch") || isClass(element, "switchinline")) return oneVariant(children);
  return children.filter((child) => typeof child === "string" || !isClass(child, "relatedtopics"));
}

/** The default variant, else the first. */
function oneVariant(children: HtmlElement["children"]): HtmlElement[] {
  const variants = children.filter((child): child is HtmlElement => typeof child !== "string");
  const chosen = variants.find(({ attributes }) => attributes.id?.startsWith("default")) ?? variants[0];
  return chosen ? [chosen] : [];
}

const isClass = ({ attributes }: HtmlElement, name: string): boolean =>
  (attributes.class ?? "").split(" ").includes(name);
