/** What the verbs of `palimpsest tokenizer` are given: tokenizers by path or name, texts; bad ones are exit code 2. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LoadOptions } from "../corpus/index.js";
import type { OnProgress, Tokenizer } from "../types.js";
import { stepsNamed } from "./steps-named.js";
import { BadArguments } from "./work.js";

/** How text files are read. */
export interface TextOptions {
  field?: string;
  clean?: string;
}

/** What was passed over or cleaned comes as notes. */
export interface Texts {
  documents: string[];
  notes: string[];
}

/** The documents of files, folders and globs, byte for byte unless cleaning is asked for. */
export async function textsOf(
  paths: string[],
  options: TextOptions,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Texts> {
  const missing = paths.find((path) => !existsSync(path) && !/[*?[{]/.test(path));
  if (missing !== undefined) throw new BadArguments(`no such file: ${missing}`);
  const { load } = await import("../corpus/index.js");
  const settings = await readingOf(options);
  const { texts, notes } = await load({ files: { text: paths }, heldOut: 0, ...settings, signal, onProgress });
  return { documents: texts["text"]!.train, notes };
}

/** What `corpus.load` takes, or exit code 2. */
export async function readingOf({ field, clean }: TextOptions): Promise<Pick<LoadOptions, "field" | "clean">> {
  return { ...(field && { field }), clean: await stepsNamed(clean) };
}

export type Opener = (signal: AbortSignal, onProgress: OnProgress) => Promise<Tokenizer>;

/**
 * How to open what the user named, or exit code 2. `endOfText` is the token that ends a document, for files that do not say;
 * null where nobody will ask.
 */
export async function tokenizerNamed(name: string, endOfText?: string | null): Promise<Opener> {
  const { published, publishedTokenizer, readTokenizer } = await import("../model/index.js");
  if (Object.hasOwn(published, name) && endOfText)
    throw new BadArguments(`invalid --end-of-text: ${endOfText}; ${name} is known, the option is for files`);
  if (Object.hasOwn(published, name)) return (signal, onProgress) => publishedTokenizer({ name, signal, onProgress });
  const path = existsSync(name) && statSync(name).isDirectory() ? join(name, "tokenizer.json") : name;
  if (!existsSync(path))
    throw new BadArguments(
      `no tokenizer is named ${name}; give the path of a tokenizer.json, or one of ${Object.keys(published).join(", ")}`,
    );
  return async () => {
    try {
      return readTokenizer({ path, endOfText });
    } catch (error) {
      const { message } = error as Error;
      throw new Error(message.replace("(name it in endOfText)", "(name it: --end-of-text)"), { cause: error });
    }
  };
}

/** With a progress bar that is taken away at the end. */
export async function progressing<T>(body: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  const { progressReporter } = await import("../lab/cell/progress.js");
  const { report, done } = progressReporter();
  try {
    return await body(report);
  } finally {
    done();
  }
}

export const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
