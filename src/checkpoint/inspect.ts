/** What a folder holds: its shape, its numbers by type, and how long the rows of its tables are. No other weight is read. */
import { isNamed, lengths, rowLengths, type Lengths } from "../embed/index.js";
import { folderFiles } from "../model/folder-files.js";
import { sizeOf } from "../model/safetensors-header.js";
import type { Tokenizer } from "../types.js";
import type { Folder } from "./folder.js";
import { refuseNotFinite } from "./not-finite.js";
import { openTable } from "./stored-table.js";
import { parametersOf } from "./trim.js";

export type LengthRow = { table: string; of: string } & Lengths;

export interface Inspected {
  parameters: { total: number; withoutEmbeddings: number };
  /** Types of the tensors, as safetensors names them. */
  dtypes: string[];
  files: string[];
  /** Files of the folder that no verb would keep, and why. */
  leftOut: Record<string, string>;
  rows: number;
  tokens: number;
  padding: number;
  /** The token that ends a document. */
  endOfText: string;
  /** Lengths of the rows of each table: trained, without training, new against `against` if given, padding. */
  lengths: LengthRow[];
}

export interface InspectOptions {
  /** What `open` gave. */
  base: Folder;
  /** The tokenizer of the model that it was widened from: tells its new rows from old ones. */
  against?: Tokenizer | undefined;
}

export function inspect({ base, against }: InspectOptions): Inspected {
  const { dir, headers, tokenizer, rows, input, output } = base;
  const files = Object.keys(headers);
  const stored = output ? [input, output] : [input];
  const total = parametersOf(base);
  const embedding = stored.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const entries = Object.values(headers).flatMap((header) => header.entries);
  let tokens = 0;
  for (let id = 0; id < tokenizer.size; id++) if (tokenizer.tokenOf(id) !== undefined) tokens++;
  return {
    parameters: { total, withoutEmbeddings: total - embedding },
    dtypes: [...new Set(entries.map(({ dtype }) => dtype))].sort(),
    files,
    leftOut: folderFiles(dir, files).leftOut,
    rows,
    tokens,
    padding: rows - tokens,
    endOfText: tokenizer.tokenOf(tokenizer.endOfText)!,
    lengths: stored.flatMap((one) => {
      const table = openTable(dir, one);
      try {
        const all = rowLengths(table, [...Array(rows).keys()]);
        if (!all.every(Number.isFinite)) refuseNotFinite("checkpoint.inspect", one.name, table, all.keys());
        return grouped(one.name, all, tokenizer, against);
      } finally {
        table.close();
      }
    }),
  };
}

function grouped(table: string, all: Float64Array, tokenizer: Tokenizer, against: Tokenizer | undefined): LengthRow[] {
  const groups: Record<string, number[]> = { tokens: [], new: [], "reserved or zero": [], padding: [] };
  for (let id = 0; id < all.length; id++) {
    const token = tokenizer.tokenOf(id);
    const isNew = against !== undefined && token !== undefined && against.tokenOf(id) !== token;
    const isTrained = isNamed(tokenizer, id) && all[id]! > 0;
    groups[token === undefined ? "padding" : isNew ? "new" : isTrained ? "tokens" : "reserved or zero"]!.push(id);
  }
  return Object.entries(groups).flatMap(([of, ids]) => {
    const found = lengths(all, ids);
    return found ? [{ table, of, ...found }] : [];
  });
}
