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
// # Lesson 2: A widening
//
// A model of English gets a tokenizer with Korean tokens. Its embedding table has no rows for them: something must stand there before
// the first step of training. Papers differ on what; the differences before training are large. After it?
//
// **After this lesson you can**
//
// - write an initialiser of new embedding rows in three lines;
// - say why rows of zeros take probability from the old tokens, and why the mean does not;
// - tell what a comparison at step 0 says about the same comparison after training.
//
// **30 minutes.** Setup trains a small model once (under half a minute) and keeps it; each cell after it takes seconds, the last but one about 20.

// %% [markdown] tags=["teacher-only"]
// ## For the teacher: lesson 2
//
// | minutes | what |
// | --- | --- |
// | 5 | Setup; while the base trains, ask what the row of a new token should hold, and what a row of zeros predicts |
// | 10 | Exercises 1 and 2, two initialisers |
// | 5 | Exercise 3, loss before training: let everybody write down an order first |
// | 10 | Exercise 4, after training |
//
// **What goes wrong.** `rows` is one flat array, not an array of arrays: `rows.set(row, n * width)` is what most need to hear. Some
// divide the sum of the pieces' rows by the width. Some make a new array, where the one that is given must be written.
//
// **What to ask.** Why is the logit of a zero row 0, and why is 0 much? (The head is the table: logits are products with its rows, and
// most old ones are far below zero.) Why are the mean's new tokens all equally likely, and what tells them apart? Why is the mean of
// the pieces *worst* on Korean before training? (The base never read Korean: the pieces are bytes whose rows say "this never comes".)
//
// **Expected, with the settings as they are.** English before training: zeros 2.42, mean 2.36, mean of pieces 2.34, the base 2.34 bits per
// byte. Korean: 4.05, 4.53, 4.90: the order is turned around. After 40 steps on Korean the three lie within some hundredths,
// and one seed cannot tell them apart. Nobody should leave believing that one of the three won.

// %% tags=["parameters"]
import { charts, corpus, embed, lab, mixture, show, train, vocab } from "palimpsest";

const settings = lab.params({
  defaults: {
    corpus: "npm", // text that came with the installation
    vocabSize: 2048,
    newTokens: 512,
    baseSteps: 300,
    steps: 40,
    heldOutBytes: 16384,
  },
});

// %% [markdown]
// ## Setup
//
// The base: a model of English, three hundred updates old. It is kept, so that the second time it is there at once. The wider
// tokenizer has Korean tokens after the old ones, which keep their ids.

// %%
const { texts } = await corpus.load({
  name: settings.corpus as corpus.CorpusName,
  languages: ["en", "ko"],
  seed: 1,
});
const tokenizer = await vocab.train({ texts: texts.en.train, size: settings.vocabSize });
const { newTokens, heldOutBytes } = settings;
const wide = await vocab.extend({ base: tokenizer, texts: texts.ko.train, newTokens });
const bar = lab.progress();
const base = await lab.interruptible((signal) =>
  train.pretrain({
    size: "nano",
    on: texts.en,
    tokenizer,
    steps: settings.baseSteps,
    heldOutBytes,
    evaluateAt: [0, settings.baseSteps],
    seed: 1,
    signal,
    onProgress: bar.report,
  }),
);
bar.done();

// %% [markdown]
// An **initialiser** is a function that writes the new rows: `rows` holds them one after the other, each of `width` numbers, and is all
// zeros at first. `growing.newIds` are the tokens, `growing.table.row(id)` is a row of the base, `growing.mean` the mean of all its rows.
// Doing nothing makes rows of zeros.

// %%
const zeros: embed.Initialise = () => {};
const grown = (initialise: embed.Initialise) =>
  embed.grow({
    base,
    tokenizer: wide,
    init: { summary: "own", reference: "this lesson", convex: false, initialise },
  });
const width = base.config.width;
/** The new rows of a model, one after the other. */
const newRows = (model: embed.Grown) =>
  model.weights["model.embed_tokens.weight"].data.slice(tokenizer.size * width);

// %% [markdown]
// ## Exercise 1: the mean
//
// Write every new row as the mean of the old rows. `rows.set(row, at)` copies a row to the place `at`.

// %%
const mean: embed.Initialise = (growing, rows) => {
  // BEGIN SOLUTION
  for (let at = 0; at < rows.length; at += width) rows.set(growing.mean, at);
  // END SOLUTION
};

// %% tags=["check"]
const library = (init: embed.InitialiserName) => embed.grow({ base, tokenizer: wide, init });
/** The largest difference to what the library's own initialiser writes. */
const missOf = async (own: embed.Initialise, init: embed.InitialiserName) => {
  const [a, b] = [newRows(await grown(own)), newRows(await library(init))];
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
};
await lab.check("rows differ from the mean by at most", () => missOf(mean, "mean"), {
  is: 0,
  within: 1e-5,
  hint: "Each row begins at a multiple of `width`.",
});

// %% [markdown]
// ## Exercise 2: the mean of its pieces
//
// The old tokenizer spelled each new token in pieces: `vocab.segment(tokenizer, wide.bytesOf(id))` are their ids. Write each new row as
// the mean of the rows of its pieces; `embed.meanOf(growing.table, ids)` is the mean of some rows.

