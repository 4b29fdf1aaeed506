/**
 * What the last expression of a cell is shown as. Its rich form where it has one: what it says of itself by
 * `Symbol.for("Jupyter.display")` (Deno's convention), a figure, a table, a thing of this library; else the text of Node's
 * inspector, which `undefined` has none of. Sends nothing, and waits for no promise that the value is.
 */
import { inspect } from "node:util";
import { svgOf } from "../../charts/svg/svg.js";
import type { MimeBundle } from "../notebook/notebook.js";
import { bundleIfRich } from "./bundle.js";
import type { BundleOptions } from "./figure-bundle.js";

/** Characters of a text that a notebook keeps. */
const longest = 20_000;

const options: BundleOptions = { svgOf: svgOf as BundleOptions["svgOf"] };

/** Undefined where nothing is to be shown. Rejects with what the value's own way to be shown throws. */
export async function resultOf(value: unknown): Promise<MimeBundle | undefined> {
  if (value === undefined) return undefined;
  const holds = (typeof value === "object" && value !== null) || typeof value === "function";
  const rich = holds ? bundleIfRich(value, options) : undefined;
  // Nothing that a thing says it is shown as: it has been shown.
  const bundle = await (rich ?? { "text/plain": textOf(value) });
  return Object.keys(bundle).length > 0 ? bundle : undefined;
}

function textOf(value: unknown): string {
  const text = inspect(value, { maxStringLength: longest });
  const more = text.length - longest;
  return more > 0 ? `${text.slice(0, longest)}\n… and ${more.toLocaleString("en-US")} more characters` : text;
}
