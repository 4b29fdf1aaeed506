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
// # Lesson 1: What a tokenizer costs
//
// A model reads tokens, is trained on tokens, and is paid for by the token. The same text is a dozen tokens in one language and
// forty in another, because the vocabulary was learned from other text than yours.
//
// **After this lesson you can**
//
// - measure what a tokenizer charges a language: fertility, and parity on translated text;
// - say where the tokens go when a language is cut into bytes;
// - find out how many new tokens a widened vocabulary needs, and doubt the number you found.
//
// **25 minutes.** Every cell runs in seconds. Write your code where it says `// your code here`; the checks below an exercise say
// what is wrong. You cannot break anything: run a cell again as often as you like.

// %% [markdown] tags=["teacher-only"]
// ## For the teacher: lesson 1
//
// | minutes | what |
// | --- | --- |
// | 5 | Setup. Ask before anything runs: how many tokens is one Korean sentence, if its English translation is 20? |
// | 5 | Exercise 1, fertility |
// | 5 | Exercise 2, parity and money |
// | 5 | Exercise 3, where the tokens go |
// | 10 | Exercises 4 and 5, paying back, and whether the number is fair |
//
// **What goes wrong.** Students forget `await`: the check then says that it got a promise. They divide by the number of documents
// and not of words. They count words by single blanks, so that a line break glues two words (the check allows 1 % and finds it).
//
// **What to ask.** Why is fertility a poor measure between languages? (A Finnish word says what three English ones say; parity on
// translations does not care.) Why is a Hangul syllable three tokens and not one? (Three bytes of UTF-8, and no merge was ever learned
// for them.) Who pays: the user by the token, the model by its context, the trainer by the text a budget holds?
//
// **Expected, with the settings as they are.** Fertility 2.2 in English, 5.7 in Finnish, 9.6 in Korean; parity 1.9 and 3.0; 88 % of
// the Korean tokens are not a whole character; 256 new tokens bring parity under 1.5. With 2048, Korean is *cheaper* than English:
// the declaration itself is in the text that the new tokens were learned from. That is the point of exercise 5.

// %% tags=["parameters"]
import { charts, corpus, lab, show, vocab } from "palimpsest";
import type { Tokenizer } from "palimpsest";

const settings = lab.params({
  defaults: {
    corpus: "npm", // text that came with the installation
    vocabSize: 2048,
    newTokens: [128, 256, 512, 1024, 2048],
    limit: 1.5, // what Korean may cost against English
  },
});

// %% [markdown]
// ## Setup
//
// A tokenizer is learned from English text alone, as the early ones were. The text to be paid for is the Universal Declaration of
// Human Rights: a preamble and thirty articles, the same in English, Finnish and Korean.

// %%
const { texts } = await corpus.load({
  name: settings.corpus as corpus.CorpusName,
  languages: ["en", "ko"],
  seed: 1,
});
const english = await vocab.train({ texts: texts.en.train, size: settings.vocabSize });
const declaration = await corpus.load({ name: "udhr", languages: ["en", "fi", "ko"], seed: 1 });
const articlesOf = (language: string) => {
  const { train, heldOut } = declaration.texts[language];
  return [...train, ...heldOut];
};
const [en, fi, ko] = ["en", "fi", "ko"].map(articlesOf);
show(
  [en, fi, ko].map((articles) => ({
    articles: articles.length,
    begins: articles[3].split("\n")[1],
  })),
);

// %% [markdown]
// ## Exercise 1: fertility
//
// Fertility is the number of tokens per word: 1 is the least that a tokenizer which splits at spaces can reach. Write it.
// `await tokenizer.encodeBatch(documents)` gives the ids of each document; a word is what stands between white space (`/\s+/`).

// %%
async function fertility(tokenizer: Tokenizer, documents: string[]): Promise<number> {
  // BEGIN SOLUTION
  const ids = await tokenizer.encodeBatch(documents);
  const tokens = ids.reduce((sum, each) => sum + each.length, 0);
  const words = documents.flatMap((each) => each.split(/\s+/)).filter((word) => word !== "");
  return tokens / words.length;
  // END SOLUTION
}

// %% tags=["check"]
const known = await vocab.report({ tokenizer: english, texts: en });
await lab.check("fertility of two one-token words", () => fertility(english, ["a a"]), {
  is: 1,
  hint: "Two tokens over two words.",
});
await lab.check("fertility of the English declaration", () => fertility(english, en), {
  is: known.fertility,
  within: 0.01 * known.fertility,
  hint: "All tokens over all words, not the mean over documents.",
});
await lab.check(
  "Korean words cost more than Finnish ones",
  async () => (await fertility(english, ko)) > (await fertility(english, fi)),
);

// %% [markdown]
// ## Exercise 2: the price of the same text
//
// Words are not the same thing in two languages; a translation is. **Parity** is the number of tokens of a text over the number of
// tokens of its translation. Write parity, and what tokens cost at a price per million.

// %%
async function parity(tokenizer: Tokenizer, documents: string[], pivot: string[]): Promise<number> {
  // BEGIN SOLUTION
  const count = async (of: string[]) => (await tokenizer.encodeBatch(of)).flat().length;
  return (await count(documents)) / (await count(pivot));
  // END SOLUTION
}

function dollars(tokens: number, perMillion: number): number {
  // BEGIN SOLUTION
  return (tokens / 1e6) * perMillion;
  // END SOLUTION
}

