/** `palimpsest tokenizer report`: the table of tokenizers by languages, over the Declaration of Human Rights or the user's files. */
import { plainTable, rowsOf } from "../lab/cell/table.js";
import type { OnProgress } from "../types.js";
import type { ComparisonRow, WordRuleName } from "../vocab/index.js";
import { listOf, progressing, readingOf, type TextOptions, tokenizerNamed } from "./tokenizer-inputs.js";
import { BadArguments, type Outcome, type Work } from "./work.js";

export interface ReportOptions extends TextOptions {
  lang: string;
  text?: string[];
  pivot?: string;
  words: string;
}

export async function reportVerb(names: string[], options: ReportOptions, { signal }: Work): Promise<Outcome> {
  const { compare, wordRules } = await import("../vocab/index.js");
  const { pivot, words } = options;
  if (!Object.hasOwn(wordRules, words))
    throw new BadArguments(`invalid --words: ${words}; one of ${Object.keys(wordRules).join(", ")}`);
  if (new Set(names).size < names.length) throw new BadArguments("a tokenizer is named twice");
  const openers = await Promise.all(names.map((name) => tokenizerNamed(name, null)));
  return progressing(async (onProgress) => {
    const { texts, keys, source, notes } = await measuredTexts(options, signal, onProgress);
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
      ...notes.map((note) => `note: ${note}`),
    ];
    const table = plainTable(rowsOf(rows.map(columnsOf), rows.length)!);
    return {
      json: { source, notes, words, pivot: against, base: names[0], rows },
      text: [table, "", ...foot].join("\n"),
    };
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
  /** What was passed over, and what cleaning changed. */
  notes: string[];
}

/** The Declaration in the languages asked for, or the user's files. */
async function measuredTexts(
  options: ReportOptions,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<MeasuredTexts> {
  const { lang, text } = options;
  const { corpora, load } = await import("../corpus/index.js");
  if (text) {
    const files = Object.fromEntries(
      text.map((each) => {
        const [language, ...path] = each.split("=");
        if (!language || path.length === 0)
          throw new BadArguments(`invalid --text: ${each}; a language and a file, ko=ko.txt`);
        return [language, path.join("=")];
      }),
    );
    const { texts, source, notes } = await load({
      files,
      heldOut: 0,
      ...(await readingOf(options)),
      signal,
      onProgress,
    });
    return { texts: Object.fromEntries(Object.values(texts).map(({ name, train }) => [name, train])), source, notes };
  }
  const languages = listOf(lang).map((code) => code.toLowerCase());
  const known = corpora.udhr.languages();
  const unknown = languages.filter((code) => !known.includes(code));
  if (languages.length === 0) throw new BadArguments("--lang names no language");
  if (unknown.length > 0)
    throw new BadArguments(
      `the Declaration is not there in ${unknown.join(", ")}; \`corpus list --json\` has the codes`,
    );
  const { texts, keys, source, notes } = await load({ name: "udhr", languages, heldOut: 0, signal, onProgress });
  const each = <T>(pick: (language: string) => T): Record<string, T> =>
    Object.fromEntries(languages.map((language) => [language, pick(language)]));
  return {
    texts: each((language) => texts[language]!.train),
    keys: each((language) => keys[language]!.train),
    source,
    notes,
  };
}
