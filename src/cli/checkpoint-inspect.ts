/** `palimpsest checkpoint inspect`: what a folder holds. */
import type { Folder, LengthRow } from "../checkpoint/index.js";
import { plainTable, rowsOf } from "../lab/cell/table.js";
import type { ModelConfig, Tokenizer } from "../types.js";
import { onFolder } from "./folders.js";
import type { Outcome } from "./work.js";

export interface InspectOptions {
  base?: string;
  endOfText?: string;
}

export async function inspectVerb([dir]: string[], { base, endOfText }: InspectOptions): Promise<Outcome> {
  const tokenizerOf = ({ tokenizer }: Folder): Promise<Tokenizer> => Promise.resolve(tokenizer);
  const against = base === undefined ? undefined : await onFolder(base, endOfText, tokenizerOf);
  return onFolder(dir!, endOfText, (folder) => told(dir!, folder, against));
}

async function told(dir: string, base: Folder, against: Tokenizer | undefined): Promise<Outcome> {
  const { inspect } = await import("../checkpoint/index.js");
  const { fromHuggingFace, roundedLine, roundedTo } = await import("../model/index.js");
  const found = inspect({ base, against });
  const read = { origin: { tensors: base.headers } };
  let shape: { config: ModelConfig } | { notComputed: string };
  try {
    shape = { config: { ...fromHuggingFace(base.config), tied: base.output === undefined } };
  } catch (error) {
    shape = { notComputed: (error as Error).message };
  }
  const { parameters, dtypes, files, rows, tokens, padding, endOfText } = found;
  const number = (value: number): string => value.toLocaleString("en-US");
  const text = [
    ...describe(dir, base, shape),
    `  ${number(parameters.total)} parameters, ${number(parameters.withoutEmbeddings)} without embeddings; ${dtypes.join(", ")} in ${files.length === 1 ? "the file" : `${files.length} files`}`,
    `  ${number(rows)} rows: ${number(tokens)} tokens, ${number(padding)} padding; documents end with ${JSON.stringify(endOfText)}`,
    ...[roundedLine(read) ?? []].flat().map((line) => `  ${line}`),
    "",
    lengthTable(found.lengths),
    ...notKept(found.leftOut),
  ];
  return { json: { dir, ...shape, rounded: roundedTo(read), ...found }, text: text.join("\n") };
}

function describe(dir: string, { output }: Folder, shape: { config: ModelConfig } | { notComputed: string }): string[] {
  const head = output ? "a head of its own" : "head tied to the embeddings";
  if ("notComputed" in shape) return [`${dir}: ${head}; not computed here: ${shape.notComputed}`];
  const { width, layers, heads, kvHeads, ffn, context, norm, positions, activation } = shape.config;
  return [
    `${dir}: ${layers} layers of width ${width}, ${heads} heads (${kvHeads} for keys and values), feed-forward ${ffn}, context ${context}`,
    `  ${norm} norm, ${positions} positions, ${activation}, ${head}`,
  ];
}

export const notKept = (leftOut: Record<string, string>): string[] =>
  Object.entries(leftOut).map(([file, why]) => `  not kept: ${file} (${why})`);

export function lengthTable(rows: LengthRow[]): string {
  const shown = rows.map(({ table, of, rows: count, least, median, mean, greatest }) => ({
    table,
    "rows of": of,
    rows: count,
    "least length": least.toPrecision(4),
    median: median.toPrecision(4),
    mean: mean.toPrecision(4),
    greatest: greatest.toPrecision(4),
  }));
  return plainTable(rowsOf(shown, shown.length)!);
}
