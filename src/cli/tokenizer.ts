/**
 * `palimpsest tokenizer`: train one, widen one, and measure several on several languages, without a notebook. A tokenizer
 * is named by the path of its tokenizer.json (or of the folder it is in) or by a name under which one is published.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { writeAtomically } from "../files.js";
import { plainTable, rowsOf } from "../lab/table.js";
import type { OnProgress, Tokenizer } from "../types.js";
import type { ComparisonRow, WordRuleName } from "../vocab/index.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

interface FileOptions {
  field?: string;
  out: string;
}

interface TrainOptions extends FileOptions {
  size: string;
  specials?: string;
  minFrequency: string;
}

interface ExtendOptions extends FileOptions {
  add: string;
  minFrequency: string;
}

interface ReportOptions {
  lang: string;
  text?: string[];
  field?: string;
  pivot?: string;
  words: string;
}

export function addTokenizer(program: Command): void {
  const tokenizer = program
    .command("tokenizer")
    .summary("train, widen or measure tokenizers")
    .description("Byte-level BPE tokenizers as tokenizer.json files, which Hugging Face's library loads.");
  example(tokenizer, "palimpsest tokenizer report gpt2 llama3 --lang eng,kor,fin");

  const train = tokenizer
    .command("train")
    .description("Trains a byte-level BPE tokenizer on text files (.txt, .jsonl, .parquet).")
    .argument("<files...>", "the texts")
    .requiredOption("--size <n>", "tokens in all, specials and 256 bytes included")
    .requiredOption("--out <file>", "where to write the tokenizer.json")
    .option("--specials <tokens>", "special tokens, separated by commas; the first ends a document", "<|endoftext|>")
    .option("--min-frequency <n>", "pairs seen less often are not merged", "0");
  example(
    common(train).action(work<TrainOptions>(trainVerb)),
    "palimpsest tokenizer train ko.jsonl --size 8000 --out ko.json",
  );

  const extend = tokenizer
    .command("extend")
    .description("Adds tokens that the files ask for to a tokenizer; old tokens keep their ids.")
    .argument("<base>", "the tokenizer: a path, or a published name")
    .argument("<files...>", "the texts")
    .requiredOption("--add <n>", "how many tokens to add")
    .requiredOption("--out <file>", "where to write the tokenizer.json")
    .option("--min-frequency <n>", "pairs seen less often are not merged", "1");
  example(
    common(extend).action(work<ExtendOptions>(extendVerb)),
    "palimpsest tokenizer extend gpt2 ko.jsonl --add 4000 --out gpt2-ko.json",
  );

  const report = tokenizer
    .command("report")
    .description(
      "Measures tokenizers on languages: fertility, parity, bytes per token. The text is the Universal Declaration of Human Rights, or yours.",
    )
    .argument("<tokenizers...>", "paths, or published names; the first is the base of compression")
    .option("--lang <codes>", "languages of the Declaration, separated by commas; the first is the pivot", "eng,kor")
    .option("--text <language=file...>", "your own texts instead, one file per language")
    .option("--pivot <code>", "the language that parity is against; defaults to the first")
    .option("--words <rule>", "what a word is: white-space or unicode", "white-space");
  example(
    common(report).action(work<ReportOptions>(reportVerb)),
    "palimpsest tokenizer report gpt2 llama3 --lang eng,kor,fin",
  );
}

const common = (command: Command): Command =>
  command
    .option("--field <name>", "field or column with the text, of .jsonl and .parquet files", "text")
    .option("--json", "print one JSON object instead of text");

async function trainVerb(files: string[], options: TrainOptions, { signal }: Work): Promise<Outcome> {
  const { out, specials = "", field } = options;
  const size = wholeNumber("--size", options.size, 257);
  const minFrequency = wholeNumber("--min-frequency", options.minFrequency, 0);
  const names = listOf(specials);
  if (names.length === 0) throw new BadArguments("--specials names no token");
  return progressing(async (onProgress) => {
    const { train } = await import("../vocab/index.js");
    const texts = await textsOf(files, field, signal, onProgress);
    return written(
      await train({ texts, size, specials: names, endOfText: names[0]!, minFrequency, signal, onProgress }),
      out,
    );
  });
}

async function extendVerb([base, ...files]: string[], options: ExtendOptions, { signal }: Work): Promise<Outcome> {
  const newTokens = wholeNumber("--add", options.add, 1);
  const minFrequency = wholeNumber("--min-frequency", options.minFrequency, 0);
  const open = await tokenizerNamed(base!);
  return progressing(async (onProgress) => {
    const { extend } = await import("../vocab/index.js");
    const texts = await textsOf(files, options.field, signal, onProgress);
    const wide = await extend({
      base: await open(signal, onProgress),
      texts,
      newTokens,
      minFrequency,
      signal,
      onProgress,
    });
    return written(wide, options.out);
  });
}

async function reportVerb(names: string[], options: ReportOptions, { signal }: Work): Promise<Outcome> {
  const { compare, wordRules } = await import("../vocab/index.js");
  const { pivot, words } = options;
  if (!Object.hasOwn(wordRules, words))
    throw new BadArguments(`invalid --words: ${words}; one of ${Object.keys(wordRules).join(", ")}`);
  if (new Set(names).size < names.length) throw new BadArguments("a tokenizer is named twice");
  const openers = await Promise.all(names.map(tokenizerNamed));
  return progressing(async (onProgress) => {
    const { texts, keys, source } = await measuredTexts(options, signal, onProgress);
    if (pivot !== undefined && !Object.hasOwn(texts, pivot))
      throw new BadArguments(`invalid --pivot: ${pivot}; one of ${Object.keys(texts).join(", ")}`);
    const tokenizers = Object.fromEntries(names.map((name, i) => [name, () => openers[i]!(signal, onProgress)]));
    const rows = await compare({
      tokenizers,
      texts,
      ...(keys && { keys }),
      ...(pivot !== undefined && { pivot }),
      words: words as WordRuleName,
      signal,
      onProgress,
    });
    const rule = wordRules[words as WordRuleName].summary;
    const against = pivot ?? Object.keys(texts)[0]!;
    const foot = [
      `text: ${source}; words: ${rule}`,
      `parity: tokens over those of ${against}; compression: tokens of ${names[0]} over those of the row`,
    ];
    const table = plainTable(rowsOf(rows.map(columnsOf), rows.length)!);
    return { json: { source, words, pivot: against, base: names[0], rows }, text: [table, "", ...foot].join("\n") };
  });
}

/** What a person compares; `--json` has all. */
function columnsOf(row: ComparisonRow): object {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return {
    tokenizer: row.tokenizer,
    language: row.language,
    tokens: row.tokens,
    "bytes/token": row.bytesPerToken.toFixed(2),
    "chars/token": row.charsPerToken.toFixed(2),
    fertility: row.fertility.toFixed(2),
    continued: percent(row.continuedWords),
    STRR: percent(row.singleTokenTypes),
    parity: row.parity === null ? "" : row.parity.toFixed(2),
    compression: row.compression.toFixed(2),
    "non-ASCII bytes": percent(row.nonAsciiBytes),
    unknown: percent(row.unknown),
    Rényi: row.renyi.toFixed(3),
  };
}

