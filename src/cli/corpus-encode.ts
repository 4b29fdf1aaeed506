/** `palimpsest corpus encode`: text of any size to token shards. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Dataset } from "../corpus/index.js";
import { plainTable, rowsOf } from "../lab/cell/table.js";
import { numberFrom, wholeNumber } from "./numbers.js";
import { stepsNamed } from "./steps-named.js";
import { progressing, tokenizerNamed } from "./tokenizer-inputs.js";
import { BadArguments, type Outcome, understand, type Work } from "./work.js";

export interface EncodeOptions {
  tokenizer: string;
  out: string;
  clean?: string;
  field: string;
  heldOut?: string;
  until?: string;
  seed: string;
  workers?: string;
}

export async function encodeVerb(texts: string[], options: EncodeOptions, { signal }: Work): Promise<Outcome> {
  const { out: dir, field, until } = options;
  const dataset = await datasetNamed(texts);
  const files = dataset?.languages ?? filesNamed(texts);
  const heldOut = options.heldOut === undefined ? undefined : numberFrom("--held-out", options.heldOut, 0);
  if (heldOut !== undefined && heldOut >= 1)
    throw new BadArguments(`invalid --held-out: ${options.heldOut} (a share below 1)`);
  const seed = wholeNumber("--seed", options.seed, 0);
  const workers = wholeNumber("--workers", options.workers ?? `${availableParallelism() - 1}`, 0);
  const clean = options.clean === undefined ? dataset?.clean : await stepsNamed(options.clean);
  const open = await tokenizerNamed(options.tokenizer);
  return progressing(async (onProgress) => {
    const { encodeFiles } = await import("../corpus/index.js");
    const tokenizer = await open(signal, onProgress);
    const given = { files, tokenizer, dir, field, clean, heldOut, until, seed, workers, signal, onProgress };
    const { languages, notes } = await encodeFiles(given);
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

/** The corpus that one JSON file describes; a .json of rows describes none. */
async function datasetNamed([path, ...more]: string[]): Promise<Dataset | undefined> {
  const { isDataset, readDataset } = await import("../corpus/index.js");
  if (path === undefined || more.length > 0 || !isDataset(path)) return undefined;
  return understand(() => readDataset(path));
}

/** By language; what names none is of one text. */
function filesNamed(texts: string[]): Record<string, string[]> {
  const files: Record<string, string[]> = {};
  for (const each of texts) {
    const named = existsSync(each) ? undefined : /^([\w-]+)=(.+)$/.exec(each);
    const [language, path] = named ? [named[1]!, named[2]!] : ["text", each];
    if (!existsSync(path) && !/[*?[{]/.test(path)) throw new BadArguments(`no such file: ${path}`);
    (files[language] ??= []).push(path);
  }
  return files;
}
