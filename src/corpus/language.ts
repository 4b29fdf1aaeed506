/**
 * Which language a line is written in, by the n-grams of `eld` (https://github.com/nitotm/efficient-language-detector-js, Apache-2.0): it
 * knows 60 languages and gives one of them to whatever it reads, so say which may be there. A few words are little to go by.
 */
export interface LanguageIdentifierOptions {
  /**
   * Languages that may be there, as their corpora are called ("ko", "pt-br"); answers are among them, in these words. Defaults to
   * all that are known, by ISO 639-1 code ("no" is Norwegian).
   */
  among?: readonly string[];
}

/** Language of a text; "" where it has no letters or is like none. */
export type LanguageIdentifier = (text: string) => string;

export async function languageIdentifier({ among }: LanguageIdentifierOptions = {}): Promise<LanguageIdentifier> {
  const { eld } = await import("eld/small");
  const own = eld.newInstance();
  const known = Object.values(own.info().Languages);
  if (!among) return (text) => own.detect(text).language;
  const names = new Map<string, string>();
  for (const name of among) {
    const code = codeOf(name);
    if (!known.includes(code))
      throw new Error(`languageIdentifier: invalid among: ${name} (one of ${known.join(", ")}, or a region of it)`);
    if (names.has(code))
      throw new Error(`languageIdentifier: invalid among: ${name} (it is not told from ${names.get(code)})`);
    names.set(code, name);
  }
  if (names.size < 2) throw new Error(`languageIdentifier: invalid among: ${names.size} (two languages or more)`);
  own.setLanguageSubset([...names.keys()]);
  return (text) => names.get(own.detect(text).language) ?? "";
}

/** Of a tag the language alone; both written forms of Norwegian are one. */
function codeOf(tag: string): string {
  const [language] = tag.toLowerCase().split(/[-_]/);
  return language === "nb" || language === "nn" ? "no" : language!;
}
