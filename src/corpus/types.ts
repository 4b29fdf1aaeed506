/**
 * The nouns of this room: a document, what a source hands over, and the corpus that `load` makes of it.
 * Tokens are not here; they begin in `shards/shard.ts`.
 */
import type { Truth } from "./generators/types.js";
import type { Mark, OnProgress, Text } from "../types.js";

/** Documents with the same key in two languages of an aligned source say the same thing. */
export interface Document {
  key: string;
  text: string;
  /** When it was written: ISO 8601 in UTC, from a year ("2019") to a moment, which sort as text. */
  date?: string;
  /** Where its tokens do not all count the same in a loss. */
  marks?: Mark[];
  /** Documents of one group, such as files of one package, fall on the same side of the split. */
  group?: string;
  /** Of two documents that belong together, such as answers to one prompt, the same; they follow one another. */
  pair?: string;
}

/** What a source hands to `load`: raw documents, neither cleaned nor split. */
export interface SourceText {
  /** What exactly was read, version included. */
  source: string;
  licence: string;
  documents: Record<string, Document[]>;
  /** The language that the others were translated from, when lines of it may have been left standing in them. */
  original?: Document[];
  /** Held-out documents that the user names, by language; the documents of such a language are all for training. */
  heldOut?: Record<string, Document[]>;
  /** Languages whose documents 2i and 2i + 1 belong together. */
  pairs?: string[];
  /** Whether equal keys mean translations of one document. */
  aligned: boolean;
  notes: string[];
}

/** What one step did to one text. */
export interface StepCounts {
  /** Its name. */
  step: string;
  /** Documents that came to it, and their UTF-8 bytes. */
  seen: number;
  seenBytes: number;
  /** Documents whose text or marks it changed. */
  changed: number;
  /** Documents that it left out. */
  dropped: number;
  /** UTF-8 bytes that it took away; negative where it added some. */
  bytes: number;
  /** Documents left out, and their bytes, by why. */
  reasons: Record<string, number>;
  reasonBytes: Record<string, number>;
  /** What the step says of itself, such as how well it was trained; absent where it is nothing. */
  said?: string;
  /** What it met besides, how often; absent where it is nothing. */
  noted?: Record<string, number>;
  /** The first few that it changed or left out. */
  examples: StepExample[];
}

export interface StepExample {
  key: string;
  /** "changed", or why it was left out. */
  why: string;
  /** Up to 200 characters: of a changed text from a little before the first change, else its beginning; after, of marks, what they count. */
  before: string;
  after?: string;
}

/** What `load` asks of a source. */
export interface SourceRequest {
  languages: string[];
  /** Folder that this source may fill and find again. */
  cacheDir: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** A row of the registry `corpora`. */
export interface CorpusRow {
  /** What it is, in one line. */
  summary: string;
  licence: string;
  /** How the text reaches this machine. */
  obtained: string;
  size: string;
  /** Steps of cleaning, the last of them `repeats`; defaults to those of `steps/built-in.ts`. */
  clean?: readonly string[];
  /** Languages it can give, under the names to ask for them. */
  languages(): string[];
  /** Languages that need nothing fetched any more. */
  ready(cacheDir: string): string[];
  read(request: SourceRequest): Promise<SourceText>;
}

/** Keys of the documents of one language, in the order of its `Text`. */
export interface TextKeys {
  train: string[];
  heldOut: string[];
}

/** Dates of the documents of one language, in the order of its `Text`; undefined where one has none. */
export interface TextDates {
  train: (string | undefined)[];
  heldOut: (string | undefined)[];
}

/** Text, cleaned as asked, split into train and held-out parts by document. */
export interface Corpus {
  name: string;
  source: string;
  licence: string;
  languages: string[];
  texts: Record<string, Text>;
  /** `keys.ko.train[i]` names the document `texts.ko.train[i]`. */
  keys: Record<string, TextKeys>;
  /** Of the languages whose documents have any. */
  dates?: Record<string, TextDates>;
  /** Whether equal keys in two languages name translations of one document. */
  aligned: boolean;
  /** What is exactly known of domains that generators made. */
  truth?: Record<string, Truth>;
  /** What each step of cleaning changed and left out, by language. */
  cleaning: Record<string, StepCounts[]>;
  /** What was dropped or changed and why, in sentences for a person. */
  notes: string[];
}
