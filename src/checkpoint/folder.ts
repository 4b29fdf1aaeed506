/**
 * A model's folder as it lies on disk: what its files say of themselves, and none of the weights. Enough for whatever changes
 * only the tables, in any architecture whose tables have a name, also one that is not computed here.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gather } from "../embed/index.js";
import { readJsonObject } from "../json-file.js";
import { ggufFile } from "../model/gguf/stored.js";
import { load, save } from "../model/huggingface.js";
import { called, type Entry, type Header } from "../model/safetensors-header.js";
import { numbersIn } from "../model/safetensors.js";
import { readTokenizer } from "../model/tokenizer-files.js";
import { weightFiles } from "../model/weight-files.js";
import type { Dtype, NdArray, Tokenizer } from "../types.js";
import { openTable } from "./stored-table.js";

/** A tensor that a change of vocabulary resizes, and where it is. */
export interface Stored extends Entry {
  dtype: Dtype;
  file: string;
  /** Its first byte in the file. */
  position: number;
}

export interface Folder {
  dir: string;
  /** The object of config.json. */
  config: Record<string, unknown>;
  tokenizer: Tokenizer;
  /** By file, what its header says. */
  headers: Record<string, Header>;
  /** Rows of the tables. */
  rows: number;
  input: Stored;
  /** Absent where the head is tied. */
  output?: Stored | undefined;
  /** Of an untied head, one number a row. */
  bias?: Stored | undefined;
  /** A stored head that is the input table once more, which is written no longer. */
  duplicate?: string | undefined;
  /** Removes what a GGUF file was unpacked into; without effect on a folder. */
  close(): void;
}

export interface OpenOptions {
  /** The folder, or a GGUF file, which is read into memory and unpacked into a temporary folder. */
  dir: string;
  /** The token that ends a document, for a folder that does not say. */
  endOfText?: string | undefined;
}

const names = { embedding: "model.embed_tokens.weight", head: "lm_head.weight", bias: "lm_head.bias" };

/** A folder, or a GGUF file. Throws one line where files are missing, contradict each other or are no safetensors. */
export function open({ dir, endOfText }: OpenOptions): Folder {
  if (ggufFile(dir) === undefined) return { ...opened({ dir, endOfText }), close: () => {} };
  const unpacked = mkdtempSync(join(tmpdir(), "palimpsest-gguf-"));
  const close = (): void => rmSync(unpacked, { recursive: true, force: true });
  try {
    save({ dir: unpacked, model: load(dir) });
    return { ...opened({ dir: unpacked, endOfText }), close };
  } catch (error) {
    close();
    throw error;
  }
}

function opened({ dir, endOfText }: OpenOptions): Omit<Folder, "close"> {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`load: invalid model folder: ${dir} (there is no such folder)`);
  for (const name of ["config.json", "tokenizer.json"])
    if (!existsSync(join(dir, name))) throw new Error(`load: invalid model folder: ${dir} (it has no ${name})`);
  const config = readJsonObject(join(dir, "config.json"), "load");
  const headers = weightFiles(dir);
  const tokenizer = tokenizerIn(dir, [config.eos_token_id].flat()[0], endOfText);
  const rows = config.vocab_size;
  if (!(typeof rows === "number" && Number.isSafeInteger(rows) && rows > 0))
    throw new Error(`load: invalid config.json: ${dir} (vocab_size is ${String(rows)})`);
  if (tokenizer.size > rows)
    throw new Error(
      `load: invalid tokenizer: ${dir} (its ids go to ${tokenizer.size - 1}, the model has ${rows} rows)`,
    );
  const find = (name: string, rank: number): Stored | undefined => storedIn({ dir, headers, name, rank, rows });
  const input = find(names.embedding, 2);
  if (!input) throw new Error(`load: invalid weights: ${dir} (${names.embedding} is in no file)`);
  const head = find(names.head, 2);
  if (head && head.shape[1] !== input.shape[1])
    throw new Error(`load: invalid weights: ${dir} (${names.head} is [${head.shape}], the table [${input.shape}])`);
  const isDuplicate = head !== undefined && config.tie_word_embeddings === true && isSame(dir, input, head);
  const output = isDuplicate ? undefined : head;
  const bias = output && find(names.bias, 1);
  return { dir, config, tokenizer, headers, rows, input, output, bias, duplicate: isDuplicate ? head.name : undefined };
}

/** The input table, all of it in memory. */
export function inputTable({ dir, input, rows }: Folder): NdArray {
  const table = openTable(dir, input);
  try {
    return gather(
      table,
      Int32Array.from({ length: rows }, (_, id) => id),
    );
  } finally {
    table.close();
  }
}

/** Whether config.json says that the head is tied though there is one of its own: `transformers` then ties nothing. */
export const isUntied = ({ config, output }: Folder): boolean =>
  output !== undefined && config.tie_word_embeddings === true;

function tokenizerIn(dir: string, endId: unknown, endOfText: string | undefined): Tokenizer {
  try {
    return readTokenizer({ path: dir, prefer: ({ id }) => id === endId });
  } catch (error) {
    if (endOfText === undefined) throw error;
    return readTokenizer({ path: dir, endOfText });
  }
}

interface StoredOptions {
  dir: string;
  headers: Record<string, Header>;
  name: string;
  rank: number;
  rows: number;
}

function storedIn({ dir, headers, name, rank, rows }: StoredOptions): Stored | undefined {
  for (const [file, { entries, start }] of Object.entries(headers)) {
    const entry = entries.find((entry) => entry.name === name);
    if (!entry) continue;
    const fail = (what: string): never => {
      throw new Error(`load: invalid weights: ${dir} (${what})`);
    };
    if (!(entry.shape.length === rank && entry.shape[0] === rows && entry.end > entry.begin))
      fail(`${called(name)} is [${entry.shape}], config.json says ${rows} rows`);
    return { ...entry, dtype: numbersIn(entry, fail), file, position: start + entry.begin };
  }
  return undefined;
}

function isSame(dir: string, a: Stored, b: Stored): boolean {
  const [one, other] = [openTable(dir, a), openTable(dir, b)];
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  try {
    for (let id = 0; id < a.shape[0]!; id++)
      if (Buffer.compare(bytes(one.row(id)), bytes(other.row(id))) !== 0) return false;
    return true;
  } finally {
    one.close();
    other.close();
  }
}
