/**
 * What can be shown, and as what: a figure, a table, text or a thing of the library becomes one MIME bundle that holds the
 * rich form for front ends that render it, and plainer ones for those that do not. Sends nothing.
 */
import { type About, aboutOf } from "./about.js";
import type { Bundle } from "./display.js";
import { type BundleOptions, type FigureLike, figureBundle, isFigure } from "./figure-bundle.js";
import { formNames, type RichText, richTextBundle } from "./rich-text.js";
import { rowOfBundles } from "./row.js";
import { escapeHtml, htmlTable, isPlainRows, plainTable, rowsOf, type TableLike } from "./table.js";

/** Any object may say how it is shown, as in Deno: `[Symbol.for("Jupyter.display")]()` returns a bundle, or a promise of one. */
export interface Displayable {
  [key: symbol]: unknown;
}

/** Things side by side; its figures are still pictures. */
export interface Row {
  row: readonly Showable[];
}

export type Showable = FigureLike | TableLike | RichText | Row | Displayable;

export type MaybeLater<T> = T | Promise<T>;

/** A promise of whatever realm. */
export const isLater = (bundle: MaybeLater<Bundle>): bundle is Promise<Bundle> => typeof bundle.then === "function";

const ownWay = Symbol.for("Jupyter.display");

/** Throws one line for what has no rich form. */
export function bundleOf(thing: Showable, options: BundleOptions = {}): MaybeLater<Bundle> {
  const accepted = `give a figure, a table, or one of ${formNames}, { row }`;
  if (typeof thing !== "object" || thing === null)
    throw new Error(`show: invalid thing: ${String(thing)} (${typeof thing}); ${accepted}`);
  if ("row" in thing && Array.isArray(thing.row) && thing.row.length > 0) return rowBundle(thing as Row, options);
  const bundle = bundleIfRich(thing, options) ?? richTextBundle(thing) ?? tableBundle(thing, options);
  if (bundle) return bundle;
  const fields = Object.keys(thing).slice(0, 5).join(", ") || "no fields";
  throw new Error(`show: invalid thing: an object with ${fields}; ${accepted}`);
}

/** The bundle of what is meant to be seen whoever holds it: not a list of nested rows, nor an object with a field "html". */
export function bundleIfRich(thing: object, options: BundleOptions = {}): MaybeLater<Bundle> | undefined {
  if (isFigure(thing)) return figureBundle(thing, options);
  const own = (thing as Displayable)[ownWay];
  if (typeof own === "function") return (own as () => MaybeLater<Bundle>).call(thing);
  const about = aboutOf(thing);
  if (about) return aboutBundle(about, options);
  return Array.isArray(thing) && !isPlainRows(thing) ? undefined : tableBundle(thing, options);
}

function rowBundle({ row }: Row, options: BundleOptions): MaybeLater<Bundle> {
  const bundles = row.map((each) => bundleOf(each, options));
  return bundles.some(isLater)
    ? Promise.all(bundles.map((each) => Promise.resolve(each))).then(rowOfBundles)
    : rowOfBundles(bundles as Bundle[]);
}

function tableBundle(thing: object, { maxRows = 20 }: BundleOptions): Bundle | undefined {
  const rows = rowsOf(thing, maxRows);
  return rows && { "text/html": htmlTable(rows), "text/plain": plainTable(rows) };
}

function aboutBundle({ line, rows = [], notes = [] }: About, { maxRows = 20 }: BundleOptions): Bundle {
  const table = rows.length > 0 ? rowsOf([...rows], maxRows) : undefined;
  const paragraphs = [line, ...notes].map((text) => `<p>${escapeHtml(text)}</p>`);
  return {
    "text/html": [paragraphs[0], ...(table ? [htmlTable(table)] : []), ...paragraphs.slice(1)].join("\n"),
    "text/plain": [line, ...(table ? [plainTable(table)] : []), ...notes].join("\n"),
  };
}
