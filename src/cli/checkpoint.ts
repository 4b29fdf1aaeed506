/**
 * `palimpsest checkpoint`: models as Hugging Face folders. `extend` widens one for a wider tokenizer, `inspect` says what is
 * in one. Initialisers that need more than the two tokenizers (vectors, a dictionary, a text) are for notebooks.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { plainTable, rowsOf } from "../lab/table.js";
import type { GrowReport, InitialiserName, Lengths } from "../embed/index.js";
import type { LanguageModel, Tokenizer } from "../types.js";
import { modelAt } from "./model-at.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

interface ExtendOptions {
  tokenizer: string;
  init: string;
  seed: string;
  padTo: string;
  match?: string;
  out: string;
}

export function addCheckpoint(program: Command): void {
  const checkpoint = program
    .command("checkpoint")
    .summary("widen a model, or look into one")
    .description(
      "Models as Hugging Face folders: config.json, safetensors in one file or several, tokenizer.json. A GGUF file is read too, as the folder that it was made of. What is written keeps the types and files of the weights, chat template, generation settings and every other file of the folder it came from.",
    );
  example(checkpoint, "palimpsest checkpoint inspect out/model");

  const extend = checkpoint
    .command("extend")
    .description(
      "Gives a model rows for the new tokens of a wider tokenizer; old rows keep every bit, other files every byte. Not kept, and named: weights in other forms, and the old vocabulary in other forms (tokenizer.model, vocab.json).",
    )
    .argument("<model>", "the model's folder, or a GGUF file")
    .requiredOption("--tokenizer <file>", "the wider tokenizer.json, or the folder it is in")
    .option("--init <name>", "how new rows are made; a name that is none lists them", "subword-mean")
    .option("--seed <n>", "for initialisers that draw", "0")
    .option("--pad-to <n>", "the number of rows becomes a multiple of this", "1")
    .option("--match <statistic>", "scales new input rows to the mean or median length of old ones")
    .option("--out <dir>", "the folder to write")
    .option("--json", "print one JSON object instead of text")
    .action(work<ExtendOptions>(extendVerb));
  example(extend, "palimpsest checkpoint extend out/model --tokenizer ko.json --init subword-mean --out out/wide");

  const inspect = checkpoint
    .command("inspect")
    .description("What a model's folder holds: shape, parameters, tokens and rows, and how long the rows are.")
    .argument("<model>", "the model's folder, or a GGUF file")
    .option("--base <dir>", "the model that it was widened from: tells its new rows from old ones")
    .option("--json", "print one JSON object instead of text")
    .action(work<{ base?: string }>(inspectVerb));
  example(inspect, "palimpsest checkpoint inspect out/wide --base out/model");
}

async function extendVerb([dir]: string[], options: ExtendOptions, { signal }: Work): Promise<Outcome> {
  const { grow, initialisers } = await import("../embed/index.js");
  const { save } = await import("../model/index.js");
  const { rng } = await import("../rng.js");
  const known = Object.entries(initialisers).filter(([, { needs = [] }]) => needs.length === 0);
  const names = known.map(([name]) => name).join(", ");
  if (Object.hasOwn(initialisers, options.init) && !known.some(([name]) => name === options.init))
    throw new BadArguments(
      `invalid --init: ${options.init}; it needs ${initialisers[options.init as InitialiserName].needs!.join(" and ")}, which \`embed.grow\` takes in a notebook`,
    );
  if (!known.some(([name]) => name === options.init))
    throw new BadArguments(`invalid --init: ${options.init}; one of ${names}`);
  const seed = wholeNumber("--seed", options.seed, 0);
  const padTo = wholeNumber("--pad-to", options.padTo, 1);
  const { match } = options;
  if (!(match === undefined || match === "mean" || match === "median"))
    throw new BadArguments(`invalid --match: ${match}; mean or median`);
  const base = await modelAt(dir!);
  if (existsSync(join(options.out, "config.json")))
    throw new BadArguments(`invalid --out: ${options.out} already holds a model`);
  const tokenizer = await tokenizerAt(options.tokenizer, base.tokenizer);
  const model = await grow({
    base,
    tokenizer,
    init: options.init as InitialiserName,
    rng: rng(seed),
    padTo,
    ...(match && { match }),
    signal,
  });
  const leftOut = save({ dir: options.out, model });
  const { newIds, ...report } = model.report;
  const tables = await tablesOf(model, base.tokenizer);
  return {
    json: {
      out: options.out,
      seed,
      ...report,
      new: newIds.length,
      rows: model.config.vocabSize,
      leftOut,
      lengths: tables,
    },
    text: [
      describeGrowth(model.report, model.config.vocabSize),
      "",
      lengthTable(tables),
      "",
      `wrote ${options.out}`,
      ...notKept(leftOut),
    ].join("\n"),
  };
}

function describeGrowth({ init, tied, newIds, copied, padding, tables }: GrowReport, rows: number): string {
  const by = tied === undefined ? init : `${init} (the head is tied, so it is ${tied})`;
  const fallbacks = tables.flatMap(({ table, fallbacks }) =>
    Object.entries(fallbacks).map(([reason, count]) => `  ${table}: ${count} by the fallback: ${reason}`),
  );
  return [`${rows} rows: ${copied} kept, ${newIds.length} new by ${by}, ${padding} padding`, ...fallbacks].join("\n");
}

async function inspectVerb([dir]: string[], { base: baseDir }: { base?: string }): Promise<Outcome> {
  const { parameterCount, roundedLine, roundedTo } = await import("../model/index.js");
  const model = await modelAt(dir!);
  const base = baseDir === undefined ? undefined : (await modelAt(baseDir)).tokenizer;
  const { config, tokenizer } = model;
  const { tensors, leftOut } = model.origin!;
  const rounded = roundedTo(model);
  const files = Object.keys(tensors);
  const dtypes = [...new Set(Object.values(tensors).flatMap((file) => Object.values(file.dtypes)))].sort();
  const parameters = parameterCount(config);
  let tokens = 0;
  for (let id = 0; id < tokenizer.size; id++) if (tokenizer.tokenOf(id) !== undefined) tokens++;
  const padding = config.vocabSize - tokens;
  const endOfText = tokenizer.tokenOf(tokenizer.endOfText);
  const tables = await tablesOf(model, base);
  const number = (value: number): string => value.toLocaleString("en-US");
  const { width, layers, heads, kvHeads, ffn, context, norm, positions, activation, tied } = config;
  const text = [
    `${dir}: ${layers} layers of width ${width}, ${heads} heads (${kvHeads} for keys and values), feed-forward ${ffn}, context ${context}`,
    `  ${norm} norm, ${positions} positions, ${activation}, ${tied ? "head tied to the embeddings" : "a head of its own"}`,
    `  ${number(parameters.total)} parameters, ${number(parameters.withoutEmbeddings)} without embeddings; ${dtypes.join(", ")} in ${files.length === 1 ? "the file" : `${files.length} files`}`,
    `  ${number(config.vocabSize)} rows: ${number(tokens)} tokens, ${number(padding)} padding; documents end with ${JSON.stringify(endOfText)}`,
    ...(rounded === undefined ? [] : [`  ${roundedLine(model)}`]),
    "",
    lengthTable(tables),
    ...notKept(leftOut),
  ];
  return {
    json: {
      dir,
      config,
      parameters,
      dtypes,
      rounded,
      files,
      leftOut,
      rows: config.vocabSize,
      tokens,
      padding,
      endOfText,
      lengths: tables,
    },
    text: text.join("\n"),
  };
}

const notKept = (leftOut: Record<string, string>): string[] =>
  Object.entries(leftOut).map(([file, why]) => `  not kept: ${file} (${why})`);

type LengthRow = { table: string; of: string } & Lengths;

/** Lengths of the rows of each table: trained, without training, new against `base` if given, padding. */
async function tablesOf({ config, weights, tokenizer }: LanguageModel, base?: Tokenizer): Promise<LengthRow[]> {
  const { inMemory, isNamed, lengths, rowLengths } = await import("../embed/index.js");
  const rows: LengthRow[] = [];
  const { tablesOf: tableNames } = await import("../architecture/index.js");
  const { embedding, head } = tableNames(config);
  for (const name of [embedding, ...(head === undefined ? [] : [head])]) {
    const all = rowLengths(inMemory(weights[name]!), [...Array(config.vocabSize).keys()]);
    const groups: Record<string, number[]> = { tokens: [], new: [], "reserved or zero": [], padding: [] };
    for (let id = 0; id < config.vocabSize; id++) {
      const token = tokenizer.tokenOf(id);
      const isNew = base !== undefined && token !== undefined && base.tokenOf(id) !== token;
      const group =
        token === undefined
          ? "padding"
          : isNew
            ? "new"
            : isNamed(tokenizer, id) && all[id]! > 0
              ? "tokens"
              : "reserved or zero";
      groups[group]!.push(id);
    }
    for (const [of, ids] of Object.entries(groups)) {
      const found = lengths(all, ids);
      if (found) rows.push({ table: name, of, ...found });
    }
  }
  return rows;
}

function lengthTable(rows: LengthRow[]): string {
  const shown = rows.map(({ table, of, rows: count, least, median, mean, greatest }) => ({
    table,
    "rows of": of,
    rows: count,
    "least length": least.toPrecision(4),
    median: median.toPrecision(4),
    mean: mean.toPrecision(4),
    greatest: greatest.toPrecision(4),
  }));
  return plainTable(rowsOf(shown, shown.length)!);
}

/** Ends documents as the base does, where it can. */
async function tokenizerAt(name: string, base: Tokenizer): Promise<Tokenizer> {
  const path = existsSync(name) && statSync(name).isDirectory() ? join(name, "tokenizer.json") : name;
  if (!existsSync(path)) throw new BadArguments(`invalid --tokenizer: ${name}; no such file`);
  const { readTokenizer } = await import("../model/index.js");
  const end = base.tokenOf(base.endOfText);
  return readTokenizer({ path, prefer: ({ content }) => content === end });
}

function wholeNumber(option: string, value: string, least: number): number {
  const number = Number(value);
  if (!(/^\d+$/.test(value) && Number.isSafeInteger(number) && number >= least))
    throw new BadArguments(`invalid ${option}: ${value}; a whole number from ${least}`);
  return number;
}
