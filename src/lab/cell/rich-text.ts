/**
 * Ready-made rich content by its one field, `{ markdown: "…" }`: text of a kind that front ends know, or an image. Each is
 * a bundle with a text for those who see no more. Sends nothing.
 */
import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Bundle } from "./display.js";
import { here } from "./params.js";

export type RichText =
  | { html: string }
  | { markdown: string }
  /** Without dollars it is a formula on a line of its own. */
  | { latex: string }
  | { svg: string }
  /** A PNG, JPEG, GIF, WebP or SVG: its bytes, or the path of its file, relative to the notebook's folder. */
  | { image: Uint8Array | string };

const forms: Record<string, (content: unknown) => Bundle> = {
  html: (html) => ({ "text/html": String(html), "text/plain": withoutTags(String(html)) }),
  markdown: (markdown) => ({ "text/markdown": String(markdown), "text/plain": String(markdown) }),
  latex: (latex) => {
    const text = String(latex);
    return { "text/latex": /\$|\\\[|\\\(|\\begin\{/.test(text) ? text : `$$${text}$$`, "text/plain": text };
  },
  svg: (svg) => ({ "image/svg+xml": String(svg), "text/plain": nameOf(String(svg)) }),
  image: imageBundle,
};

/** `{ html }, { markdown }, …`, for messages. */
export const formNames: string = Object.keys(forms)
  .map((name) => `{ ${name} }`)
  .join(", ");

export function richTextBundle(thing: object): Bundle | undefined {
  const [name, content] = Object.entries(thing).find(([field]) => Object.hasOwn(forms, field)) ?? [];
  return name === undefined ? undefined : forms[name]!(content);
}

export function withoutTags(html: string): string {
  return html.replace(/<[^>]*>/g, "");
}

/** What a picture calls itself. */
function nameOf(svg: string): string {
  const said = /aria-label="([^"]*)"|<title>([^<]*)/.exec(svg);
  return `Picture${said ? `: ${said[1] ?? said[2]}` : ""}`;
}

/** The first bytes of a file of each kind. */
const kinds: [type: string, start: RegExp][] = [
  ["image/png", /^\x89PNG\r\n/],
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/gif", /^GIF8/],
  ["image/webp", /^RIFF....WEBP/s],
  ["image/svg+xml", /^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg/s],
];

const mostBytes = 10e6;

function imageBundle(image: unknown): Bundle {
  const file = typeof image === "string" ? image : undefined;
  const bytes = file === undefined ? image : readImage(file);
  const name = file === undefined ? "bytes" : basename(file);
  if (!(bytes instanceof Uint8Array))
    throw new Error(`show: invalid image: ${typeof image}; give the bytes of one, or the path of its file`);
  if (bytes.length > mostBytes)
    throw new Error(
      `show: invalid image: ${name}: ${(bytes.length / 1e6).toFixed(1)} MB (at most ${mostBytes / 1e6} MB)`,
    );
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString("latin1");
  const [type] = kinds.find(([, begins]) => begins.test(start)) ?? [];
  if (type === undefined) throw new Error(`show: invalid image: ${name} (known are PNG, JPEG, GIF, WebP and SVG)`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const content = buffer.toString(type === "image/svg+xml" ? "utf8" : "base64");
  return {
    [type]: content,
    "text/plain": `Image${file === undefined ? "" : ` ${name}`}: ${Math.ceil(bytes.length / 1000)} kB`,
  };
}

function readImage(file: string): Uint8Array {
  const path = resolve(here(), file);
  const { size } = statSync(path, { throwIfNoEntry: false }) ?? {};
  if (size === undefined) throw new Error(`show: invalid image: no such file: ${path}`);
  if (size > mostBytes)
    throw new Error(`show: invalid image: ${file}: ${(size / 1e6).toFixed(1)} MB (at most ${mostBytes / 1e6} MB)`);
  return readFileSync(path);
}
