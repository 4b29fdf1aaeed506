// ---
// jupyter:
//   jupytext:
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
// # What is kept while a small model learns your text?
//
// A model of the text in `texts/old` is trained further on the text in `texts/new`, with a share of the old text in between.
//
// **Question.** How much of the old text is forgotten, and what does it cost the new one to read some of the old again?

// %% [markdown]
// ## Setup
//
// Put your own files in the two folders; paths are relative to the study. `shares` are token shares of the old text.

// %% tags=["parameters"]
import { charts, corpus, embed, lab, measure, mixture, show, train, vocab } from "palimpsest";

const settings = lab.params({
  defaults: {
    old: "texts/old",
    fresh: "texts/new",
    size: "nano" as const,
    vocabSize: 1024,
    newTokens: 256,
    baseSteps: 200,
    steps: 100,
    shares: [0, 0.25],
    peak: 2e-3,
    seed: 1,
    out: "out/first-question",
  },
});

// %%
const { size, vocabSize, newTokens, steps, seed } = settings;
const { texts, notes } = await corpus.load({ files: { old: settings.old, new: settings.fresh }, heldOut: 0.1 });
const report = lab.report({ dir: settings.out, title: "What is kept while a small model learns your text?" });
report.note({ settings, corpus: { notes } });

// %%
const base = await lab.interruptible((signal) =>
  train.pretrain({ size, vocabSize, on: { old: texts.old }, steps: settings.baseSteps, seed, signal }),
);
const wider = await vocab.extend({ base: base.tokenizer, texts: texts.new.train, newTokens });
const model = await embed.grow({ base, tokenizer: wider, init: "subword-mean" });

// %% [markdown]
// ## Measurement
//
// One run for each share, from the same model, on as many tokens. Held-out loss is in bits per byte, because the vocabulary changed.

// %%
const runOf = (share: number) =>
  lab.interruptible((signal) =>
    train.continue(model, {
      name: `${100 * share} % old`,
      on: texts,
      mixture: mixture.fixed({ old: share, new: 1 - share }),
      schedule: train.rewarm({ peak: settings.peak }),
      steps,
      seed,
      signal,
    }),
  );
const runs = await lab.inTurn(settings.shares, async (share) => ({ share, ...(await runOf(share)) }));

// %%
const rows = runs.flatMap((run) => run.evaluations.map((row) => ({ run: `${100 * run.share} % old`, ...row })));
report.figure({
  name: "loss-curves",
  title: "Two texts, one mixture",
  figure: charts.lossCurves({ rows }),
  caption: "Held-out loss while training goes on, one line per token share of the old text.",
  table: rows,
});

// %%
const baseline = measure.evaluation({ evaluations: base.evaluations, domain: "old" });
const outcomes = runs.map(({ share, evaluations }) => ({
  share,
  forgetting: measure.forgetting({ evaluations, domain: "old", baseline }).bitsPerByte,
  adaptation: measure.adaptation({ evaluations, domain: "new" }).bitsPerByte,
}));
report.table("outcomes", outcomes);
report.note({ outcomes });
show(outcomes);

// %% [markdown]
// ## What the papers report
//
// Ibrahim et al. (2024) find that 5 % of replay removes most of the forgetting of a weak shift, and 25 % that of a strong one, at little
// cost to what is learned.

// %%
const [none, ...replayed] = outcomes;
const spared = replayed.filter(({ forgetting }) => forgetting < none.forgetting);
report.claim({
  paper: "Ibrahim et al. 2024",
  says: "a model that reads some of the old text again forgets less",
  measured: outcomes.map((each) => `${100 * each.share} %: ${each.forgetting.toFixed(3)} bits per byte`).join(", "),
  holds: replayed.length === 0 || none.share !== 0 ? null : spared.length === replayed.length,
});
report.claims();

// %% [markdown]
// ## What failed, and what this does not show
//
// One seed and a model of a hundred thousand parameters: the order of the rows is what to believe. Say here what did not work.
