/**
 * The user's files to token shards, however large: read as a stream, through the steps that are asked for, split by document as `load`
 * splits, and encoded. What `load` does besides and takes the whole text for is left out: held-out documents that are merely familiar
 * stay, and of few documents none may fall in the held-out part. The same files and options give the same bytes.
 */
import { mkdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { removeLeftovers, writeAtomically } from "../../files.js";
import { checkName } from "../../names.js";
import { write } from "../../registry.js";
import type { OnProgress, Tokenizer } from "../../types.js";
import { encodeStream } from "./stream.js";
import { checkText } from "../load/check-text.js";
import { tokenizerHash } from "../shards/hash.js";
import type { ShardSize } from "../shards/writer.js";
import { type Side, type SideOf, sidesOf } from "../split/sides.js";
import type { FileText } from "../sources/file-text.js";
import { namedFiles, readable, streamFiles } from "../sources/stream.js";
import { addCounts } from "../steps/counting.js";
import { counted, notesOf } from "../steps/notes.js";
import { pipe } from "../steps/pipe.js";
import { type StepGiven, stepOf } from "../steps/registry.js";
import { removeSpills } from "../steps/spill.js";
import type { Step } from "../steps/types.js";
import type { Document, StepCounts } from "../types.js";
import { aloneNote, wholePairs } from "../pairs/whole-pairs.js";

export interface EncodeFilesOptions {
  /** Files, folders and globs by language (or domain). */
  files: Record<string, string | string[] | FileText>;
  tokenizer: Tokenizer;
  /** The folder to write in: for each language LANGUAGE.train.tokens and LANGUAGE.held-out.tokens, and encoded.json, which tells of them. */
  dir: string;
  /** Field or column with the text, where a language names none; defaults to "text". */
  field?: string | undefined;
  /** Steps that the text goes through, in this order; defaults to none. */
  clean?: readonly StepGiven[];
  /** Share of documents held out, where no held-out files are named; defaults to 0.05, and with `until` to 0. */
  heldOut?: number;
  /** The last date to train on, "2015" or "2015-03-09": documents of a later one are held out, those that may be later left out. */
  until?: string | undefined;
  /** Decides which; defaults to 1. */
  seed?: number;
  /** Threads that judge documents, and as many that encode them; defaults to 0, which does both here. */
  workers?: number;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** What encoded.json holds. */
export interface EncodedFiles {
  /** Hash of the tokenizer.json. */
  tokenizer: string;
  languages: Record<string, EncodedText>;
  /** What was dropped or changed and why, in sentences for a person. */
  notes: string[];
}

export interface EncodedText {
  /** `file` is in `dir`. */
  train: { file: string } & ShardSize;
  /** Absent where nothing is held out. */
  heldOut?: { file: string } & ShardSize;
  /** What each step changed and left out. */
  cleaning: StepCounts[];
}

export async function encodeFiles(options: EncodeFilesOptions): Promise<EncodedFiles> {
  const { files, tokenizer, dir, until, seed = 1, clean = [] } = options;
  const { heldOut = until === undefined ? 0.05 : 0 } = options;
  if (!(heldOut >= 0 && heldOut < 1))
    throw new Error(`encode: invalid heldOut: ${heldOut}; it is a share of documents, at least 0 and below 1`);
  const steps = clean.map((given) => stepOf(given, "encode"));
  const all: EncodedFiles = { tokenizer: tokenizerHash(tokenizer), languages: {}, notes: [] };
  mkdirSync(dir, { recursive: true });
  removeSpills(dir);
  const sides = sidesOf({ heldOut, seed, until });
  for (const [language, given] of Object.entries(files)) {
    checkName(language, "encode");
    const text = typeof given === "string" || Array.isArray(given) ? { paths: given } : given;
    const own = steps.map((step) => step.forText?.(language) ?? step);
    const { cleaning, notes, ...shards } = await encodeText({ ...options, language, text, steps: own, side: sides() });
    all.languages[language] = { ...shards, cleaning };
    all.notes.push(...notes);
  }
  const about = { ...all, clean: steps.map(write), heldOut, seed, until };
  writeAtomically(join(dir, "encoded.json"), `${JSON.stringify(about, null, 2)}\n`);
  return all;
}

interface TextOptions extends EncodeFilesOptions {
  language: string;
  text: FileText;
  steps: readonly Step[];
  side: SideOf;
}

async function encodeText(options: TextOptions): Promise<EncodedText & { notes: string[] }> {
  const { language, text, side, tokenizer, dir, field, until, workers = 0, signal, onProgress } = options;
  const steps = options.steps.map((step) => step.forText?.(language) ?? step);
  const own = readable(text, language, field);
  const paths = { train: join(dir, `${language}.train.tokens`), heldOut: join(dir, `${language}.held-out.tokens`) };
  for (const path of Object.values(paths)) removeLeftovers(path);
  const files = namedFiles(own, language);
  if (until !== undefined && files.some(({ held }) => held))
    throw new Error(`encode: invalid until: ${until} (the held-out text of ${language} is named)`);
  const total = files.reduce((sum, { path }) => sum + statSync(path).size, 0);
  const label = `encoding ${language}`;
  const notes: string[] = [];
  let cleaning: StepCounts[] = [];
  let [empty, alone, neither, documents, bytes, file] = [0, 0, 0, 0, 0, ""];
  const onFile = (path: string): void => void (file = basename(path));
  const sided = async function* (): AsyncGenerator<{ document: Document; side: Side }, void> {
    const parts: Side[] = files.some(({ held }) => held) ? ["train", "heldOut"] : ["train"];
    for (const part of parts) {
      const read = streamFiles({ text, language, part, field, notes, onFile, signal });
      const pairs = own.form?.pairs && steps.length > 0 ? wholePairs() : undefined;
      const passed = pipe({ documents: read, steps, workers, scratch: dir, signal });
      for await (const document of passed) {
        checkText(language, document, "encode");
        documents++;
        bytes += Buffer.byteLength(document.text);
        const note = `${documents} documents, ${file}`;
        if (documents % 256 === 0) onProgress?.({ label, done: Math.min(bytes, total), total, note });
        for (const each of pairs?.add(document) ?? [document]) {
          const placed = parts.length > 1 ? part : side(each);
          if (placed) yield { document: each, side: placed };
          else neither++;
        }
      }
      alone += pairs?.alone ?? 0;
      if (part === "train") cleaning = passed.counted.steps;
      else cleaning.forEach((counts, i) => addCounts(counts, passed.counted.steps[i]!));
      empty += passed.counted.empty;
    }
  };
  const source = `${language} of ${files.map(({ path }) => path).join(", ")}`;
  const sizes = await encodeStream({ documents: sided(), source, paths, tokenizer, workers });
  onProgress?.({ label, done: total, total, note: counted(documents, "document") });
  if (empty > 0) notes.push(`${language}: ${counted(empty, "document")} without text passed over`);
  notes.push(...notesOf(language, cleaning));
  if (alone > 0) notes.push(aloneNote(language, alone));
  if (neither > 0)
    notes.push(`${language}: ${counted(neither, "document")} on neither side of ${until}: not known, or there twice`);
  const heldOut = sizes.heldOut.documents > 0 && { heldOut: { file: basename(paths.heldOut), ...sizes.heldOut } };
  return { train: { file: basename(paths.train), ...sizes.train }, ...heldOut, cleaning, notes };
}
