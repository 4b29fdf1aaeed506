/**
 * `palimpsest checkpoint`: models as Hugging Face folders. `extend` widens one for a wider tokenizer, `trim` narrows one, `inspect`
 * says what is in one. None reads more than the tables of the vocabulary.
 */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Folder } from "../checkpoint/index.js";
import type { GrowReport, InitialiserName } from "../embed/index.js";
import type { Tokenizer } from "../types.js";
import { evidenceFor, evidenceOptions, type EvidenceOptions } from "./evidence.js";
import { inspectVerb, lengthTable, notKept } from "./checkpoint-inspect.js";
import { progressing, wholeNumber } from "./tokenizer-inputs.js";
import { trimmer, trimming, type TrimmingOptions } from "./trimming.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

interface ExtendOptions extends EvidenceOptions {
  tokenizer: string;
  init: string;
  seed: string;
  padTo: string;
  match?: string;
  endOfText?: string;
  out: string;
}

interface TrimOptions extends TrimmingOptions {
  tokenizer?: string;
  padTo: string;
  endOfText?: string;
  out: string;
}

const endOfText = "the token that ends a document, for files that do not say";

export function addCheckpoint(program: Command): void {
  const checkpoint = program
    .command("checkpoint")
    .summary("widen or trim a model, or look into one")
    .description(
      "Models as Hugging Face folders: config.json, safetensors in one file or several, tokenizer.json. Weights are copied from file to file, never held together, so a model may be larger than memory. What is written keeps the types and files of the weights, chat template, generation settings and every other file of the folder it came from.",
    );
  example(checkpoint, "palimpsest checkpoint inspect out/model");

  const extend = checkpoint
    .command("extend")
    .description(
      "Gives a model rows for the new tokens of a wider tokenizer; old rows keep every bit, other files every byte. Not kept, and named: weights in other forms, and the old vocabulary in other forms (tokenizer.model, vocab.json).",
    )
    .argument("<model>", "the model's folder")
    .requiredOption("--tokenizer <file>", "the wider tokenizer.json, or the folder it is in")
    .option("--init <name>", "how new rows are made; a name that is none lists them", "subword-mean")
    .option("--seed <n>", "for initialisers that draw", "0")
    .option("--pad-to <n>", "the number of rows becomes a multiple of this", "1")
    .option("--match <statistic>", "scales new input rows to the mean or median length of old ones")
    .option("--end-of-text <token>", endOfText)
    .option("--out <dir>", "the folder to write")
    .option("--json", "print one JSON object instead of text");
  example(
    evidenceOptions(extend).action(work<ExtendOptions>(extendVerb)),
    "palimpsest checkpoint extend out/model --tokenizer ko.json --init focus --texts ko.jsonl --out out/wide",
  );

  const trim = checkpoint
    .command("trim")
    .description(
      "Takes tokens and their rows out of a model: those that a trimmed tokenizer lacks, or those that the texts need least. Rows of tokens that stay keep every bit; ids close up.",
    )
    .argument("<model>", "the model's folder")
    .argument("[files...]", "texts that tell which tokens are needed; every order by frequency needs some")
    .option("--tokenizer <file>", "a tokenizer.json trimmed before, instead of texts")
    .option("--pad-to <n>", "the number of rows becomes a multiple of this", "1")
    .option("--end-of-text <token>", endOfText)
    .option("--field <name>", "field or column with the text, of .jsonl, .json and .parquet files", "text")
    .option("--out <dir>", "the folder to write")
    .option("--json", "print one JSON object instead of text");
  example(
    trimming(trim).action(work<TrimOptions>(trimVerb)),
    "palimpsest checkpoint trim out/model ko.jsonl --size 32000 --out out/small",
  );

  const inspect = checkpoint
    .command("inspect")
    .description("What a model's folder holds: shape, parameters, tokens and rows, and how long the rows are.")
    .argument("<model>", "the model's folder")
    .option("--base <dir>", "the model that it was widened from: tells its new rows from old ones")
    .option("--end-of-text <token>", endOfText)
    .option("--json", "print one JSON object instead of text")
    .action(
      work<{ base?: string; endOfText?: string }>(async ([dir], { base, endOfText }) =>
        inspectVerb(await folderAt(dir!, endOfText), base === undefined ? undefined : await folderAt(base, endOfText)),
      ),
    );
  example(inspect, "palimpsest checkpoint inspect out/wide --base out/model");
}

