/** `palimpsest corpus`: which corpora there are, and fetching one ahead of a notebook that needs it. */
import { join } from "node:path";
import type { Command } from "commander";
import type { Corpus, CorpusName, Dataset } from "../corpus/index.js";
import { addGenerate } from "./corpus-generate.js";
import { addEncode } from "./corpus-encode.js";
import { addRows } from "./corpus-rows.js";
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

  addEncode(corpus);

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
