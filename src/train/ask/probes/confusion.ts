/**
 * Whether a model goes on in the language of a text (Marchisio et al. 2024, https://arxiv.org/abs/2406.20052): it writes after the
 * beginnings of held-out documents, and `corpus.languageIdentifier` says in which of the domains' languages, line by line.
 */
import { documentPlaces, languageIdentifier, type Shard } from "../../../corpus/index.js";
import { confusion, scriptsOf } from "../../../measure/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { Tokenizer } from "../../../types.js";
import type { GenerationTask, TaskScore } from "../types.js";
import type { Seeded } from "./generated.js";
import type { Probe } from "./types.js";

export interface LanguageConfusionOptions extends Seeded {
  /** Language of each domain whose name is none; a domain that it calls "" is left out. Languages are those of `corpus.languageIdentifier`. */
  languages?: Record<string, string>;
  /** Documents of each domain, at most; defaults to 8. */
  documents?: number;
  /** Tokens of each that the model reads; defaults to 16, or a quarter of the context where that is less. */
  prompt?: number;
  /** Tokens that it writes, at most; defaults to 48, or half the context where that is less. */
  tokens?: number;
}

const name = "language-confusion";
/** Tokens of English text that its words are taken from, at most. */
const READ = 2 ** 18;

/**
 * Scores by domain: `lpr`, `accuracy` of lines, `skipped`, and of languages in another script than Latin, where English is among
 * them, `wpr` and `lcpr`, as `measure.confusion` has them. What is said of nothing has no row.
 */
export function languageConfusion(options: LanguageConfusionOptions = {}): Probe {
  const { languages = {}, documents = 8, prompt, tokens, seed = 1 } = options;
  for (const [field, value] of Object.entries({ documents, prompt, tokens }))
    if (value !== undefined && !(Number.isInteger(value) && value >= 1))
      throw new Error(`languageConfusion: invalid ${field}: ${value} (a whole number from 1)`);
  return made({
    name,
    options: { languages, documents, prompt, tokens, seed },
    async begin({ shards, context, model: { tokenizer } }) {
      const texts = Object.entries(shards).flatMap(([domain, { heldOut }]) => {
        const language = languages[domain] ?? domain;
        return heldOut && language !== "" ? [{ domain, language, heldOut }] : [];
      });
      const among = [...new Set(texts.map(({ language }) => language))];
      if (among.length < 2)
        throw new Error(`languageConfusion: invalid text: held out in ${among.length} languages (two or more)`);
      const languageOf = await languageIdentifier({ among }).catch((error: Error) => {
        const { domain } = texts[0]!;
        throw new Error(`${error.message}; say which a domain is in: languages: { ${JSON.stringify(domain)}: "en" }`);
      });
      const read = prompt ?? Math.max(1, Math.min(16, Math.floor(context / 4)));
      const most = tokens ?? Math.max(1, Math.min(48, Math.floor(context / 2)));
      const english = texts.find(({ language }) => language === "en");
      const words = english && wordsOf(english.heldOut, tokenizer);
      const asked = texts.map(({ domain, language, heldOut }) => {
        const chosen = rng(seed).fork(domain).shuffle(beginnings(heldOut, read)).slice(0, documents);
        if (chosen.length < 2)
          throw new Error(
            `languageConfusion: invalid prompt: ${read} (${domain} has no two held-out documents so long)`,
          );
        const items = chosen.map((ids) => ({ context: tokenizer.decode(ids).replace(/\ufffd+$/u, ""), target: "" }));
        const task: GenerationTask = {
          ...{ name: `${name} ${domain}`, domain, type: "generate_until", items, until: [], most, ignore: {} },
          ...{ filters: [{ name: "", steps: [] }], metrics: ["exact_match"] },
        };
        const isLatin = firstOf(scriptsOf(items.map((item) => item.context))) === "Latin";
        return { task, language, words: isLatin ? undefined : words };
      });
      return {
        tasks: asked.map(({ task }) => task),
        scores: ({ items }) =>
          asked.flatMap(({ task, language, words }) => {
            const responses = items[task.name]!.map(({ text }) => text!);
            const isEnglish = words && ((word: string) => words.has(word));
            const found = confusion({ responses, language, languageOf, ...(isEnglish && { isEnglish }) });
            const { lines: lpr, accuracy, skipped, words: wpr, both: lcpr } = found;
            return Object.entries({ lpr, accuracy, skipped, wpr, lcpr }).flatMap(([metric, estimate]): TaskScore[] =>
              estimate && Number.isFinite(estimate.value)
                ? [{ task: name, metric, domain: task.domain!, ...estimate, items: responses.length }]
                : [],
            );
          }),
      };
    },
  });
}

/** The first tokens of every document that has more. */
const beginnings = (shard: Shard, most: number): Int32Array[] =>
  documentPlaces(shard).flatMap(({ start, length }) => (length - 1 > most ? [shard.read(start, most)] : []));

/** Lower-case words of four letters or more in the text. */
function wordsOf(shard: Shard, tokenizer: Tokenizer): Set<string> {
  const text = tokenizer.decode(shard.read(0, Math.min(shard.length, READ)));
  return new Set(text.match(/(?<!\p{L})\p{Ll}{4,}(?!\p{L})/gu) ?? []);
}

/** The most frequent. */
const firstOf = (counts: ReadonlyMap<string, number>): string | undefined =>
  [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
