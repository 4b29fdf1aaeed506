/** One language's files to its two shards, going on from where the journal says that it was cut off. */
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { OnProgress, Tokenizer } from "../../types.js";
import type { Log } from "../logs/log.js";
import { aloneNote } from "../pairs/whole-pairs.js";
import { type ShardSize, type ShardState, shardWriter } from "../shards/writer.js";
import type { FileText } from "../sources/file-text.js";
import { namedFiles, readable } from "../sources/stream.js";
import type { Side, SideOf } from "../split/sides.js";
import { counted, notesOf } from "../steps/notes.js";
import type { Step } from "../steps/types.js";
import type { Document, StepCounts } from "../types.js";
import type { Encoded } from "./encoded.js";
import type { Journal } from "./journal.js";
import { addKeys, keysBeside } from "./keys.js";
import { nonePassed, passing, type Passing } from "./passing.js";
import { speedOf } from "./speed.js";
import { encodeStream, type SideWriter } from "./stream.js";

export interface EncodedText {
  train: EncodedShard;
  /** Absent where nothing is held out. */
  heldOut?: EncodedShard;
  /** What each step changed and left out. */
  cleaning: StepCounts[];
}

/** Files in `dir`: the shard, and what its documents are called, a line each. */
export interface EncodedShard extends ShardSize {
  file: string;
  keys: string;
}

export interface TextDone extends EncodedText {
  notes: string[];
}

/** Between two documents: what has come by of the language's text, and what there is of its shards. */
export interface TextState extends Passing {
  shards: Record<Side, ShardState>;
}

export interface EncodeTextOptions {
  language: string;
  text: FileText;
  field: string | undefined;
  steps: readonly Step[];
  sidesIn(texts: Record<Side, Log>): SideOf;
  /** Of what sides keep for all languages. */
  tied: Log;
  until: string | undefined;
  tokenizer: Tokenizer;
  dir: string;
  workers: number;
  every: number;
  journal: Journal<TextDone, TextState>;
  signal: AbortSignal | undefined;
  onProgress: OnProgress | undefined;
}

const both = ["train", "heldOut"] as const;

export async function encodeText(options: EncodeTextOptions): Promise<TextDone> {
  const { language, text, field, tied, until, tokenizer, dir, workers, journal, onProgress } = options;
  const own = readable(text, language, field);
  const files = namedFiles(own, language);
  if (until !== undefined && files.some(({ held }) => held))
    throw new Error(`encode: invalid until: ${until} (the held-out text of ${language} is named)`);
  const past = journal.now?.language === language ? journal.now.state : undefined;
  const paths = { train: join(dir, `${language}.train.tokens`), heldOut: join(dir, `${language}.held-out.tokens`) };
  const log = (name: string, path?: string): Log => journal.log(`${language}.${name}`, path);
  const texts = { train: log("train.texts"), heldOut: log("heldOut.texts") };
  const logs: Record<string, Log> = {};
  const writerOf = (side: Side): SideWriter => {
    const logOf = (name: string, path?: string): Log => (logs[`${side}.${name}`] = log(`${side}.${name}`, path));
    const tokens = logOf("tokens", paths[side]);
    const keys = logOf("keys", keysBeside(paths[side]));
    const writer = shardWriter({ tokenizer, tokens, log: logOf, past: past?.shards[side] });
    const add = (batch: readonly Document[], encoded: Encoded): void => {
      addKeys(keys, batch);
      writer.add(batch, encoded);
    };
    return { ...writer, add };
  };
  const writers = { train: writerOf("train"), heldOut: writerOf("heldOut") };
  const passed = structuredClone(past?.passed) ?? nonePassed();
  if (past) {
    const [documents, gigabytes] = [counted(passed.documents, "document"), (passed.bytes / 1e9).toFixed(3)];
    const label = `going on with ${language}, of which ${documents} (${gigabytes} GB) are encoded already`;
    onProgress?.({ label, done: 1, total: 1, notice: true });
  }
  const speed = speedOf({ label: `encoding ${language}`, paths: files.map(({ path }) => path), onProgress });
  const side = options.sidesIn(texts);
  /** Sizes that belong to a barrier are noted as it is made or passes; those of the shards are what they are when it comes to the end. */
  const batches = async function* (): ReturnType<typeof passing> {
    for await (const batch of passing({ ...options, own, files, side, past, passed, log, speed, scratch: dir })) {
      const noted = batch.barrier?.barrier.logs;
      if (noted) for (const side of both) noted[`${side}.texts`] = texts[side].size;
      if (noted) noted[""] = tied.size;
      yield batch;
    }
  };
  await encodeStream({
    ...{ batches: batches(), writers, tokenizer, workers },
    onBarrier(passing) {
      const sizes = Object.entries(logs).map(([name, { size }]) => [name, size] as const);
      const { "": ties, ...noted } = { ...passing.barrier.logs, ...Object.fromEntries(sizes) };
      const named = Object.entries(noted).map(([name, size]) => [`${language}.${name}`, size]);
      const shards = { train: writers.train.state(), heldOut: writers.heldOut.state() };
      journal.save(language, { ...passing, shards }, { ...(Object.fromEntries(named) as object), tied: ties! });
    },
  });
  speed.over(passed.documents);
  if (writers.train.size.documents === 0)
    throw new Error(`encode: no text to train on in ${language} of ${files.map(({ path }) => path).join(", ")}`);
  for (const side of both) {
    const keys = keysBeside(paths[side]);
    if (writers[side].size.documents === 0) for (const path of [paths[side], keys]) rmSync(path, { force: true });
    else {
      writers[side].finish();
      journal.put(`${language}.${side}.keys`, keys);
      journal.put(`${language}.${side}.tokens`, paths[side]);
    }
  }
  const sized = (side: Side): EncodedShard => ({
    ...{ file: basename(paths[side]), keys: basename(keysBeside(paths[side])) },
    ...writers[side].size,
  });
  const done = {
    train: sized("train"),
    ...(writers.heldOut.size.documents > 0 && { heldOut: sized("heldOut") }),
    cleaning: passed.cleaning,
    notes: notesOn(),
  };
  journal.finish(language, done, { tied: tied.size });
  return done;

  function notesOn(): string[] {
    const { empty, alone, neither, cleaning, notes } = passed;
    return [
      ...notes,
      ...(empty > 0 ? [`${language}: ${counted(empty, "document")} without text passed over`] : []),
      ...notesOf(language, cleaning),
      ...(alone > 0 ? [aloneNote(language, alone)] : []),
      ...(neither > 0
        ? [`${language}: ${counted(neither, "document")} on neither side of ${until}: not known, or there twice`]
        : []),
    ];
  }
}
