/** A corpus with texts of pairs besides its languages, and what is said of them. */
import { checkName } from "../../names.js";
import { paired, type PairedOptions, type PairedText } from "./paired.js";
import type { Corpus } from "../types.js";

export interface PairsOf extends Pick<PairedOptions, "of" | "by" | "as" | "strangers"> {
  /** Whether documents for training that stand in a pair stand in their languages' own texts too. Defaults to true; who trains on both reads them twice. */
  alone?: boolean;
}

export interface WithPairsOptions extends Pick<PairedOptions, "seed" | "cacheDir" | "signal"> {
  paired: Record<string, PairsOf>;
}

export async function withPairs(corpus: Corpus, { paired: all, ...options }: WithPairsOptions): Promise<Corpus> {
  const texts = { ...corpus.texts };
  const notes = [...corpus.notes];
  const within: Record<string, Set<string>> = {};
  for (const [name, { alone = true, ...given }] of Object.entries(all)) {
    if (corpus.texts[name])
      throw new Error(`load: invalid paired: ${name} (it is a language; give the pairs another name)`);
    const {
      counts,
      keys,
      replaced: _,
      ...text
    } = await paired(corpus, {
      ...given,
      ...options,
      name: checkName(name, "load"),
    });
    texts[name] = text;
    notes.push(...notesOf(name, { counts, keys }, { of: given.of, alone }));
    if (alone) continue;
    for (const language of given.of) within[language] = new Set([...(within[language] ?? []), ...keys.train]);
  }
  const kept = { ...corpus.keys };
  const dates = corpus.dates && { ...corpus.dates };
  for (const [language, keys] of Object.entries(within)) {
    const stays = corpus.keys[language]!.train.map((key) => !keys.has(key));
    const { train, marks, ...rest } = texts[language]!;
    const of = <T>(list: readonly T[]): T[] => list.filter((_, i) => stays[i]);
    texts[language] = {
      ...rest,
      train: of(train),
      ...(marks && { marks: { ...marks, train: of(marks.train) } }),
    };
    if (dates?.[language]) dates[language] = { ...dates[language], train: of(dates[language].train) };
    kept[language] = { ...corpus.keys[language]!, train: of(corpus.keys[language]!.train) };
  }
  return { ...corpus, texts, keys: kept, ...(dates && { dates }), notes };
}

function notesOf(
  name: string,
  { counts, keys }: Pick<PairedText, "counts" | "keys">,
  { of, alone }: { of: readonly string[]; alone: boolean },
): string[] {
  const told = Object.entries(counts).map(([what, n]) => `${what}: ${n}`);
  const where = alone ? "and stand alone in both languages too" : "and no longer stand alone";
  return [
    `${name}: ${keys.train.length} documents of ${of.join(" and ")} are in pairs for training ${where}`,
    ...(told.length > 0 ? [`${name}: ${told.join(", ")}`] : []),
  ];
}
