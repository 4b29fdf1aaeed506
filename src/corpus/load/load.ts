/**
 * Text in: a named corpus, cleaned as it always is, or the user's files, byte for byte unless cleaning is asked for; split by
 * document into train and held-out parts. Nothing is tokenized here. The result depends on the source and these options alone.
 */
import { join } from "node:path";
import type { OnProgress } from "../../types.js";
import { checkName } from "../../names.js";
import { assemble, splitNotes } from "./assemble.js";
import { cacheFolder } from "../cache.js";
import { checkText } from "./check-text.js";
import { readDataset } from "./dataset.js";
import { generatedDocuments, type GeneratedText } from "../generators/generated.js";
import { aloneNote, wholePairs } from "../pairs/whole-pairs.js";
import { type PairsOf, withPairs } from "../pairs/with-pairs.js";
import { limit } from "../split/limit.js";
import { corpora } from "../registry.js";
import type { CorpusName } from "../registry.js";
import { readFiles } from "../sources/files.js";
import type { FileText } from "../sources/file-text.js";
import { type SliceOptions, withSlices } from "../split/slices.js";
import { splitDocuments } from "../split/split.js";
import { cleanBuiltIn } from "../steps/built-in.js";
import { addCounts } from "../steps/counting.js";
import { counted, kilobytes, notesOf } from "../steps/notes.js";
import { pipeline, type Pipelined } from "../steps/pipeline.js";
import { type StepGiven, stepOf } from "../steps/registry.js";
import type { Corpus, CorpusRow, Document, SourceText, StepCounts } from "../types.js";
import { dropUntranslated, linesOf } from "./untranslated.js";

