/** A tokenizer from its files: tokenizer.json, and what the tokenizer_config.json beside it says of its special tokens. */
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Tokenizer } from "../types.js";
import { parse } from "../vocab/index.js";
import { readJsonObject } from "../json-file.js";

export interface ReadTokenizerOptions {
  /** A tokenizer.json, or the folder it is in. */
  path: string;
  /** The token that ends a document, or null as in `vocab.parse`. Defaults to `prefer`'s, else to what the files say. */
  endOfText?: string | null | undefined;
  /** Which added token ends a document, where the file has it. */
  prefer?: (token: { id?: unknown; content?: unknown }) => boolean;
}

/** Throws one line naming the file. */
export function readTokenizer({ path, endOfText, prefer = () => false }: ReadTokenizerOptions): Tokenizer {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, "tokenizer.json") : path;
  const beside = join(dirname(file), "tokenizer_config.json");
  const json = readJsonObject(file, "readTokenizer");
  const config = existsSync(beside) ? readJsonObject(beside, "readTokenizer") : undefined;
  const added = Array.isArray(json.added_tokens) ? (json.added_tokens as { content?: unknown }[]) : [];
  const preferred = added.find((token) => token && prefer(token))?.content;
  const end = endOfText === undefined && typeof preferred === "string" ? preferred : endOfText;
  try {
    return parse(json, { config, ...(end !== undefined && { endOfText: end }) });
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
