/**
 * A notebook as text that a reviewer reads: the `.ts` twin, as jupytext's percent format has it (outputs and ids left out;
 * https://jupytext.readthedocs.io/en/latest/formats-scripts.html#the-percent-format). Byte for byte what jupytext 1.19
 * writes, but for the line with its own version. Writing only: `jupytext --sync` brings a twin that was edited back.
 */
import { stringify } from "yaml";
import { isRecord, show } from "../../foreign.js";
import type { Cell, Notebook } from "./notebook.js";

/** What jupytext leaves out of a cell's header. */
const unwritten = new Set(["autoscroll", "collapsed", "scrolled", "trusted", "execution", "ExecuteTime"]);

/** The name of a notebook's twin, which lies beside it. */
export const twinPath = (path: string): string => path.replace(/(\.ipynb)?$/, ".ts");

/** Throws one line where a cell has a line that would be read as the beginning of another. */
export function twinOf({ cells, metadata }: Notebook): string {
  const { kernelspec, jupytext } = metadata;
  const { encoding, ...kept } = isRecord(jupytext) ? jupytext : {};
  const plain = encoding === undefined && cells.every(({ source }) => /^\p{ASCII}*$/u.test(source));
  const jupyter = {
    jupytext: { ...kept, text_representation: { extension: ".ts", format_name: "percent", format_version: "1.3" } },
    ...(kernelspec !== undefined && { kernelspec }),
  };
  const header = `---\n${stringify({ jupyter }, { singleQuote: true, sortMapEntries: true })}---`;
  const parts = [comment(header), ...cells.map(cellText)];
  return `${plain ? "" : "// -*- coding: utf-8 -*-\n"}${parts.join("\n\n")}\n`;
}

function cellText({ cell_type: type, source, metadata }: Cell, at: number): string {
  const options = Object.entries(metadata)
    .filter(([key]) => !unwritten.has(key))
    .map(([key, value]) => (value === null ? key : `${key}=${pythonJson(value)}`));
  const marker = ["// %%", ...(type === "code" ? [] : [`[${type}]`]), ...options].join(" ");
  if (type === "code" && source === "") return marker;
  const body = type === "code" ? source : comment(source);
  const taken = body.split("\n").find((line) => (type === "code" ? /^\s*(\/\/ ?)*%/ : /^\/\/ %%/).test(line));
  if (taken !== undefined)
    throw new Error(
      `twinOf: invalid line in cell ${at + 1}: ${show(taken)} (jupytext takes it for a cell's beginning)`,
    );
  return `${marker}\n${body}`;
}

function comment(text: string): string {
  return text.replace(/^(?=.)/gm, "// ").replace(/^$/gm, "//");
}

/** JSON with Python's blanks and escapes. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (!isRecord(value)) return JSON.stringify(value).replace(/[^ -~]/g, escaped);
  const entries = Object.entries(value).map(([key, each]) => `${pythonJson(key)}: ${pythonJson(each)}`);
  return `{${entries.join(", ")}}`;
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
