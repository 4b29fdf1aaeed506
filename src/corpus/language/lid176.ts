/**
 * fastText's identifier of 176 languages (lid.176.ftz, CC BY-SA 3.0; Joulin et al. 2017, https://arxiv.org/abs/1607.01759), which filters of
 * web text are made with, by fastText itself as WebAssembly (https://github.com/yunsii/fasttext.wasm.js, MIT). Its languages are called as
 * Wikipedias are: "als" is Alemannic, "no" is Bokmål.
 */
export interface Lid176 {
  /** In the order of their names. */
  readonly languages: readonly string[];
  /** The likeliest `most`, from the likeliest down; by default all of a probability above 1e-5. A text without letters is like none. */
  guesses(text: string, most?: number): LanguageGuess[];
}

export interface LanguageGuess {
  language: string;
  /** In [0, 1], as fastText gives it: they sum to 1, give or take a thousandth. */
  probability: number;
}

const prefix = "__label__";
const count = 176;
let loading: Promise<Lid176> | undefined;

/** Read once. */
export const lid176 = (): Promise<Lid176> => (loading ??= read());

async function read(): Promise<Lid176> {
  const { getLIDModel } = await import("fasttext.wasm.js");
  const model = await (await getLIDModel()).load();
  const guesses = (text: string, most: number): LanguageGuess[] => {
    // It reads to the end of a line.
    const found = model.predict(text.replaceAll("\n", " "), most, 0);
    try {
      return Array.from({ length: found.size() }, (_, i) => {
        const [probability, label] = found.get(i);
        return { language: label.slice(prefix.length), probability };
      });
    } finally {
      found.delete();
    }
  };
  const [labels] = model.getLabels();
  const languages = Array.from({ length: labels!.size() }, (_, i) => labels!.get(i).slice(prefix.length));
  labels!.delete();
  return {
    languages: languages.sort(),
    guesses: (text, most = count) => (/\p{L}/u.test(text) ? guesses(text, most) : []),
  };
}
