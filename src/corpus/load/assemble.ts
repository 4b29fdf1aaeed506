/** A corpus of documents that are split: texts, keys, marks and dates in their order, and sentences on the split. */
import type { Mark } from "../../types.js";
import type { Split } from "../split/split.js";
import { counted } from "../steps/notes.js";
import type { Corpus, Document, SourceText, StepCounts } from "../types.js";

export function splitNotes({ leaked, repeatedShare, undated }: Split): string[] {
  return Object.keys(leaked).flatMap((language) => [
    ...(undated[language]! > 0
      ? [`${language}: ${counted(undated[language]!, "document")} left out, for it is not known whether they are later`]
      : []),
    ...(leaked[language]! > 0
      ? [
          `${language}: ${counted(leaked[language]!, "held-out document")} dropped, for at least 80% of their text is in the train part`,
        ]
      : []),
    ...(repeatedShare[language]! >= 0.01
      ? [
          `${language}: ${Math.round(100 * repeatedShare[language]!)}% of the held-out text is lines that the train part has too`,
        ]
      : []),
  ]);
}

export function assemble(
  name: string,
  { source, licence, pairs, aligned }: SourceText,
  split: Split,
  ran: Record<string, StepCounts[]>,
  notes: string[],
): Corpus {
  const languages = Object.keys(split.train);
  const corpus: Corpus = { name, source, licence, languages, texts: {}, keys: {}, aligned, cleaning: ran, notes };
  for (const language of languages) {
    const [train, heldOut] = [split.train[language]!, split.heldOut[language]!];
    const marked = [...train, ...heldOut].some(({ marks }) => marks);
    corpus.texts[language] = {
      name: language,
      train: train.map(({ text }) => text),
      heldOut: heldOut.map(({ text }) => text),
      ...(marked && { marks: { train: train.map(marksOf), heldOut: heldOut.map(marksOf) } }),
      ...(pairs?.includes(language) && { pairs: true }),
    };
    if ([...train, ...heldOut].some(({ date }) => date !== undefined))
      (corpus.dates ??= {})[language] = {
        train: train.map(({ date }) => date),
        heldOut: heldOut.map(({ date }) => date),
      };
    corpus.keys[language] = { train: train.map(({ key }) => key), heldOut: heldOut.map(({ key }) => key) };
  }
  return corpus;
}

/** A document beside marked ones that has none itself counts whole. */
const marksOf = ({ text, marks }: Document): Mark[] => marks ?? [{ from: 0, to: text.length, weight: 1 }];