// %% tags=["check"]
const tokensOf = async (documents: string[]) =>
  (await vocab.report({ tokenizer: english, texts: documents })).tokens;
await lab.check("a text costs as much as itself", () => parity(english, fi, fi), { is: 1 });
await lab.check("Korean against English", () => parity(english, ko, en), {
  is: (await tokensOf(ko)) / (await tokensOf(en)),
  hint: "Tokens of the documents over tokens of the pivot, each summed over all articles.",
});
lab.check("half a million tokens at 3 dollars a million", () => dollars(500_000, 3), { is: 1.5 });

// %% [markdown]
// ## Exercise 3: where the tokens go
//
// The first article as the English tokenizer cuts it; the darker a token, the more bytes it holds. Then write `fragments`: the share of the tokens
// that are no text of their own, but part of a character. `vocab.readable(tokenizer, id)` is a token as a reader sees it; part of a
// character begins with `\x` (in code, `"\\x"`).

// %%
async function cutOf(tokenizer: Tokenizer, text: string, title: string) {
  const tokens = (await tokenizer.encode(text)).map((id) => ({
    token: vocab.readable(tokenizer, id),
    value: tokenizer.bytesOf(id).length,
  }));
  show(
    charts.tokenView({
      tokens,
      value: "Bytes",
      digits: 0,
      title: `${title}: ${tokens.length} tokens`,
    }),
  );
}
await cutOf(english, en[1], "English");
await cutOf(english, ko[1].slice(0, 40), "Korean, the first 40 characters");

// %%
async function fragments(tokenizer: Tokenizer, documents: string[]): Promise<number> {
  // BEGIN SOLUTION
  const ids = (await tokenizer.encodeBatch(documents)).flat();
  const partial = ids.filter((id) => vocab.readable(tokenizer, id).startsWith("\\x"));
  return partial.length / ids.length;
  // END SOLUTION
}

// %% tags=["check"]
await lab.check("one Hangul syllable is cut into parts", () => fragments(english, ["뷁"]), {
  is: 1,
});
await lab.check("English is hardly cut at all", () => fragments(english, en), {
  above: 0,
  below: 0.05,
});
await lab.check("most Korean tokens are part of a character", () => fragments(english, ko), {
  above: 0.5,
  below: 1,
  hint: "A share: between 0 and 1.",
});

// %% [markdown]
// ## Exercise 4: paying back
//
// `vocab.extend` goes on with the merges of a tokenizer on new text: old tokens keep their ids, new ones are added. Here are
// tokenizers with more and more Korean tokens. Write `smallest`: the least number of new tokens with which Korean costs at most
// `limit` times what English costs.

// %%
const wider = await lab.inTurn(settings.newTokens, async (newTokens) => {
  const tokenizer = await vocab.extend({ base: english, texts: texts.ko.train, newTokens });
  return { newTokens, tokenizer };
});
async function smallest(limit: number): Promise<number> {
  // BEGIN SOLUTION
  for (const { newTokens, tokenizer } of wider)
    if ((await parity(tokenizer, ko, en)) <= limit) return newTokens;
  return Infinity;
  // END SOLUTION
}

// %% tags=["check"]
const prices = await lab.inTurn(wider, async ({ newTokens, tokenizer }) => {
  const [korean, pivot] = [ko, en].map((texts) => vocab.report({ tokenizer, texts }));
  return { newTokens, parity: (await korean).tokens / (await pivot).tokens };
});
const answer = prices.find((row) => row.parity <= settings.limit)?.newTokens ?? Infinity;
await lab.check(`new tokens for a parity of ${settings.limit}`, () => smallest(settings.limit), {
  is: answer,
  hint: "Go through `wider` from the smallest and stop at the first that is cheap enough.",
});
await lab.check("what no tokenizer here can do", () => smallest(0.01), { is: Infinity });
show(prices);

// %% [markdown]
// ## Exercise 5: is it fair?
//
// Look at the last row above. A tokenizer with so many new tokens makes Korean *cheaper* than English. Two things make that number
// too good. Measure bytes per token of the widest tokenizer on Korean text that it was learned from and on text that it was not,
// then write down what you conclude.

// %%
const widest = wider[wider.length - 1].tokenizer;
async function bytesPerToken(documents: string[]): Promise<number> {
  // BEGIN SOLUTION
  return (await vocab.report({ tokenizer: widest, texts: documents })).bytesPerToken;
  // END SOLUTION
}

// %% tags=["check"]
await lab.check("an ASCII letter alone", () => bytesPerToken(["a"]), { is: 1 });
await lab.check(
  "learned from, over not learned from",
  async () => (await bytesPerToken(texts.ko.train)) / (await bytesPerToken(texts.ko.heldOut)),
  {
    above: 1,
    hint: "Bytes over tokens: the longer the tokens, the larger.",
  },
);

// %% [markdown] tags=["solution"]
// The declaration is one of the texts that the new tokens were learned from, so its words got tokens that other text would not give
// them; and English got no new tokens at all, while its text is much more varied than 30 articles. On Korean text that was held out a
// token holds fewer bytes than on text it was learned from. A fair price needs text that neither vocabulary has seen, of the kind
// that will be paid for.

// %% [markdown]
// ## What to take home
//
// - A price in tokens is a property of the vocabulary's training text, before any model is trained.
// - Compare languages on translations, and tokenizers on text that none of them was learned from.
// - New tokens are cheap to learn. What should stand in their rows of the embedding table is lesson 2.