async function extendVerb([dir]: string[], options: ExtendOptions, { signal }: Work): Promise<Outcome> {
  const { initialisers } = await import("../embed/index.js");
  const { rng } = await import("../rng.js");
  if (!Object.hasOwn(initialisers, options.init))
    throw new BadArguments(`invalid --init: ${options.init}; one of ${Object.keys(initialisers).join(", ")}`);
  const init = options.init as InitialiserName;
  const evidenceOf = evidenceFor(init, initialisers[init], options);
  const seed = wholeNumber("--seed", options.seed, 0);
  const padTo = wholeNumber("--pad-to", options.padTo, 1);
  const { match } = options;
  if (!(match === undefined || match === "mean" || match === "median"))
    throw new BadArguments(`invalid --match: ${match}; mean or median`);
  const { extend, inspect, gigabytes } = await import("../checkpoint/index.js");
  const base = await folderAt(dir!, options.endOfText);
  const out = newFolder(options.out);
  const tokenizer = await tokenizerAt(options.tokenizer, base.tokenizer, options.endOfText);
  return progressing(async (onProgress) => {
    const evidence = await evidenceOf({ base: base.tokenizer, tokenizer, signal, onProgress });
    const { report, rows, held, leftOut } = await extend({
      base,
      out,
      tokenizer,
      init,
      evidence,
      rng: rng(seed),
      padTo,
      ...(match && { match }),
      signal,
      onProgress,
    });
    const { lengths } = inspect({ base: await folderAt(out, options.endOfText), against: base.tokenizer });
    const { newIds, ...told } = report;
    return {
      json: { out, seed, ...told, new: newIds.length, rows, held, leftOut, lengths },
      text: [
        describeGrowth(report, rows),
        ...(held > 0 ? [`  ${gigabytes(held)} of the table were held in memory`] : []),
        "",
        lengthTable(lengths),
        "",
        `wrote ${out}`,
        ...notKept(leftOut),
      ].join("\n"),
    };
  });
}

function describeGrowth({ init, tied, newIds, copied, padding, tables }: GrowReport, rows: number): string {
  const by = tied === undefined ? init : `${init} (the head is tied, so it is ${tied})`;
  const fallbacks = tables.flatMap(({ table, fallbacks }) =>
    Object.entries(fallbacks).map(([reason, count]) => `  ${table}: ${count} by the fallback: ${reason}`),
  );
  return [`${rows} rows: ${copied} kept, ${newIds.length} new by ${by}, ${padding} padding`, ...fallbacks].join("\n");
}

async function trimVerb([dir, ...files]: string[], options: TrimOptions, { signal }: Work): Promise<Outcome> {
  const padTo = wholeNumber("--pad-to", options.padTo, 1);
  if (options.tokenizer !== undefined && (files.length > 0 || options.size !== undefined || options.scripts))
    throw new BadArguments("invalid --tokenizer: it says what stays; texts, --size and --scripts say it otherwise");
  const asked = options.tokenizer === undefined ? await trimmer(files, options) : undefined;
  const { trim } = await import("../checkpoint/index.js");
  const base = await folderAt(dir!, options.endOfText);
  const out = newFolder(options.out);
  return progressing(async (onProgress) => {
    const { trimmed, notes } = asked
      ? await asked(base.tokenizer, signal, onProgress)
      : { trimmed: await trimmedAt(options, base.tokenizer), notes: [] };
    const { leftOut, ...report } = await trim({ base, trimmed, out, padTo, signal, onProgress });
    const { rows, before, after } = report;
    const number = (value: number): string => value.toLocaleString("en-US");
    const text = [
      ...notes.map((note) => `note: ${note}`),
      `${rows} rows of ${base.rows}: ${number(before.total)} parameters became ${number(after.total)}`,
      `wrote ${out}`,
      ...notKept(leftOut),
    ];
    return { json: { out, ...report, leftOut, ...(notes.length > 0 && { notes }) }, text: text.join("\n") };
  });
}

/** The rows that a trimmed tokenizer's tokens had, by their names. */
async function trimmedAt(
  { tokenizer: name, endOfText }: TrimOptions,
  base: Tokenizer,
): Promise<{ tokenizer: Tokenizer; oldIds: Int32Array }> {
  const tokenizer = await tokenizerAt(name!, base, endOfText);
  const oldIds = Int32Array.from({ length: tokenizer.size }, (_, id) => {
    const token = tokenizer.tokenOf(id);
    const old = token === undefined ? undefined : base.idOf(token);
    if (old === undefined)
      throw new Error(
        `trim: invalid tokenizer: the model has no ${JSON.stringify(token ?? `token of id ${id}`)} (trim the model's own tokenizer)`,
      );
    return old;
  });
  return { tokenizer, oldIds };
}

async function folderAt(dir: string, endOfText?: string): Promise<Folder> {
  if (!(existsSync(dir) && statSync(dir).isDirectory())) throw new BadArguments(`no such folder: ${dir}`);
  const { open } = await import("../checkpoint/index.js");
  return open({ dir, endOfText });
}

function newFolder(out: string | undefined): string {
  if (out === undefined) throw new BadArguments("--out is missing; name the folder to write");
  if (existsSync(resolve(out, "config.json"))) throw new BadArguments(`invalid --out: ${out} already holds a model`);
  return out;
}

/** Ends documents as the base does, where it can and nothing else is asked for. */
async function tokenizerAt(path: string, base: Tokenizer, endOfText: string | undefined): Promise<Tokenizer> {
  if (!existsSync(path)) throw new BadArguments(`invalid --tokenizer: ${path}; no such file`);
  const { readTokenizer } = await import("../model/index.js");
  const end = base.tokenOf(base.endOfText);
  return readTokenizer({ path, endOfText, prefer: ({ content }) => content === end });
}
