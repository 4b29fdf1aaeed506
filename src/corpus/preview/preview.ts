/** What will be read of a corpus before it is: each language's portrait, what its steps would remove, and what is passed over. */
import { join } from "node:path";
import type { OnProgress } from "../../types.js";
import { cacheFolder } from "../cache.js";
import { readDataset } from "../load/dataset.js";
import { languageIdentifier } from "../language/identifier.js";
import { portrait, type Portrait } from "./portrait.js";
import { corpora, type CorpusName } from "../registry.js";
import type { FileText } from "../sources/file-text.js";
import { namedFiles, readable, streamFiles } from "../sources/stream.js";
import { cleanBuiltIn } from "../steps/built-in.js";
import { pipe } from "../steps/pipe.js";
import type { StepGiven } from "../steps/registry.js";
import type { Document, StepCounts } from "../types.js";

export interface PreviewOptions {
  /** A row of `corpora`, with its languages; or else `dataset`, or `files`, as `load` takes them. */
  name?: CorpusName;
  dataset?: string;
  files?: Record<string, string | string[] | FileText>;
  field?: string;
  /** Defaults to all. */
  languages?: string[];
  /** Steps of files; what is shown is what they leave. Defaults to the description's own, else to none. */
  clean?: StepGiven[];
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface TextPreview extends Portrait {
  /** Files that it is read from; of a row of `corpora` none. */
  files: number;
  steps: StepCounts[];
  notes: string[];
}

export interface Preview {
  name: string;
  summary?: string;
  licence: string;
  source: string;
  texts: Record<string, TextPreview>;
}

export async function preview(options: PreviewOptions): Promise<Preview> {
  const { name, dataset, files, signal, onProgress } = options;
  if ([name, dataset, files].filter((given) => given !== undefined).length !== 1)
    throw new Error("preview: invalid options: give either name, dataset or files");
  if (name !== undefined) return builtIn(name, options);
  const described = dataset === undefined ? undefined : readDataset(dataset);
  const all = described?.languages ?? files!;
  const { languages = Object.keys(all), clean = described?.clean ?? [], field } = options;
  const unknown = languages.find((language) => !Object.hasOwn(all, language));
  if (unknown !== undefined)
    throw new Error(`preview: invalid language: ${unknown}; the files are for ${Object.keys(all).join(", ")}`);
  const identify = await languageIdentifier();
  const texts: Preview["texts"] = {};
  for (const language of languages) {
    const named = namedFiles(readable(all[language]!, language, field), language);
    const notes: string[] = [];
    let done = 0;
    const onFile = (): void => onProgress?.({ label: language, done: done++, total: named.length });
    const given = { text: all[language]!, language, field, notes, onFile, signal };
    const held = named.some(({ held }) => held);
    const documents = pipe({ documents: stream(given, held), steps: clean, ...(signal && { signal }) });
    const found = await portrait({ documents, identify });
    const { empty, steps } = documents.counted;
    texts[language] = { files: named.length, ...found, empty, steps, notes };
    onProgress?.({ label: language, done: named.length, total: named.length });
  }
  const { name: called = "files", summary, licence = "yours to know", source = "files" } = described ?? {};
  return { name: called, ...(summary !== undefined && { summary }), licence, source, texts };
}

async function* stream(given: Parameters<typeof streamFiles>[0], held: boolean): AsyncGenerator<Document> {
  yield* streamFiles(given);
  if (held) yield* streamFiles({ ...given, part: "heldOut" });
}

async function builtIn(
  name: CorpusName,
  { languages = [], clean, signal, onProgress }: PreviewOptions,
): Promise<Preview> {
  const row = corpora[name];
  if (clean && clean.length > 0) throw new Error(`preview: invalid clean: ${name} has cleaning of its own`);
  const cacheDir = join(cacheFolder(), "corpora");
  const { documents, source, licence, notes } = await row.read({
    ...{ languages, cacheDir },
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const identify = await languageIdentifier();
  const texts: Preview["texts"] = {};
  for (const [language, raw] of Object.entries(documents)) {
    const { documents: left, steps } = await cleanBuiltIn(raw, { row, ...(signal && { signal }) });
    texts[language] = { files: 0, ...(await portrait({ documents: left, identify })), steps, notes };
  }
  return { name, summary: row.summary, licence, source, texts };
}
