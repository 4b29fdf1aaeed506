/** Token ids in files that other trainers read: what is written, and what a way of writing it is. */

/** Tokens that belong together: a document with its end of text, or a window. */
export interface TokenRow {
  tokens: ArrayLike<number>;
  /** What the row is called, where a format has room for it; defaults to its number from 0. */
  id?: string;
  /** What it comes from. */
  source?: string;
  /** Its language or domain. */
  lang?: string;
  /** What the tokens spell. */
  text?: string;
}

export interface TokenFilesOptions {
  /** In the order in which they are read. */
  rows: Iterable<TokenRow> | AsyncIterable<TokenRow>;
  /** Folder, made where it is missing. */
  dir: string;
  /** Begins the files' names; defaults to "tokens". */
  name?: string;
  /** Ids are below it; decides how wide they are. */
  vocabSize: number;
  /** Bytes of one file, in formats that are made of several; defaults to 2^26. */
  limit?: number;
}

export interface TokenFilesWritten {
  /** Names in `dir`, those of tokens first. */
  files: string[];
  /** How an id is kept. */
  dtype: "uint16" | "int32" | "uint32";
  rows: number;
  tokens: number;
}

/** A row of the registry `tokenFiles`. */
export interface TokenFormat {
  summary: string;
  reference: string;
  /** Streams: of the rows it holds a few at a time. Files appear whole or not at all, the one that names the others last. */
  write(options: TokenFilesOptions): Promise<TokenFilesWritten>;
}
