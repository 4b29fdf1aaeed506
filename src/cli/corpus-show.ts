/** `palimpsest corpus show`: what will be read of a corpus or of files, before anything is trained on it. */
import type { Command } from "commander";
import type { CorpusName, Preview, PreviewOptions, StepCounts, TextPreview } from "../corpus/index.js";
import { addReading, descriptionAt, filesRead, isMissing, type ReadingOptions, refuseReading } from "./reading.js";
import { cleanFlags, cleanHelp, stepsNamed } from "./steps-named.js";
import { BadArguments, example, type Outcome, understand, type Work, work } from "./work.js";

interface ShowOptions extends ReadingOptions {
  lang?: string;
  clean?: string;
}

export function addShow(corpus: Command): void {
  const show = corpus
    .command("show")
    .description(
      "What will be read: files, documents, lengths, languages, repeats, dates, the first documents, and what steps would remove.",
    )
    .argument(
      "<what...>",
      "a name that `corpus list` shows, a description (datasets/README.md), or files, folders and globs",
    )
    .option("--lang <codes>", "languages, separated by commas; of files the one that they are in");
  addReading(show)
    .option(cleanFlags, cleanHelp)
    .option("--json", "print one JSON object instead of text")
    .action(work<ShowOptions>(shown));
  example(show, "palimpsest corpus show datasets/guides.json --clean lines,nfc");
}

async function shown(what: string[], options: ShowOptions, { signal }: Work): Promise<Outcome> {
  const { preview } = await import("../corpus/index.js");
  const { progressReporter } = await import("../lab/cell/progress.js");
  const asked = await askedFor(what, options);
  const progress = progressReporter();
  try {
    const found = await preview({ ...asked, signal, onProgress: progress.report });
    return { json: found, text: textOf(found) };
  } finally {
    progress.done();
  }
}

async function askedFor(what: string[], options: ShowOptions): Promise<PreviewOptions> {
  const { corpora, readDataset } = await import("../corpus/index.js");
  const clean = options.clean === undefined ? {} : { clean: await stepsNamed(options.clean) };
  const languages = options.lang
    ?.split(",")
    .map((code) => code.trim())
    .filter(Boolean);
  const [one = "", ...more] = what;
  const isRow = more.length === 0 && Object.hasOwn(corpora, one);
  const described = more.length === 0 && !isRow ? await descriptionAt(one) : undefined;
  if (isRow || described !== undefined) {
    refuseReading(options, one);
    const all = described === undefined ? undefined : Object.keys(understand(() => readDataset(described)).languages);
    const has = all ?? corpora[one as CorpusName].languages();
    const unknown = languages?.find((code) => !has.includes(code));
    if (unknown !== undefined) throw new BadArguments(`${one} has no ${unknown}: ${has.slice(0, 40).join(" ")}`);
    if (described !== undefined) return { dataset: described, ...(languages && { languages }), ...clean };
    if (!languages) throw new BadArguments(`name languages of ${one} with --lang: ${has.slice(0, 40).join(" ")}`);
    return { name: one as CorpusName, languages, ...clean };
  }
  const missing = what.find(isMissing);
  if (missing !== undefined)
    throw new BadArguments(`no corpus and no file is named ${missing}; \`palimpsest corpus list\` shows the corpora`);
  if (languages && languages.length !== 1) throw new BadArguments("--lang names one language of files");
  const language = languages?.[0] ?? "text";
  return { files: { [language]: await filesRead(language, what, options) }, ...clean };
}

function textOf({ name, summary, licence, source, texts }: Preview): string {
  const about = [
    `${name}${summary === undefined ? "" : `: ${summary}`}`,
    `  licence    ${licence}`,
    `  source     ${source}`,
  ];
  return [...about, ...Object.entries(texts).flatMap(([language, text]) => linesOf(language, text))].join("\n");
}

function linesOf(language: string, text: TextPreview): string[] {
  const { files, documents, empty, bytes, characters, lengths, languages, sampled, repeats, dates } = text;
  const { shortest, p5, p25, median, p75, p95, longest } = lengths;
  const found = Object.entries(languages).slice(0, 6);
  const idle = text.steps.filter((step) => !didWork(step));
  const row = (label: string, value: string): string => `  ${label.padEnd(10)} ${value}`;
  return [
    "",
    `${language}: ${number(documents)} documents, ${number(bytes)} bytes, ${number(characters)} characters${files > 0 ? `, ${number(files)} files` : ""}${empty > 0 ? ` (and ${number(empty)} documents without text)` : ""}`,
    row(
      "lengths",
      `median ${number(median)} characters; 25% to 75% ${number(p25)} to ${number(p75)}, 5% to 95% ${number(p5)} to ${number(p95)}, all ${number(shortest)} to ${number(longest)}`,
    ),
    row(
      "languages",
      `${found.map(([code, share]) => `${code || "unknown"} ${percent(share)}`).join(", ")} (of ${number(sampled)} documents)`,
    ),
    row("repeats", `${percent(repeats)} of the documents have the text of an earlier one`),
    ...(dates ? [row("dates", `${dates.first} to ${dates.last} (${number(dates.documents)} documents)`)] : []),
    ...text.steps.filter(didWork).map((step) => row("step", stepLine(step))),
    ...(idle.length > 0 ? [row("steps", `${idle.map(({ step }) => step).join(", ")}: nothing to change`)] : []),
    ...text.first.map(({ key, text: content }) => row("document", `${key}: ${JSON.stringify(content)}`)),
    ...text.notes.map((note) => row("note", note)),
  ];
}

const didWork = ({ changed, dropped }: StepCounts): boolean => changed + dropped > 0;

function stepLine({ step, changed, dropped, bytes, reasons }: StepCounts): string {
  const why = Object.entries(reasons).map(([reason, n]) => `${reason} ${number(n)}`);
  return `${step}: ${number(changed)} changed, ${number(dropped)} dropped${why.length > 0 ? ` (${why.slice(0, 4).join(", ")})` : ""}, ${number(bytes)} bytes removed`;
}

const number = (n: number): string => n.toLocaleString("en");
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
