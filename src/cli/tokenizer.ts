/**
 * `palimpsest tokenizer`: train one, widen one, trim one, and measure several on several languages, without a notebook. A
 * tokenizer is named by the path of its tokenizer.json (or of the folder it is in) or by a name under which one is published.
 */
import type { Command } from "commander";
import { writeAtomically } from "../files.js";
import { published } from "../model/published-rows.js";
import type { Tokenizer } from "../types.js";
import { wholeNumber } from "./numbers.js";
import { cleanFlags, cleanHelp } from "./steps-named.js";
import { listOf, progressing, textsOf, tokenizerNamed, type TextOptions } from "./tokenizer-inputs.js";
import { trimmer, trimming, type TrimmingOptions } from "./trimming.js";
import { reportVerb, type ReportOptions } from "./tokenizer-report.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

interface FileOptions extends TextOptions {
  out: string;
}

interface TrainOptions extends FileOptions {
  size: string;
  specials?: string;
  minFrequency: string;
  units: string;
}

interface ExtendOptions extends FileOptions {
  add: string;
  endOfText?: string;
  minFrequency: string;
}

interface TrimOptions extends FileOptions, TrimmingOptions {
  endOfText?: string;
  map?: string;
}

export function addTokenizer(program: Command): void {
  const names = Object.keys(published).join(", ");
  const tokenizer = program
    .command("tokenizer")
    .summary("train, widen, trim or measure tokenizers")
    .description(
      "Tokenizers (BPE, WordPiece, Unigram) as tokenizer.json files, which Hugging Face's library loads; new ones are byte-level BPE.",
    );
  example(tokenizer, "palimpsest tokenizer report gpt2 llama3 --lang eng,kor,fin");

  const train = tokenizer
    .command("train")
    .description(
      "Trains a byte-level BPE tokenizer on text files (.txt, .jsonl, .json, .parquet; also .gz and .zst), folders of them, or globs.",
    )
    .argument("<files...>", "the texts")
    .requiredOption("--size <n>", "tokens in all, specials and 256 bytes included")
    .requiredOption("--out <file>", "where to write the tokenizer.json")
    .option("--specials <tokens>", "special tokens, separated by commas; the first ends a document", "<|endoftext|>")
    .option("--min-frequency <n>", "pairs seen less often are not merged", "0")
    .option("--units <units>", "characters, or jamo: Korean syllables are taken apart first", "characters");
  example(
    common(train).action(work<TrainOptions>(trainVerb)),
    "palimpsest tokenizer train ko.jsonl --size 8000 --out ko.json",
  );

  const extend = tokenizer
    .command("extend")
    .description("Adds tokens that the files ask for to a tokenizer; old tokens keep their ids.")
    .argument("<base>", `the tokenizer: a path, or one of ${names}`)
    .argument("<files...>", "the texts")
    .requiredOption("--add <n>", "how many tokens to add")
    .requiredOption("--out <file>", "where to write the tokenizer.json")
    .option("--min-frequency <n>", "pairs seen less often are not merged", "1")
    .option("--end-of-text <token>", endOfText);
  example(
    common(extend).action(work<ExtendOptions>(extendVerb)),
    "palimpsest tokenizer extend gpt2 ko.jsonl --add 4000 --out gpt2-ko.json",
  );

  const trim = tokenizer
    .command("trim")
    .description("Takes tokens out of a tokenizer until the size is reached; ids close up.")
    .argument("<base>", `the tokenizer: a path, or one of ${names}`)
    .argument("[files...]", "texts that tell which tokens are needed; every order by frequency needs some")
    .requiredOption("--out <file>", "where to write the tokenizer.json")
    .option("--map <file>", "where to write the old id of each new one, as JSON")
    .option("--end-of-text <token>", endOfText);
  example(
    common(trimming(trim)).action(work<TrimOptions>(trimVerb)),
    "palimpsest tokenizer trim llama3 ko.jsonl --size 64000 --out small.json --map small.ids.json",
  );

  const report = tokenizer
    .command("report")
    .description(
      "Measures tokenizers on languages: fertility, parity, bytes per token. The text is the Universal Declaration of Human Rights, or yours.",
    )
    .argument("<tokenizers...>", `paths, or any of ${names}; the first is the base of compression`)
    .option("--lang <codes>", "languages of the Declaration, separated by commas; the first is the pivot", "eng,kor")
    .option("--text <language=file...>", "your own texts instead, one file per language")
    .option("--pivot <code>", "the language that parity is against; defaults to the first")
    .option("--words <rule>", "what a word is: white-space or unicode", "white-space");
  example(
    common(report).action(work<ReportOptions>(reportVerb)),
    "palimpsest tokenizer report gpt2 llama3 --lang eng,kor,fin",
  );
}

