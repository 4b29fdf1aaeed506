/** What the documents of an encoded shard are called: a file beside it, a line for each document. */
import { existsSync, readFileSync } from "node:fs";
import type { Log } from "../logs/log.js";
import type { Shard } from "../shards/shard.js";
import type { Document } from "../types.js";

/** Of "ko.train.tokens", "ko.train.keys". */
export const keysBeside = (tokens: string): string => `${tokens.replace(/\.tokens$/, "")}.keys`;

export function addKeys(log: Log, documents: readonly Document[]): void {
  for (const { key } of documents) log.append(Buffer.from(`${key.replaceAll(/[\n\r]/g, " ")}\n`));
}

/** By the document's number; undefined where no such file is beside the shard. Throws one line where it is of another shard. */
export function keysOf({ path, bytes }: Pick<Shard, "path" | "bytes">): ((document: number) => string) | undefined {
  const beside = keysBeside(path);
  if (!existsSync(beside)) return undefined;
  const lines = readFileSync(beside);
  /** Where each begins, and after the last the end. */
  const starts = new Float64Array(bytes.length + 1);
  let count = 0;
  for (let at = lines.indexOf(10); at >= 0; at = lines.indexOf(10, at + 1)) starts[++count] = at + 1;
  if (count !== bytes.length)
    throw new Error(
      `open: ${beside} names ${count} documents, its shard has ${bytes.length} (remove it, or encode again)`,
    );
  return (document) => lines.toString("utf8", starts[document], starts[document + 1]! - 1);
}
