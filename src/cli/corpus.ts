/** `palimpsest corpus`: which corpora there are, and fetching one ahead of a notebook that needs it. */
import { join } from "node:path";
import type { Command } from "commander";
import type { Corpus, CorpusName, Dataset } from "../corpus/index.js";
import { addGenerate } from "./corpus-generate.js";
import { type EncodeOptions, encodeVerb } from "./corpus-encode.js";
import { addRows } from "./corpus-rows.js";
import { cleanFlags, cleanHelp } from "./steps-named.js";
import { addShow } from "./corpus-show.js";
import { BadArguments, example, work } from "./work.js";

interface BuildOptions {
  lang?: string;
}

export function addCorpus(program: Command): void {
  const corpus = program
    .command("corpus")
    .summary("list the corpora, fetch one, or make text by rule")
    .description(
      "The text that the lab trains on: which corpora there are, fetching one ahead of time, and text made by rule.",
    );
  example(corpus, "palimpsest corpus build libreoffice-help --lang en,ko");

  const list = corpus
    .command("list")
    .description(
      "The corpora by name, with licence, size and the languages already on this machine; and those that ./datasets describes.",
    )
    .option("--json", "print one JSON object instead of text")
    .action(
      work(async () => {
        const { cacheFolder, corpora, datasetsIn, readDataset } = await import("../corpus/index.js");
        const cacheDir = join(cacheFolder(), "corpora");
        const rows = Object.entries(corpora).map(([name, row]) => ({
          name,
          summary: row.summary,
          licence: row.licence,
          obtained: row.obtained,
          size: row.size,
          languages: row.languages(),
          ready: row.ready(cacheDir),
        }));
        const datasets = datasetsIn("datasets").map((path) => ({ path, ...readDataset(path) }));
        return {
          json: { cacheDir, corpora: rows, datasets },
          text: [...rows.map(describe), ...datasets.map(describeDataset)].join("\n\n"),
        };
      }),
    );
  example(list, "palimpsest corpus list");

  addRows(corpus);

  const encode = corpus
    .command("encode")
    .description(
      "Encodes text of any size to token shards, train and held out, which a recipe's shards name. Memory hardly grows with the text. Killed at any moment and called again with the same files and options, it goes on: documents that are encoded are not judged or encoded again, only the file that it stopped in is read again up to there; the bytes are those of one call. What it goes on with is in .encoding in the folder, which is gone when all is done; other files or options are refused while it is there.",
    )
    .argument(
      "<text...>",
      "a description of a corpus (datasets/*.json); or files, folders and globs of one text; or LANGUAGE=PATH for each of several",
    )
    .requiredOption("--tokenizer <path>", "a tokenizer.json, a folder with one, or the name of a published one")
    .requiredOption("--out <folder>", "where the shards and encoded.json go")
    .option(cleanFlags, cleanHelp)
    .option("--field <name>", "field or column with the text", "text")
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

  const build = corpus
    .command("build")
    .description("Fetches a corpus into the cache, cleans and splits it, and says what came out.")
    .argument("<name>", "a name that `corpus list` shows")
    .option("--lang <codes>", "languages, separated by commas", "en,ko")
    .option("--json", "print one JSON object instead of text")
    .action(
      work<BuildOptions>(async ([name = ""], { lang = "" }, { signal }) => {
        const { load } = await import("../corpus/index.js");
        const { progressReporter } = await import("../lab/cell/progress.js");
        const asked = await namesOf(name, lang);
        const progress = progressReporter();
        let built: Corpus;
        try {
          built = await load({ ...asked, signal, onProgress: progress.report });
        } finally {
          progress.done();
        }
        const { source, licence, notes } = built;
        const languages = built.languages.map((language) => countsOf(built, language));
        const lines = languages.map(
          ({ language, train, heldOut }) => `${language}: train ${sizeOf(train)}, held out ${sizeOf(heldOut)}`,
        );
        return {
          json: { name, source, licence, languages, notes },
          text: [`${source} (${licence})`, ...lines, ...notes.map((note) => `note: ${note}`)].join("\n"),
        };
      }),
    );
  example(build, "palimpsest corpus build libreoffice-help --lang en,ko");
  addShow(corpus);
  addGenerate(corpus);
}

interface Count {
  documents: number;
  bytes: number;
}

function countsOf({ texts }: Corpus, language: string): { language: string; train: Count; heldOut: Count } {
  const count = (documents: string[]): Count => ({
    documents: documents.length,
    bytes: documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
  });
  const text = texts[language]!;
  return { language, train: count(text.train), heldOut: count(text.heldOut) };
}

const sizeOf = ({ documents, bytes }: Count): string => `${documents} documents, ${(bytes / 1e6).toFixed(2)} MB`;

/** What `load` takes, or exit code 2. */
async function namesOf(name: string, lang: string): Promise<{ name: CorpusName; languages: string[] }> {
  const { corpora } = await import("../corpus/index.js");
  if (!Object.hasOwn(corpora, name))
    throw new BadArguments(`no corpus is named ${name}; one of ${Object.keys(corpora).join(", ")}`);
  const known = name as CorpusName;
  const has = corpora[known].languages();
  const languages = lang
    .split(",")
    .map((code) => code.trim().toLowerCase())
    .filter(Boolean);
  const unknown = languages.filter((code) => !has.includes(code));
  if (languages.length === 0) throw new BadArguments("--lang names no language");
  if (unknown.length > 0) throw new BadArguments(`${name} has no ${unknown.join(", ")}; ${shorten(has)}`);
  return { name: known, languages };
}

function describe(row: {
  name: string;
  summary: string;
  licence: string;
  obtained: string;
  size: string;
  languages: string[];
  ready: string[];
}): string {
  return [
    `${row.name}: ${row.summary}`,
    `  licence   ${row.licence}`,
    `  obtained  ${row.obtained}`,
    `  size      ${row.size}`,
    `  languages ${shorten(row.languages)}`,
    `  ready     ${shorten(row.ready) || "none yet"}`,
  ].join("\n");
}

function describeDataset({ path, name, summary, licence, source, languages }: Dataset & { path: string }): string {
  return [
    `${name}: ${summary}`,
    `  licence   ${licence}`,
    `  obtained  ${source} (${path})`,
    `  languages ${shorten(Object.keys(languages))}`,
  ].join("\n");
}

/** Up to forty codes; `--json` lists all. */
function shorten(codes: string[]): string {
  return codes.length <= 40 ? codes.join(" ") : `${codes.slice(0, 40).join(" ")} and ${codes.length - 40} more`;
}
