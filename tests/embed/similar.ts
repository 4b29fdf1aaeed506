/** What an initialiser that mixes by similarity is given, made by hand, and the goldens of its algebra. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Evidence, WordVectors } from "../../src/embed/evidence.js";
import { plain, type Matrix } from "../../src/embed/matmul.js";
import { meanOf } from "../../src/embed/mean.js";
import { inMemory } from "../../src/embed/table.js";
import type { Growing } from "../../src/embed/types.js";
import { rng } from "../../src/rng.js";
import type { Tokenizer } from "../../src/types.js";
import { pythonHas } from "../python.js";

const folder = join(__dirname, "../golden/embed-aux");

export interface Golden {
  sparsemax: { scores: number[]; weights: number[] }[];
  toy: {
    old: number[][];
    new: number[][];
    rows: number[][];
    focus: number[][];
    clp: { weights: number[]; row: number[] };
    wechsel: { k: number; weights: number[]; row: number[] }[];
  };
  procrustes: { x: number[][]; y: number[][]; r: number[][] }[];
  svd: { table: number[][]; values: number[]; rank1: number[][] };
  anchors: {
    vectors: number[][];
    table: number[][];
    focus: number[][];
    closest: number[][];
    clp: number[][];
    deviation: { ddof0: number[]; ddof1: number[] };
  };
  words: {
    base: Words;
    target: Words;
    dictionary: [string, string][];
    table: number[][];
    wechsel: { ids: number[]; missed: number[]; rows: number[][] };
    ofa: { ids: number[]; missed: number[]; rank3: number[][]; rank8: number[][] };
    ramen: { rows: number[][] };
  };
}

/** `spelled` has four lists of ids for each word: as written, after a space, and both with a capital. */
export interface Words {
  words: string[];
  counts: number[];
  vectors: number[][];
  spelled: number[][];
}

export const golden = JSON.parse(readFileSync(join(folder, "embed_aux.json"), "utf8")) as Golden;

/** Why SciPy cannot be asked, or false. */
export const noScipy: string | false = pythonHas("scipy") ? false : "python3 with SciPy is not installed";

export function live<T>(request: object): T {
  const input = JSON.stringify(request);
  const { status, stdout, stderr } = spawnSync("python3", [join(folder, "embed_aux.py"), "live"], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

export function matrix(rows: number[][]): Matrix {
  return { shape: [rows.length, rows[0]?.length ?? 0], data: Float32Array.from(rows.flat()) };
}

export function random(seed: number, rows: number, width: number): Matrix {
  const draw = rng(seed);
  return { shape: [rows, width], data: Float32Array.from({ length: rows * width }, () => draw.normal()) };
}

export function dense({ at, weights }: { at: Int32Array; weights: Float64Array }, count: number): number[] {
  const all = new Array<number>(count).fill(0);
  at.forEach((place, n) => (all[place] = weights[n]!));
  return all;
}

/** A vocabulary without a spelling rule: tokens are letters, and words are spelled as `words` says. */
export function tokenizerOf(size: number, words?: Words): Tokenizer {
  const named = (id: number): string | undefined => (id < size ? String.fromCharCode(0x4e00 + id) : undefined);
  const spelled = new Map<string, number[]>();
  words?.words.forEach((word, n) => {
    const capital = word[0]!.toUpperCase() + word.slice(1).toLowerCase();
    // Later forms first: where the capital is the word itself, it is spelled alike.
    [` ${capital}`, capital, ` ${word}`, word].forEach((form, k) => spelled.set(form, words.spelled[n * 4 + 3 - k]!));
  });
  const encode = async (text: string): Promise<number[]> => spelled.get(text) ?? [];
  return {
    json: {},
    size,
    endOfText: 0,
    encode,
    encodeBatch: (texts) => Promise.all(texts.map(encode)),
    encodeNow: () => undefined,
    decode: () => "",
    bytesOf: (id) => new TextEncoder().encode(named(id)),
    idOf: (token) => (token.charCodeAt(0) - 0x4e00 < size ? token.charCodeAt(0) - 0x4e00 : undefined),
    tokenOf: named,
  };
}

/** Old tokens are the table's rows and all are shared; new ones follow. `missed` collects what is left to the fallback. */
export function growingOf(
  array: Matrix,
  size: number,
  evidence: Evidence,
  { words = {}, missed = [] }: { words?: { base?: Words; target?: Words }; missed?: number[] } = {},
): Growing {
  const old = array.shape[0]!;
  const table = inMemory(array);
  const ids = Int32Array.from({ length: old }, (_, id) => id);
  return {
    table,
    side: "input",
    tied: true,
    oldIds: ids,
    newIds: Int32Array.from({ length: size - old }, (_, n) => old + n),
    shared: { base: ids, target: ids },
    base: tokenizerOf(old, words.base),
    tokenizer: tokenizerOf(size, words.target),
    mean: meanOf(table, ids),
    evidence,
    miss: (n) => void missed.push(n),
    rng: () => rng(7),
    ...plain,
    signal: undefined,
  };
}

export function wordVectors({ words, counts, vectors }: Words): WordVectors {
  return { words, counts, vectors: matrix(vectors) };
}