const endOfText =
  "the base's token that ends a document; defaults to the eos_token of the tokenizer_config.json beside it, else to a known name";

const common = (command: Command): Command =>
  command
    .option("--field <name>", "field or column with the text, of .jsonl, .json and .parquet files", "text")
    .option(cleanFlags, cleanHelp)
    .option("--json", "print one JSON object instead of text");

async function trainVerb(files: string[], options: TrainOptions, { signal }: Work): Promise<Outcome> {
  const { out, specials = "" } = options;
  const size = wholeNumber("--size", options.size, 257);
  const minFrequency = wholeNumber("--min-frequency", options.minFrequency, 0);
  const names = listOf(specials);
  if (names.length === 0) throw new BadArguments("--specials names no token");
  const { units } = options;
  if (units !== "characters" && units !== "jamo") throw new BadArguments(`--units ${units}: characters or jamo`);
  return progressing(async (onProgress) => {
    const { train } = await import("../vocab/index.js");
    const { documents: texts, notes } = await textsOf(files, options, signal, onProgress);
    return written(
      await train({ texts, size, specials: names, endOfText: names[0]!, minFrequency, units, signal, onProgress }),
      out,
      notes,
    );
  });
}

async function extendVerb([base, ...files]: string[], options: ExtendOptions, { signal }: Work): Promise<Outcome> {
  const newTokens = wholeNumber("--add", options.add, 1);
  const minFrequency = wholeNumber("--min-frequency", options.minFrequency, 0);
  const open = await tokenizerNamed(base!, options.endOfText);
  return progressing(async (onProgress) => {
    const { extend } = await import("../vocab/index.js");
    const { documents: texts, notes } = await textsOf(files, options, signal, onProgress);
    const wide = await extend({
      base: await open(signal, onProgress),
      texts,
      newTokens,
      minFrequency,
      signal,
      onProgress,
    });
    return written(wide, options.out, notes);
  });
}

async function trimVerb([base, ...files]: string[], options: TrimOptions, { signal }: Work): Promise<Outcome> {
  const { out, map } = options;
  const trim = await trimmer(files, options);
  const open = await tokenizerNamed(base!, options.endOfText);
  return progressing(async (onProgress) => {
    const { trimmed, notes } = await trim(await open(signal, onProgress), signal, onProgress);
    if (map !== undefined) writeAtomically(map, JSON.stringify({ oldIds: [...trimmed.oldIds] }));
    const { json, text } = await written(trimmed.tokenizer, out, notes);
    const removed = trimmed.removed.length;
    return { json: { ...json, removed, ...(map !== undefined && { map }) }, text: `${text}, ${removed} fewer` };
  });
}

/** `notes` tell what was passed over or cleaned of the text. */
async function written(tokenizer: Tokenizer, out: string, notes: string[]): Promise<Outcome> {
  const { stringify } = await import("../vocab/index.js");
  writeAtomically(out, stringify(tokenizer));
  const lines = [...notes.map((note) => `note: ${note}`), `wrote ${out}: ${tokenizer.size} tokens`];
  return { json: { out, size: tokenizer.size, ...(notes.length > 0 && { notes }) }, text: lines.join("\n") };
}