interface MeasuredTexts {
  texts: Record<string, string[]>;
  keys?: Record<string, string[]>;
  source: string;
}

/** The Declaration in the languages asked for, or the user's files. */
async function measuredTexts(
  { lang, text, field }: ReportOptions,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<MeasuredTexts> {
  const { corpora, load } = await import("../corpus/index.js");
  if (text) {
    const files = Object.fromEntries(
      text.map((each) => {
        const [language, ...path] = each.split("=");
        if (!language || path.length === 0)
          throw new BadArguments(`invalid --text: ${each}; a language and a file, ko=ko.txt`);
        return [language, { paths: path.join("="), ...(field && { field }) }];
      }),
    );
    const { texts, source } = await load({ files, heldOut: 0, signal, onProgress });
    return { texts: Object.fromEntries(Object.values(texts).map(({ name, train }) => [name, train])), source };
  }
  const languages = listOf(lang).map((code) => code.toLowerCase());
  const known = corpora.udhr.languages();
  const unknown = languages.filter((code) => !known.includes(code));
  if (languages.length === 0) throw new BadArguments("--lang names no language");
  if (unknown.length > 0)
    throw new BadArguments(
      `the Declaration is not there in ${unknown.join(", ")}; \`corpus list --json\` has the codes`,
    );
  const { texts, keys, source } = await load({ name: "udhr", languages, heldOut: 0, signal, onProgress });
  const each = <T>(pick: (language: string) => T): Record<string, T> =>
    Object.fromEntries(languages.map((language) => [language, pick(language)]));
  return { texts: each((language) => texts[language]!.train), keys: each((language) => keys[language]!.train), source };
}

/** The documents of files, cleaned as every corpus is. */
async function textsOf(
  paths: string[],
  field: string | undefined,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<string[]> {
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) throw new BadArguments(`no such file: ${missing}`);
  const { load } = await import("../corpus/index.js");
  const files = { text: { paths, ...(field && { field }) } };
  const { texts } = await load({ files, heldOut: 0, signal, onProgress });
  return texts["text"]!.train;
}

type Opener = (signal: AbortSignal, onProgress: OnProgress) => Promise<Tokenizer>;

/** How to open what the user named, or exit code 2. */
async function tokenizerNamed(name: string): Promise<Opener> {
  const { published, publishedTokenizer } = await import("../model/index.js");
  if (Object.hasOwn(published, name)) return (signal, onProgress) => publishedTokenizer({ name, signal, onProgress });
  const path = existsSync(name) && statSync(name).isDirectory() ? join(name, "tokenizer.json") : name;
  if (!existsSync(path))
    throw new BadArguments(
      `no tokenizer is named ${name}; give the path of a tokenizer.json, or one of ${Object.keys(published).join(", ")}`,
    );
  const { parse } = await import("../vocab/index.js");
  return async () => {
    try {
      return parse(readFileSync(path, "utf8"));
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
    }
  };
}

async function written(tokenizer: Tokenizer, out: string): Promise<Outcome> {
  const { stringify } = await import("../vocab/index.js");
  writeAtomically(out, stringify(tokenizer));
  return { json: { out, size: tokenizer.size }, text: `wrote ${out}: ${tokenizer.size} tokens` };
}

async function progressing<T>(body: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  const { progressReporter } = await import("../lab/progress.js");
  const { report, done } = progressReporter();
  try {
    return await body(report);
  } finally {
    done();
  }
}

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!(Number.isSafeInteger(value) && value >= least))
    throw new BadArguments(`invalid ${option}: ${text}; a whole number, at least ${least}`);
  return value;
}
