/**
 * The user's files to token shards, however large: read as a stream, through the steps that are asked for, split by document as `load`
 * splits, and encoded. What `load` does besides and takes the whole text for is left out: held-out documents that are merely familiar
 * stay, and of few documents none may fall in the held-out part. A folder takes further languages by further calls, of the same tokenizer. The same files and options give the same bytes, cut off and gone on
 * with or not: the next call with the same files and options goes on from what the folder's `.encoding` holds.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkName } from "../../names.js";
import { isMade, write } from "../../registry.js";
import type { OnProgress, Tokenizer } from "../../types.js";
import { tokenizerHash } from "../shards/hash.js";
import type { FileText } from "../sources/file-text.js";
import { namedFiles, readable } from "../sources/stream.js";
import { sidesOf } from "../split/sides.js";
import { type StepGiven, stepOf } from "../steps/registry.js";
import { type EncodedFiles, otherLanguages, writeEncoded } from "./folder.js";
import { openJournal } from "./journal.js";
import { encodeText, type TextDone, type TextState } from "./text.js";

export interface EncodeFilesOptions {
  /** Files, folders and globs by language (or domain). */
  files: Record<string, string | string[] | FileText>;
  tokenizer: Tokenizer;
  /** The folder to write in: for each language LANGUAGE.train.tokens and .keys, LANGUAGE.held-out.tokens and .keys, and encoded.json, which tells of all that the folder holds. */
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
  /** UTF-16 units of text between two saves of how far it is; defaults to 2^24. Without effect beside steps and forms of your own. */
  every?: number;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** Gives what encoded.json holds now: these languages, and those that other calls encoded there. */
export async function encodeFiles(options: EncodeFilesOptions): Promise<EncodedFiles> {
  const { files, tokenizer, dir, field, until, seed = 1, clean = [], workers = 0, signal, onProgress } = options;
  const { heldOut = until === undefined ? 0.05 : 0 } = options;
  if (!(heldOut >= 0 && heldOut < 1))
    throw new Error(`encode: invalid heldOut: ${heldOut}; it is a share of documents, at least 0 and below 1`);
  const steps = clean.map((given) => stepOf(given, "encode"));
  const texts = Object.entries(files).map(([language, given]) => {
    checkName(language, "encode");
    const text = typeof given === "string" || Array.isArray(given) ? { paths: given } : given;
    const own = steps.map((step) => step.forText?.(language) ?? step);
    return { language, text, steps: own };
  });
  const made = texts.every(({ text, steps }) => steps.every(isMade) && isWritten(text));
  const every = made ? (options.every ?? 2 ** 24) : Infinity;
  const hash = tokenizerHash(tokenizer);
  const encoded = Object.keys(files);
  const split = { heldOut, seed, ...(until !== undefined && { until }) };
  const asked = { clean: steps.map(write), split };
  mkdirSync(dir, { recursive: true });
  const said = { tokenizer: hash, field, clean: asked.clean, heldOut, seed, until, "order of languages": encoded };
  const identity: Record<string, string> = {
    ...Object.fromEntries(Object.entries(said).map(([name, is]) => [name, JSON.stringify(is) ?? ""])),
    ...Object.fromEntries(texts.flatMap(({ language, text }) => fingerprints(text, language, field))),
  };
  const journal = await openJournal<TextDone, TextState>({ dir, identity });
  let ended = false;
  try {
    const others = otherLanguages(dir, { tokenizer: hash, encoded });
    const languages = Object.fromEntries(others);
    const otherwise = others.filter(([, text]) => JSON.stringify(text.split) !== JSON.stringify(split));
    if (otherwise.length > 0) {
      const names = otherwise.map(([language]) => language).join(", ");
      const label = `split with another heldOut, seed or until: ${names} (a document may be held out in one language and trained on in another)`;
      onProgress?.({ label, done: 1, total: 1, notice: true });
    }
    const tied = journal.log("tied");
    const sidesIn = sidesOf({ heldOut, seed, until, tied });
    for (const text of texts) {
      const { language } = text;
      const before = journal.done[language];
      const common = {
        ...{ sidesIn, tied, until, tokenizer, dir, field, workers, every, journal },
        signal,
        onProgress,
      };
      const done =
        before && existsSync(join(dir, before.train.file)) ? before : await encodeText({ ...text, ...common });
      languages[language] = { ...done, ...asked };
    }
    const written = writeEncoded(dir, { tokenizer: hash, languages });
    ended = true;
    return written;
  } finally {
    journal.close(ended);
  }
}

/** Whether all of it can be written down; a form of one's own has functions. */
const isWritten = ({ form }: FileText): boolean =>
  typeof form !== "object" || !Object.values(form).some((each) => typeof each === "function");

/** By name: what is said of a text and of its files' names, as a hash, and of each file its size and time. */
function fingerprints(text: FileText, language: string, field: string | undefined): [string, string][] {
  const files = namedFiles(readable(text, language, field), language);
  const said = createHash("sha256").update(JSON.stringify({ text, files })).digest("hex");
  const sizes = files.map(({ path }): [string, string] => {
    const { size, mtimeMs } = statSync(path);
    return [`size or time of ${path}`, `${size} ${mtimeMs}`];
  });
  return [[`text of ${language}`, said], ...sizes];
}