export interface LoadOptions {
  /** A row of `corpora`; or else `dataset`, or `files`. */
  name?: CorpusName;
  /** A JSON file that describes a corpus as a `Dataset`, with its files, its licence and its own `clean`. */
  dataset?: string;
  /** The user's own files, folders and globs by language (or domain). */
  files?: Record<string, string | string[] | FileText>;
  /**
   * Domains besides, or alone, whose documents a row of `generators` makes, e.g. `{ dyck: { generator: { name: "dyck" }, seed: 1 } }`:
   * kept as they are, all of them.
   */
  generated?: Record<string, GeneratedText>;
  /** Field or column of `files` with the text, where a language names none; defaults to "text". */
  field?: string;
  /**
   * Steps that `files` go through, in this order: rows of `corpus.steps` by name or with their options, e.g. `["lines", "nfc",
   * { name: "repeats" }]`, or steps of your own. Defaults to none, which keeps every byte.
   */
  clean?: StepGiven[];
  /** Languages to load; needed with `name`, defaults to all of `files`. */
  languages?: string[];
  /** Share of documents held out for evaluation; defaults to 0.05, and to 0 with `until`. */
  heldOut?: number;
  /**
   * Trains on documents dated to it (a year, a month or a day, inclusive) and holds out all later ones, beside the share `heldOut`
   * of the earlier. Documents that have no date, or may be later, are in neither part. Defaults to a split that knows no time.
   */
  until?: string;
  /** Slices by date besides, by name: domains with that part of a language's documents (`slices.ts`). Defaults to none. */
  slices?: Record<string, SliceOptions>;
  /** Decides which documents are held out, and which are kept under `maxBytes`; defaults to 1. */
  seed?: number;
  /** Defaults to `corpora` in the lab's cache folder. */
  cacheDir?: string;
  /**
   * UTF-8 bytes to keep per language, train and held-out together; whole documents, chosen by the seed. A held-out part that
   * the user names is kept whole and not counted. Defaults to all.
   */
  maxBytes?: number;
  /** Texts of pairs besides, by name: two languages that are translations of each other, and what is made of them. Defaults to none. */
  paired?: Record<string, PairsOf>;
  /** Keeps lines of a translation that are word for word the original's. Defaults to false. */
  keepUntranslated?: boolean;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export async function load(options: LoadOptions): Promise<Corpus> {
  if (options.dataset !== undefined) return loadDataset(options);
  const { name, until, seed = 1, maxBytes = Infinity, keepUntranslated = false, clean = [] } = options;
  const { heldOut = until === undefined ? 0.05 : 0 } = options;
  if (!(heldOut >= 0 && heldOut < 1))
    throw new Error(`load: invalid heldOut: ${heldOut}; it is a share of documents, at least 0 and below 1`);
  if (!Number.isSafeInteger(seed)) throw new Error(`load: invalid seed: ${seed}; it is a whole number`);
  if (!(maxBytes > 0)) throw new Error(`load: invalid maxBytes: ${maxBytes}; it is a positive number`);
  const steps = clean.map((given) => stepOf(given, "load"));
  if (clean.length > 0 && name !== undefined)
    throw new Error(
      `load: invalid clean: ${steps.map(({ name }) => name).join(", ")}; it is for files, and ${name} has cleaning of its own`,
    );
  const read = await readSource(options);
  const notes = [...read.notes];
  // A language may be called as a property of objects is.
  const documents = Object.create(null) as Record<string, Document[]>;
  const given = Object.create(null) as Record<string, Document[]>;
  const ran: Record<string, StepCounts[]> = {};
  const { signal, onProgress } = options;
  const cleanly = (documents: Document[], language: string): Promise<Pipelined> => {
    if (name !== undefined) return cleanBuiltIn(documents, { row: corpora[name], ...(signal && { signal }) });
    const own = steps.map((step) => step.forText?.(language) ?? step);
    return pipeline({ documents, steps: own, signal, onProgress });
  };
  const originals =
    read.original && !keepUntranslated ? linesOf((await cleanly(read.original, "en")).documents) : undefined;
  for (const [language, raw] of Object.entries(read.documents)) {
    signal?.throwIfAborted();
    const cleaned = await cleanly(raw, language);
    if (until !== undefined && read.heldOut?.[language])
      throw new Error(`load: invalid until: ${until} (the held-out text of ${language} is named)`);
    const held = read.heldOut?.[language] && (await cleanly(read.heldOut[language], language));
    ran[language] = held ? together(cleaned.steps, held.steps) : cleaned.steps;
    let kept = cleaned.documents;
    if (name === undefined) {
      const empty = cleaned.empty + (held?.empty ?? 0);
      if (empty > 0) notes.push(`${language}: ${counted(empty, "document")} without text passed over`);
      notes.push(...notesOf(language, ran[language]));
      if (steps.length > 0 && read.pairs?.includes(language))
        for (const part of [cleaned, ...(held ? [held] : [])]) {
          const pairs = wholePairs();
          part.documents = part.documents.flatMap((document) => pairs.add(document));
          if (pairs.alone > 0) notes.push(aloneNote(language, pairs.alone));
        }
      kept = cleaned.documents;
      for (const document of [...kept, ...(held?.documents ?? [])]) checkText(language, document, "load");
    } else {
      const repeated = cleaned.steps.at(-1)!.dropped;
      if (repeated > 0) notes.push(`${language}: ${counted(repeated, "document")} with the text of another dropped`);
    }
    if (originals && !isEnglish(language)) {
      const translated = dropUntranslated(kept, originals);
      kept = (await cleanBuiltIn(translated.documents, { ...(signal && { signal }) })).documents;
      if (translated.dropped > 0)
        notes.push(`${language}: ${kilobytes(translated.dropped)} that were never translated from English dropped`);
    }
    if (kept.length === 0 || held?.documents.length === 0)
      throw new Error(`load: no${held && kept.length > 0 ? " held-out" : ""} text in ${language} of ${read.source}`);
    documents[language] = limit(kept, maxBytes, seed);
    if (held) given[language] = held.documents;
  }
  const made = generatedDocuments({ texts: options.generated ?? {}, heldOut });
  for (const domain of Object.keys(made.documents)) {
    if (documents[domain])
      throw new Error(`load: invalid generated: ${domain} (it is a language; name the domain otherwise)`);
    ran[domain] = [];
  }
  Object.assign(documents, made.documents);
  Object.assign(given, made.heldOut);
  const split = splitDocuments({ documents, given, heldOut, seed, until });
  notes.push(...splitNotes(split));
  const source = [read.source, ...made.sources].filter(Boolean).join(", ");
  const aligned = read.aligned && (made.aligned || Object.keys(read.documents).length > 0);
  const from = name ?? (options.files ? "files" : "generated");
  const corpus = assemble(from, { ...read, source, aligned }, split, ran, notes);
  if (Object.keys(made.truth).length > 0) corpus.truth = made.truth;
  const sliced = withSlices(corpus, options.slices ?? {});
  return withPairs(sliced, { paired: options.paired ?? {}, seed, cacheDir: options.cacheDir, signal: options.signal });
}

/** As files, under its own name, source and licence. */
async function loadDataset({ dataset, ...options }: LoadOptions): Promise<Corpus> {
  if ((options.name ?? options.files) !== undefined)
    throw new Error("load: invalid options: give either name, dataset or files");
  const { name, licence, source, languages: files, clean } = readDataset(dataset!);
  const corpus = await load({ files, ...(clean && { clean }), ...options });
  return { ...corpus, name, licence, source: `${source} (${dataset})` };
}

/** Of the same steps on two parts. */
function together(some: StepCounts[], others: StepCounts[]): StepCounts[] {
  some.forEach((counts, i) => addCounts(counts, others[i]!));
  return some;
}

async function readSource(options: LoadOptions): Promise<SourceText> {
  const {
    name,
    files,
    generated,
    field,
    languages,
    cacheDir = join(cacheFolder(), "corpora"),
    signal,
    onProgress,
  } = options;
  if (generated && name === undefined && files === undefined)
    return { source: "", licence: "nobody's text", documents: {}, aligned: true, notes: [] };
  if ((name === undefined) === (files === undefined))
    throw new Error("load: invalid options: give one of name, dataset and files, or generated alone");
  if (name !== undefined && field !== undefined) throw new Error(`load: invalid field: ${field}; it is for files`);
  if (files) {
    const wanted = languages ?? Object.keys(files);
    for (const language of wanted) checkName(language, "load");
    for (const language of wanted)
      if (!Object.hasOwn(files, language))
        throw new Error(
          `load: invalid language: ${language}; the files are for ${Object.keys(files).join(", ") || "none"}`,
        );
    if (wanted.length === 0) throw new Error("load: invalid files: {}; name at least one language");
    return readFiles({
      files: Object.fromEntries(wanted.map((language) => [language, files[language]!])),
      field,
      signal,
      onProgress,
    });
  }
  const row: CorpusRow | undefined = Object.hasOwn(corpora, name!) ? corpora[name!] : undefined;
  if (!row) throw new Error(`load: invalid name: ${String(name)}; one of ${Object.keys(corpora).join(", ")}`);
  const known = row.languages();
  if (!languages || languages.length === 0)
    throw new Error(`load: invalid languages: none; ${name} has ${known.join(", ")}`);
  for (const language of languages)
    if (!known.includes(language))
      throw new Error(`load: invalid language: ${language}; ${name} has ${known.join(", ")}`);
  return row.read({ languages: [...new Set(languages)], cacheDir, signal, onProgress });
}

const isEnglish = (language: string): boolean => language === "en" || language.startsWith("en-");