// %%
const piecesMean: embed.Initialise = (growing, rows) => {
  // BEGIN SOLUTION
  growing.newIds.forEach((id, n) => {
    const pieces = vocab.segment(tokenizer, wide.bytesOf(id));
    rows.set(embed.meanOf(growing.table, pieces), n * width);
  });
  // END SOLUTION
};

// %% tags=["check"]
await lab.check(
  "rows differ from the mean of the pieces by at most",
  () => missOf(piecesMean, "subword-mean"),
  {
    is: 0,
    within: 1e-5,
    hint: "Row n belongs to the token growing.newIds[n].",
  },
);

// %% [markdown]
// ## Exercise 3: before training
//
// Write down what you expect: which of `zeros`, `mean` and `piecesMean` has the lowest loss on English before training, which on Korean? Then
// measure. `train.evaluate(model, { on: texts, heldOutBytes })` gives `evaluations`, a row each domain with its `bitsPerByte`.

// %%
async function lossOf(initialise: embed.Initialise, domain: "en" | "ko"): Promise<number> {
  // BEGIN SOLUTION
  const model = await grown(initialise);
  const { evaluations } = await train.evaluate(model, { on: texts, heldOutBytes });
  return evaluations.find((row) => row.domain === domain)!.bitsPerByte;
  // END SOLUTION
}

// %% tags=["check"]
const englishOf = async (initialise: embed.Initialise) => {
  const { evaluations } = await train.evaluate(await grown(initialise), {
    on: { en: texts.en },
    heldOutBytes,
  });
  return evaluations[0].bitsPerByte;
};
await lab.check("English with zeros", () => lossOf(zeros, "en"), {
  is: await englishOf(zeros),
  within: 1e-3,
  hint: "Bits per byte of the domain that is asked for.",
});
await lab.check(
  "zeros cost more English than the mean",
  async () => (await lossOf(zeros, "en")) - (await lossOf(mean, "en")),
  {
    above: 0,
    hint: "A zero row has logit 0, and most old logits are far below 0.",
  },
);

// %% [markdown]
// ## Exercise 4: after training
//
// The same forty updates on Korean from each start, in about 20 seconds. Then write `spread`: the largest less the smallest of the
// losses of one step. `runs` has a row for each method with its `evaluations`.

// %%
const methods = { zeros, mean, "mean of pieces": piecesMean };
const trained = async (method: keyof typeof methods) => {
  const run = await lab.interruptible(async (signal) =>
    train.continue(await grown(methods[method]), {
      on: texts,
      mixture: mixture.fixed({ ko: 1 }),
      schedule: train.rewarm({ peak: 1e-3 }),
      steps: settings.steps,
      evaluateAt: [0, settings.steps],
      heldOutBytes,
      seed: 1,
      signal,
      onProgress: bar.report,
    }),
  );
  return { method, evaluations: run.evaluations };
};
const runs = await lab.inTurn(Object.keys(methods) as (keyof typeof methods)[], trained);
bar.done();
const rows = runs.flatMap(({ method, evaluations }) =>
  evaluations.map((row) => ({ method, ...row })),
);
show(rows.map(({ method, domain, step, bitsPerByte }) => ({ method, domain, step, bitsPerByte })));

// %%
function spread(domain: "en" | "ko", step: number): number {
  // BEGIN SOLUTION
  const losses = rows
    .filter((row) => row.domain === domain && row.step === step)
    .map((row) => row.bitsPerByte);
  return Math.max(...losses) - Math.min(...losses);
  // END SOLUTION
}

// %% tags=["check"]
const at = (method: string, step: number) =>
  rows.find((row) => row.method === method && row.domain === "ko" && row.step === step)!
    .bitsPerByte;
const startLosses = Object.keys(methods).map((method) => at(method, 0));
lab.check("spread of Korean before training", () => spread("ko", 0), {
  is: Math.max(...startLosses) - Math.min(...startLosses),
  hint: "One loss for each of the three methods.",
});
lab.check(
  "what is left of it after training",
  () => spread("ko", settings.steps) / spread("ko", 0),
  {
    above: 0,
    below: 0.5,
    hint: "The spread of the last step over that of step 0.",
  },
);
show(
  charts.methodDots({
    rows: rows
      .filter(({ domain }) => domain === "ko")
      .map(({ method, step, bitsPerByte }) => ({
        method,
        panel: step === 0 ? "before" : "after",
        value: bitsPerByte,
      })),
    axes: { before: "Korean, bits per byte before", after: `after ${settings.steps} steps` },
  }),
);

// %% [markdown]
// ## Exercise 5: what may be said
//
// Which of the three would you use, and what would you have to measure before you write that it is better? Two sentences.

// %% [markdown] tags=["solution"]
// Rows around zero are out: they cost English before a single step. Between the mean and the mean of the pieces this cannot choose: after
// training they differ by less than another seed, another order of the text or another language may make them differ, so several seeds, compared
// in pairs, are the least; and the base never read Korean, where a real model has read some.

// %% [markdown]
// ## What to take home
//
// - New rows should start where the old ones are: what takes no probability from old tokens costs the old language nothing.
// - An advantage at step 0 is not an advantage after training.
// - Notebook [02](../02-vocabulary-expansion.ipynb) asks the same with eight methods and three seeds.
