/**
 * Word vectors and token vectors of one's own texts, as evidence for initialisers. The training itself is `embed`'s, and
 * runs here on a thread of its own, so that a notebook stays awake and a cell can be interrupted.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { NdArray, Progress, Tokenizer } from "../types.js";
import { partsOf, tokenStream, wordStream, type Cbow, type CbowOptions, type WordVectors } from "../embed/index.js";

/** How vectors are trained; the defaults are FOCUS'. */
export interface VectorsOptions extends Omit<CbowOptions, "stream" | "size" | "parts"> {
  texts: readonly string[];
}

export interface WordVectorsOptions extends VectorsOptions {
  /** Also learns parts of words, so that tokens have vectors from their own text. Defaults to false; true is 3 to 6 characters in 200,000 rows. */
  grams?: boolean | { min: number; max: number; buckets: number };
}

export interface TokenVectorsOptions extends VectorsOptions {
  tokenizer: Tokenizer;
}

/** Vectors of the words that occur `minCount` times (defaults to 10): `evidence.words`. */
export async function wordVectors(options: WordVectorsOptions): Promise<WordVectors> {
  const { texts, grams: asked = false, minCount = 10, ...rest } = options;
  const grams = asked === true ? { min: 3, max: 6, buckets: 200_000 } : asked || undefined;
  const { words, stream } = wordStream({ texts, minCount });
  if (words.length === 0) throw new Error(`wordVectors: invalid texts: no word is in them ${minCount} times`);
  const parts = grams && partsOf(words, grams);
  const { vectors, counts, table } = await onThread({ ...rest, minCount, stream, size: words.length, parts });
  if (!grams) return { words, vectors, counts };
  const learned = table.data.subarray(words.length * vectors.shape[1]!);
  return {
    words,
    vectors,
    counts,
    grams: { ...grams, vectors: { shape: [grams.buckets, vectors.shape[1]!], data: learned } },
  };
}

/** Vectors of a tokenizer's tokens, [size, dim]: `evidence.tokenVectors`. */
export async function tokenVectors(options: TokenVectorsOptions): Promise<NdArray> {
  const { texts, tokenizer, ...rest } = options;
  const stream = await tokenStream({ texts, tokenizer });
  return (await onThread({ ...rest, stream, size: tokenizer.size })).vectors;
}

/** What the thread is told, and what it says. */
export type ThreadTask = Omit<CbowOptions, "signal" | "onProgress">;
export type FromThread = { progress: Progress } | { made: Cbow } | { error: Error };

async function onThread({ signal, onProgress, ...task }: CbowOptions): Promise<Cbow> {
  signal?.throwIfAborted();
  const thread = start(task);
  const stop = (): void => void thread.terminate();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await new Promise<Cbow>((resolve, reject) => {
      thread.on("message", (message: FromThread) => {
        if ("progress" in message) onProgress?.(message.progress);
        else if ("made" in message) resolve(message.made);
        else reject(message.error);
      });
      thread.on("error", reject);
      thread.on("exit", (code) =>
        reject(
          signal?.aborted ? (signal.reason as Error) : new Error(`wordVectors: its thread ended with code ${code}`),
        ),
      );
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    await thread.terminate();
  }
}

/** The built thread beside the built room; from the sources, as this process reads them. */
function start(workerData: ThreadTask): Worker {
  const built = join(__dirname, "word-vectors-thread.js");
  const source = join(__dirname, "word-vectors-thread.ts");
  return new Worker(!existsSync(built) && existsSync(source) ? source : built, { workerData });
}
