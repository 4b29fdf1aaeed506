/** `palimpsest corpus encode`: text of any size to token shards. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import type { EncodeFilesOptions, StepGiven } from "../corpus/index.js";
import { plainTable, rowsOf } from "../lab/cell/table.js";
import { numberFrom, wholeNumber } from "./numbers.js";
import { addReading, descriptionAt, filesRead, isMissing, type ReadingOptions, refuseReading } from "./reading.js";
import { cleanFlags, cleanHelp, stepsNamed } from "./steps-named.js";
import { progressing, tokenizerNamed } from "./tokenizer-inputs.js";
import { BadArguments, example, type Outcome, understand, type Work, work } from "./work.js";

interface EncodeOptions extends ReadingOptions {
  tokenizer: string;
  out: string;
  clean?: string;
  heldOut?: string;
  until?: string;
  seed: string;
  workers?: string;
}

export function addEncode(corpus: Command): void {
  const encode = corpus
    .command("encode")
    .description(
      "Encodes text of any size to token shards, train and held out, which a recipe's shards name. Memory hardly grows with the text. Killed at any moment and called again with the same files and options, it goes on: documents that are encoded are not judged or encoded again, only the file that it stopped in is read again up to there; the bytes are those of one call. What it goes on with is in .encoding in the folder, which is gone when all is done; other files or options are refused while it is there. Languages that other calls encoded into the folder stay, and are named with the new ones; all are of one tokenizer.",
    )
    .argument(
      "<text...>",
      "a description of a corpus (datasets/README.md), by its path or its name in ./datasets; or files, folders and globs of one text; or LANGUAGE=PATH for each of several",
    )
    .requiredOption("--tokenizer <path>", "a tokenizer.json, a folder with one, or the name of a published one")
    .requiredOption("--out <folder>", "where the shards, the names of their documents and encoded.json go");
  addReading(encode)
    .option(cleanFlags, cleanHelp)
    .option("--held-out <share>", "share of documents held out; defaults to 0.05, and with --until to 0")
    .option("--until <date>", "train on documents dated to it, hold out the later ones: 2015, 2015-03-09")
    .option("--seed <n>", "decides which documents are held out", "1")
    .option("--workers <n>", "threads that judge documents, and as many that encode; defaults to the cores less one")
    .option("--json", "print one JSON object instead of text")
    .action(work<EncodeOptions>(encodeVerb));
  example(
    encode,
    "palimpsest corpus encode ko=ko.jsonl en=en.jsonl --tokenizer models/base --out shards --clean nfc,repeats",
  );
}

async function encodeVerb(texts: string[], options: EncodeOptions, { signal }: Work): Promise<Outcome> {
  const { out: dir, until } = options;
  const { files, clean } = await textNamed(texts, options);
  const heldOut = options.heldOut === undefined ? undefined : numberFrom("--held-out", options.heldOut, 0);
  if (heldOut !== undefined && heldOut >= 1)
    throw new BadArguments(`invalid --held-out: ${options.heldOut} (a share below 1)`);
  const seed = wholeNumber("--seed", options.seed, 0);
  const workers = wholeNumber("--workers", options.workers ?? `${availableParallelism() - 1}`, 0);
  const open = await tokenizerNamed(options.tokenizer);
  return progressing(async (onProgress) => {
    const { encodeFiles } = await import("../corpus/index.js");
    const tokenizer = await open(signal, onProgress);
    const given = { files, tokenizer, dir, clean, heldOut, until, seed, workers, signal, onProgress };
    const { languages } = await encodeFiles(given);
    const notes = Object.keys(files).flatMap((language) => languages[language]!.notes);
    const rows = Object.entries(languages).flatMap(([language, { train, heldOut }]) =>
      [train, ...(heldOut ? [heldOut] : [])].map(({ file, documents, bytes, tokens }) => ({
        ...{ language, file: join(dir, file), documents, tokens },
        MB: (bytes / 1e6).toFixed(2),
        "bytes/token": (bytes / tokens).toFixed(2),
      })),
    );
    const shards = Object.entries(languages).flatMap(([language, { train, heldOut }]) =>
      heldOut ? [[language, { train: join(dir, train.file), heldOut: join(dir, heldOut.file) }]] : [],
    );
    return {
      json: { dir, languages, notes },
      text: [
        plainTable(rowsOf(rows, rows.length)!),
        ...notes.map((note) => `note: ${note}`),
        ...(shards.length > 0 ? [`a recipe names them: "shards": ${JSON.stringify(Object.fromEntries(shards))}`] : []),
      ].join("\n"),
    };
  });
}

/** What `encodeFiles` takes: a description by its path or its name in ./datasets, or files by language; those that name none are of one text. */
async function textNamed(
  texts: string[],
  options: EncodeOptions,
): Promise<{ files: EncodeFilesOptions["files"]; clean?: StepGiven[] | undefined }> {
  const { readDataset } = await import("../corpus/index.js");
  const clean = options.clean === undefined ? undefined : await stepsNamed(options.clean);
  const described = texts.length === 1 ? await descriptionAt(texts[0]!) : undefined;
  if (described !== undefined) {
    refuseReading(options, texts[0]!);
    const dataset = understand(() => readDataset(described));
    return { files: dataset.languages, clean: clean ?? dataset.clean };
  }
  const paths: Record<string, string[]> = {};
  for (const each of texts) {
    const named = existsSync(each) ? undefined : /^([\w-]+)=(.+)$/.exec(each);
    const [language, path] = named ? [named[1]!, named[2]!] : ["text", each];
    if (isMissing(path)) throw new BadArguments(`no such file: ${path}`);
    (paths[language] ??= []).push(path);
  }
  const files: EncodeFilesOptions["files"] = {};
  for (const [language, own] of Object.entries(paths)) files[language] = await filesRead(language, own, options);
  return { files, clean };
}
