/** `palimpsest checkpoint trim`: a folder without the rows of tokens that went. */
import type { Tokenizer } from "../types.js";
import { notKept } from "./checkpoint-inspect.js";
import { newFolder, onFolder, tokenizerAt } from "./folders.js";
import { wholeNumber } from "./numbers.js";
import { trimmer, type TrimmingOptions } from "./trimming.js";
import { BadArguments, type Outcome, type Work } from "./work.js";

export interface TrimOptions extends TrimmingOptions {
  tokenizer?: string;
  padTo: string;
  endOfText?: string;
  out: string;
}

export async function trimVerb([dir, ...files]: string[], options: TrimOptions, { signal }: Work): Promise<Outcome> {
  const { tokenizer: path, endOfText, size, scripts } = options;
  const padTo = wholeNumber("--pad-to", options.padTo, 1);
  if (path !== undefined && (files.length > 0 || size !== undefined || scripts !== undefined))
    throw new BadArguments("invalid --tokenizer: it says what stays; texts, --size and --scripts say it otherwise");
  const asked = path === undefined ? await trimmer(files, options) : undefined;
  const out = newFolder(options.out);
  const { trim } = await import("../checkpoint/index.js");
  return onFolder(dir!, endOfText, async (base, onProgress) => {
    const { trimmed, notes } = asked
      ? await asked(base.tokenizer, signal, onProgress)
      : { trimmed: trimmedTo(await tokenizerAt(path!, base.tokenizer, endOfText), base.tokenizer), notes: [] };
    const { leftOut, ...report } = await trim({ base, trimmed, out, padTo, signal, onProgress });
    const { rows, before, after } = report;
    const number = (value: number): string => value.toLocaleString("en-US");
    const text = [
      ...notes.map((note) => `note: ${note}`),
      `${rows} rows of ${base.rows}: ${number(before.total)} parameters became ${number(after.total)}`,
      `wrote ${out}`,
      ...notKept(leftOut),
    ];
    return { json: { out, ...report, leftOut, ...(notes.length > 0 && { notes }) }, text: text.join("\n") };
  });
}

/** The rows that a trimmed tokenizer's tokens had, by their names. */
function trimmedTo(tokenizer: Tokenizer, base: Tokenizer): { tokenizer: Tokenizer; oldIds: Int32Array } {
  const oldIds = Int32Array.from({ length: tokenizer.size }, (_, id) => {
    const token = tokenizer.tokenOf(id);
    const old = token === undefined ? undefined : base.idOf(token);
    if (old === undefined)
      throw new Error(
        `trim: invalid tokenizer: the model has no ${JSON.stringify(token ?? `token of id ${id}`)} (trim the model's own tokenizer)`,
      );
    return old;
  });
  return { tokenizer, oldIds };
}
