/**
 * A model's folder as it lies on disk: what its files say of themselves, and none of the weights. Enough for whatever changes
 * only the tables, in any architecture whose tables have a name, also one that is not computed here.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knownTables, parameterShapes, storedNames, tablesOf } from "../architecture/index.js";
import { gather } from "../embed/index.js";
import { show } from "../foreign.js";
import { readJsonObject } from "../json-file.js";
import { ggufFile } from "../model/gguf/stored.js";
import { bytesPerNumber } from "../halves.js";
import { fromHuggingFace } from "../model/huggingface-config.js";
import { load, save } from "../model/huggingface.js";
import { called, type Entry, type Header } from "../model/safetensors-header.js";
import { numbersIn } from "../model/safetensors.js";
import { readTokenizer } from "../model/tokenizer-files.js";
import { weightFiles } from "../model/weight-files.js";
import type { Dtype, LanguageModel, ModelConfig, NdArray, Tokenizer } from "../types.js";
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
  /** What it says; absent for a kind of model that is not computed here. */
  shape?: ModelConfig | undefined;
  /** What the files call parameters, by the names of the kind of model, where they differ. */
  names: Record<string, string>;
  tokenizer: Tokenizer;
  /** By file, what its header says. */
  headers: Record<string, Header>;
  /** Rows of the tables. */
  rows: number;
  input: Stored;
  /** Absent where the head is tied. */
  output?: Stored | undefined;
  /** Of the head, one number a row: two where a head of its own keeps its bias in two places. */
  biases: readonly Stored[];
  /** Whether config.json says that the head is tied; where there is one of its own `transformers` ties nothing all the same. */
  claimsTied: boolean;
  /** A stored head that is the input table once more, and its bias: they are written no longer. */
  duplicates: readonly string[];
  /** Removes what a GGUF file was unpacked into; without effect on a folder. */
  close(): void;
}

export interface OpenOptions {
  /** The folder, or a GGUF file, which is read into memory and unpacked into a temporary folder. */
  dir: string;
  /** The token that ends a document, for a folder that does not say. */
  endOfText?: string | undefined;
}

/** A folder, or a GGUF file. Throws one line where files are missing, contradict each other or are no safetensors. */
export function open({ dir, endOfText }: OpenOptions): Folder {
  if (ggufFile(dir) === undefined) return { ...opened({ dir, endOfText }), close: () => {} };
  return unpack({ model: load(dir), endOfText });
}

/** A model in memory as a temporary folder, which `close` removes. */
export function unpack({ model, endOfText }: { model: LanguageModel; endOfText?: string | undefined }): Folder {
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-unpacked-"));
  const close = (): void => rmSync(dir, { recursive: true, force: true });
  try {
    save({ dir, model });
    return { ...opened({ dir, endOfText }), close };
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
  const fail = (what: string): never => {
    throw new Error(`load: invalid weights: ${dir} (${what})`);
  };
  if (!(typeof rows === "number" && Number.isSafeInteger(rows) && rows > 0))
    throw new Error(`load: invalid config.json: ${dir} (vocab_size is ${show(rows)})`);
  if (tokenizer.size > rows)
    throw new Error(
      `load: invalid tokenizer: ${dir} (its ids go to ${tokenizer.size - 1}, the model has ${rows} rows)`,
    );
  const shape = shapeOf(config);
  const entries = Object.values(headers).flatMap((header) => header.entries);
  const found = new Map(entries.map((entry) => [entry.name, entry]));
  const names = shape
    ? tablesOf({ ...shape, tied: false })
    : knownTables().find(({ embedding }) => found.has(embedding));
  const { embedding = "a table of a known name", head, headBias } = names ?? {};
  const inFiles = shape ? storedNames(shape, Object.fromEntries(found)) : {};
  const stored = (name: string | undefined, rank: number): Stored | undefined => {
    const entry = found.get(inFiles[name ?? ""] ?? name ?? "");
    if (!entry) return undefined;
    if (!(entry.shape.length === rank && entry.shape[0] === rows && entry.end > entry.begin))
      fail(`${called(entry.name)} is [${entry.shape}], config.json says ${rows} rows`);
    const [file, { start }] = Object.entries(headers).find(([, header]) => header.entries.includes(entry))!;
    return { ...entry, dtype: numbersIn(entry, fail), file, position: start + entry.begin };
  };
  const input = stored(embedding, 2) ?? fail(`${embedding} is in no file`);
  const kept = input.name === head ? undefined : stored(head, 2);
  const [bias, copy] = [...new Set([headBias, head?.replace(/weight$/, "bias")])].flatMap(
    (name) => stored(name, 1) ?? [],
  );
  if (kept && kept.shape[1] !== input.shape[1])
    fail(`${called(kept.name)} is [${kept.shape}], the table [${input.shape}]`);
  const claimed = Object.entries(shape ? parameterShapes(shape) : {}).map(([name, size]) => [
    inFiles[name] ?? name,
    size,
  ]);
  checkShapes(entries, Object.fromEntries(claimed) as Record<string, number[]>, [input, kept, bias, copy], fail);
  const claimsTied = shape ? shape.tied : config.tie_word_embeddings === true;
  if (bias && copy && !isSame(dir, bias, copy))
    fail(`${called(copy.name)} differs from ${called(bias.name)}, which it is a copy of; keep one of them`);
  const isDuplicate = kept !== undefined && claimsTied && isSame(dir, input, kept);
  const output = isDuplicate ? undefined : kept;
  const duplicates = [isDuplicate && kept, claimsTied && !output && copy].flatMap((one) => (one ? [one.name] : []));
  return {
    dir,
    config,
    shape,
    names: inFiles,
    tokenizer,
    headers,
    rows,
    input,
    output,
    biases: [bias, copy].flatMap((one) => (one && !duplicates.includes(one.name) ? [one] : [])),
    claimsTied,
    duplicates,
  };
}

/** Undefined for a kind of model that is not computed here. */
function shapeOf(config: Record<string, unknown>): ModelConfig | undefined {
  try {
    return fromHuggingFace(config);
  } catch {
    return undefined;
  }
}

/** Numbers are in the shape that config.json says, where it is known, and no other tensor has a row for each token. */
function checkShapes(
  entries: Entry[],
  wanted: Record<string, number[]>,
  tables: (Stored | undefined)[],
  fail: (what: string) => never,
): void {
  const rows = tables[0]!.shape[0]!;
  for (const { name, dtype, shape } of entries) {
    const claimed = Object.hasOwn(wanted, name) && Object.hasOwn(bytesPerNumber, dtype) ? wanted[name]! : shape;
    if (`${claimed}` !== `${shape}`) fail(`${called(name)} is [${shape}], config.json says [${claimed}]`);
    if (!Object.hasOwn(wanted, name) && shape[0] === rows && !tables.some((table) => table?.name === name))
      fail(`${called(name)} has ${rows} rows, as many as there are tokens, and is no table that is known here`);
  }
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

function tokenizerIn(dir: string, endId: unknown, endOfText: string | undefined): Tokenizer {
  try {
    return readTokenizer({ path: dir, prefer: ({ id }) => id === endId });
  } catch (error) {
    if (endOfText === undefined) throw error;
    return readTokenizer({ path: dir, endOfText });
  }
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
