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
// # How should a model be widened?
//
// A tokenizer that was learned from one language spells another in crumbs. New tokens mend that, and each of them needs a row
// in the embedding table that no training has touched. What should stand there? Many answers have been published: random numbers, the mean
// of all rows, the mean of the rows of a token's old pieces, mixtures chosen by similarity. This notebook widens one small
// English model for Korean in all the ways that need nothing but the two tokenizers and translated text, and asks what is left of the choice after some
// training.
//
// **Question.** How many tokens are worth adding, and how much does the way their rows are made matter, before training and
// after the same training?

// %% [markdown]
// ## Setup
//
// The base is the model of the [tour](00-tour.ipynb), from the cache if the tour has run. `methods` are rows of
// `embed.initialisers`; what draws draws anew for each seed, and each seed has its own order of the training text.
// `glanced` are looked at before training only, which keeps the notebook short.

// %% tags=["parameters"]
import { charts, embed, engine, lab, laws, measure } from "palimpsest";
import { model, rng, show, train, vocab } from "palimpsest";

const settings = lab.params({
  defaults: {
    old: "en",
    language: "ko",
    corpus: "", // "" takes the first that can be had here
    size: "micro",
    vocabSize: 2048,
    baseSteps: 500,
    newTokens: 1024,
    sweep: [0, 128, 256, 512, 1024, 2048], // tokens added, for the first figure
    methods: (
      "random; gaussian; mean; noisy-mean; multivariate; subword-mean; subword-mean, " +
      "stretched; eeve; tree-mean; " +
      "adaptivocab; align; focus; mean-of-closest; clp-plus; wechsel; ofa; ramen-similarity; " +
      "constrained-word2vec"
    ).split("; "),
    glanced: ["hugging-face", "scripts", "unks-everywhere", "clp"], // measured before training only
    pairs: 800, // documents and their translations that words of both languages are learned from
    seeds: [1, 2, 3],
    steps: 30,
    share: 0.25, // of the old language, in tokens
    peak: 2e-3,
    heldOutBytes: 32768,
    seed: 1, // of the base
    out: "../out/02",
  },
});

// %%
const [oldName, newName] = [settings.old, settings.language].map(lab.languageName);
const study = await lab.study({
  settings,
  title: "How should a model be widened?",
  lead:
    `Rows for ${settings.newTokens} new ${newName} tokens in a small ${oldName} model, ` +
    "made in many ways and trained alike.",
});
const { report, bar, texts } = study;
const [oldText, newText] = [texts[settings.old], texts[settings.language]];

// %% [markdown]
// ### How many tokens
//
// Continued BPE on the new language: the first tokens it adds are the ones that occur most, so each next one buys less.

// %%
const baseTokenizer = await study.tokenizer();
const extended = { base: baseTokenizer, texts: newText.train, onProgress: bar.report };
const widened = (newTokens: number) =>
  newTokens === 0 ? Promise.resolve(baseTokenizer) : vocab.extend({ ...extended, newTokens });
async function paid(added: number) {
  const tokenizer = await widened(added);
  const measured = (texts: string[]) => vocab.report({ tokenizer, texts });
  const [before, after] = [await measured(oldText.heldOut), await measured(newText.heldOut)];
  return [
    { added, language: newName, bytesPerToken: after.bytesPerToken, tokens: after.tokens },
    { added, language: oldName, bytesPerToken: before.bytesPerToken, tokens: before.tokens },
  ];
}
const curve = (await lab.inTurn(settings.sweep, paid)).flat();
bar.done();
const [none, first, ...further] = curve.filter((row) => row.language === newName);
const gained = [first, ...further].at(-1)!.bytesPerToken / none.bytesPerToken;
report.figure({
  name: "tokens",
  title: "What more tokens buy",
  figure: charts.wideningCurve({ rows: curve }),
  caption:
    `Held-out text. The first ${first.added} tokens make ${newName} ` +
    `${(first.bytesPerToken / none.bytesPerToken).toFixed(1)} times shorter, ` +
    `all ${settings.sweep.at(-1)} of them ${gained.toFixed(1)} times; ${oldName} is spelled ` +
    "almost as before.",
  table: curve,
});

// %% [markdown]
// ### The base, and what is known about the new tokens
//
// Most methods read only the two tokenizers; the others are shown what their papers would show them, as near as can be had.
// `align` counts how the old tokenizer spells each new token in a text. `focus`, `mean-of-closest` and CLP compare vectors of
// tokens, learned here from the new language's training text (CLP's authors take another model's table). WECHSEL, OFA and
// RAMEN compare words of both languages in one space: here a document and its translation are read side by side, word by word
// (Vulić and Moens 2015), which takes the place of a dictionary. Constrained Word2Vec reads the text itself.

// %%
const base = await study.base({ tokenizer: baseTokenizer });
const tokenizer = await widened(settings.newTokens);
const baseline = measure.evaluation({ evaluations: base.evaluations, domain: settings.old });
console.log(
  `base: ${(model.parameterCount(base.config).total / 1e6).toFixed(2)} M parameters, ` +
    `${baseline.bitsPerByte.toFixed(3)} bits per byte of ${oldName}, ` +
    `head ${base.config.tied ? "tied to the embeddings" : "of its own"}`,
);

// %%
const placed = (document: string) =>
  document.split(/\s+/).map((word, i, all) => ({ word, at: (i + 0.5) / all.length }));
const sideBySide = (a: string, b: string) =>
  [...placed(a), ...placed(b)]
    .sort((x, y) => x.at - y.at)
    .map(({ word }) => word)
    .join(" ");
const keysOf = (language: string) => study.corpus.keys[language].train;
const translations = new Map(
  keysOf(settings.language).map((key, i) => [key, newText.train[i]] as const),
);
const both = keysOf(settings.old)
  .flatMap((key, i) =>
    translations.has(key) ? [sideBySide(oldText.train[i], translations.get(key)!)] : [],
  )
  .slice(0, settings.pairs);

// %%
const learned = await lab.interruptible(async (signal) => {
  const shared = { signal, onProgress: bar.report };
  const tokenVectors = await train.tokenVectors({ texts: newText.train, tokenizer, ...shared });
  const words = await train.wordVectors({ texts: both, minCount: 5, ...shared });
  return { tokenVectors, words };
});
const evidence = {
  spellings: await embed.spellings({
    base: baseTokenizer,
    tokenizer,
    texts: newText.train,
    onProgress: bar.report,
  }),
  tokenVectors: learned.tokenVectors,
  helper: { table: learned.tokenVectors, tokenizer },
  words: { base: learned.words, target: learned.words },
  documents: await tokenizer.encodeBatch(newText.train),
};
bar.done();

// %% [markdown]
// ## Measurement
//
// ### Before training
//
// Every way of widening gives a model that has not been trained yet. Two questions can be put to it at once. On old text, how much
// probability do the new tokens take, and how often would one of them be the greedy choice? A *convex* method, whose rows are
// weighted means of old rows, can never make one so. And the mean of all rows cannot cost more than log(1 + new/old) nats
// (Hewitt 2021).

// %%
type Variant = { method: string; seed: number };
const variants: Variant[] = [
  ...settings.methods.flatMap((method) => settings.seeds.map((seed) => ({ method, seed }))),
  ...settings.glanced.map((method) => ({ method, seed: settings.seeds[0] })),
];
async function grow({ method, seed }: Variant) {
  const [init, stretched] = method.split(", ");
  const wide = await embed.grow({
    base,
    tokenizer,
    init: init as embed.InitialiserName,
    evidence,
    rng: rng(seed),
    numerics: engine.numerics(),
    ...(stretched && { match: "median" as const }),
  });
  return { method, seed, wide };
}
const models = await lab.inTurn(variants, grow);
const newIds = models[0].wide.report.newIds;

// %%
type Grown = (typeof models)[number];
const rowsOf = ({ wide }: Grown) => wide.weights["model.embed_tokens.weight"].data as Float32Array;
const equal = (a: Float32Array, b: Float32Array) =>
  a === b || a.every((value, at) => Math.abs(value - b[at]) < 1e-6);
const twinOf = (each: Grown) =>
  models.find((other) => other.seed === each.seed && equal(rowsOf(other), rowsOf(each)))!;
const pairs = models.map((each) => ({ each, twin: twinOf(each) }));
const distinct = pairs.filter(({ each, twin }) => each === twin).map(({ each }) => each);
const alike = pairs.filter(({ each, twin }) => each !== twin);
const twins = [
  ...new Set(alike.map(({ each, twin }) => `${each.method} gives the same rows as ${twin.method}`)),
];
const fallbacksOf = ({ method, wide }: Grown) =>
  wide.report.tables.flatMap((table) =>
    Object.entries(table.fallbacks).map(([reason, rows]) => ({ method, reason, rows })),
  );
const fallbacks = models.filter(({ seed }) => seed === settings.seeds[0]).flatMap(fallbacksOf);
report.table("fallbacks", fallbacks);
report.note({ twins, fallbacks });
console.log(twins.map((line) => `${line}: trained once`).join("\n"));
show(fallbacks);

// %%
const windowsOf = async (texts: string[]) =>
  (await tokenizer.encodeBatch(texts.slice(0, 24))).map((ids) => ids.slice(0, base.config.context));
const [oldWindows, newWindows] = [
  await windowsOf(oldText.heldOut),
  await windowsOf(newText.heldOut),
];
async function massOf({ method, seed, wide }: Grown) {
  const ask = (sequences: number[][]) =>
    model.massOn({ model: wide, engine: study.engine, sequences, ids: newIds });
  const [onOld, onNew] = [await ask(oldWindows), await ask(newWindows)];
  // A fallback's rows are not the method's own.
  const own = wide.report.tables.every(({ fallbacks }) => Object.keys(fallbacks).length === 0);
  const convex =
    own && !method.includes(",") && embed.initialisers[method as embed.InitialiserName].convex;
  return { method, seed, onOld: onOld.mass, onNew: onNew.mass, firstOnOld: onOld.first, convex };
}
const masses = await lab.inTurn(distinct, massOf);
const seedBars = `Bars: lowest and highest of ${settings.seeds.length} seeds.`;

// %%
report.figure({
  name: "mass",
  title: "What new tokens take before training",
  figure: charts.methodDots({
    rows: masses.flatMap(({ method, onOld, onNew }) => [
      { method, panel: "new", value: onNew },
      { method, panel: "old", value: onOld },
    ]),
    axes: {
      new: `Probability of new tokens, ${newName}`,
      old: `Probability of new tokens, ${oldName}`,
    },
    log: ["old"],
  }),
  caption:
    `Mean probability of the ${newIds.length} new tokens together, before any training. On ` +
    `${oldName} it is a loss; ` +
    `on ${newName}, what the model already knows about them. ${seedBars}`,
  table: masses,
});

// %% [markdown]
// ### After the same training
//
// One run for each method and seed: the same budget, mixture and schedule. The base without new tokens is trained alike: it sees
// as many tokens, which are fewer bytes of the new language. Bits per byte can be compared across the two.

// %%
const jobOf = ({ method, seed }: Variant, start: typeof base | Grown["wide"]) =>
  study.job({
    model: start,
    name: `${method} ${seed}`.replaceAll(", ", " "),
    share: settings.share,
    schedule: train.rewarm({ peak: settings.peak, warmup: 0.1 }),
    steps: settings.steps,
    evaluateAt: [0, settings.steps],
    seed,
    labels: { method, seed },
  });
const plain = "not widened";
const swept = await lab.sweep({
  jobs: [
    ...distinct
      .filter(({ method }) => settings.methods.includes(method))
      .map((each) => jobOf(each, each.wide)),
    ...settings.seeds.map((seed) => jobOf({ method: plain, seed }, base)),
  ],
  dir: `${settings.out}/sweep`,
});

// %%
const outcomes = swept.map(({ evaluations, record }) => {
  const at = (step: number, domain: string) =>
    measure.evaluation({ evaluations, domain, step }).bitsPerByte;
  return {
    method: record.labels!.method as string,
    seed: record.labels!.seed as number,
    newBefore: at(0, settings.language),
    newAfter: at(settings.steps, settings.language),
    oldBefore: at(0, settings.old),
    oldAfter: at(settings.steps, settings.old),
  };
});
report.note({ outcomes });

// %%
type Measure = "newBefore" | "newAfter" | "oldBefore" | "oldAfter";
const { mean } = measure;
const valuesOf = (method: string, measured: Measure) =>
  settings.seeds.map(
    (seed) => outcomes.find((row) => row.method === method && row.seed === seed)![measured],
  );
const averageOf = (method: string, measured: Measure) => mean(valuesOf(method, measured));

// %%
const widenedRuns = outcomes.filter(({ method }) => method !== plain);
const ofBase = (measured: Measure) => averageOf(plain, measured).toFixed(2);
report.figure({
  name: "new-language",
  title: `${newName}, before and after`,
  figure: charts.methodDots({
    rows: widenedRuns.flatMap(({ method, newBefore, newAfter }) => [
      { method, panel: "before", value: newBefore },
      { method, panel: "after", value: newAfter },
    ]),
    axes: {
      before: `${newName}, bits per byte before training`,
      after: `after ${settings.steps} steps`,
    },
  }),
  caption:
    "The two scales differ: what training starts from, and what is left of it after " +
    `${settings.steps} steps of the same training. ${seedBars} Not drawn: the base ` +
    `without new tokens, ${ofBase("newBefore")} before and ${ofBase("newAfter")} after.`,
  table: outcomes.map((row) => ({
    method: row.method,
    seed: row.seed,
    before: row.newBefore,
    after: row.newAfter,
  })),
});

// %%
const oldRows = outcomes.map((row) => ({
  method: row.method,
  seed: row.seed,
  before: row.oldBefore,
  after: row.oldAfter,
}));
report.figure({
  name: "old-language",
  title: `${oldName}, before and after`,
  figure: charts.dumbbell({
    rows: oldRows.map(({ method: name, before, after }) => ({ name, before, after })),
    axis: `${oldName}, bits per byte`,
    names: { before: "before training", after: `after ${settings.steps} steps` },
    order: "after",
  }),
  caption:
    "One scale: what the new rows cost at once, and what the same training costs after it. " +
    `Ticks: each of ${settings.seeds.length} seeds; at the right the change, with one standard ` +
    `deviation. "${plain}" is the base without new tokens.`,
  table: oldRows,
});

// %% [markdown]
// ### Is the difference larger than chance?
//
// Runs of one seed saw the same text in the same order, so methods are compared seed by seed: the difference to
// `subword-mean`, and its 95 % interval over the seeds (Student's t, which is wide for three). As good as it is a method whose whole
// interval is within 5 % of what it learned; a difference that is merely not larger than chance cannot tell.

// %%
const learnedBy = (method: string) =>
  averageOf(method, "newBefore") - averageOf(method, "newAfter");
const margin = 0.05 * learnedBy("subword-mean");
const difference = (method: string, measured: Measure, to: string) =>
  lab.compare({
    values: valuesOf(method, measured),
    against: valuesOf(to, measured),
    unit: "",
    margin,
  });
const against = (method: string, measured: Measure) => difference(method, measured, "subword-mean");

// %%
const methods = [...new Set(outcomes.map(({ method }) => method))];
const table = methods
  .map((method) => {
    const [learned, kept] = [against(method, "newAfter"), against(method, "oldAfter")];
    return {
      method,
      newBefore: averageOf(method, "newBefore"),
      newAfter: averageOf(method, "newAfter"),
      newDifference: learned.difference,
      newInterval: learned.half,
      newClear: learned.clear,
      oldAfter: averageOf(method, "oldAfter"),
      oldDifference: kept.difference,
      oldInterval: kept.half,
      oldClear: kept.clear,
    };
  })
  .sort((a, b) => a.newAfter - b.newAfter);
report.table("differences", table);
report.note({ table });
show(table);

// %% [markdown]
// ## What the papers report
//
// - Hewitt (2021): the mean of the old rows keeps the old next-token distribution within log(1 + new/old) nats; rows around zero
//   can take it over.
// - Mundra et al. (2024, arXiv 2407.05841): rows inside the convex hull of the old ones keep greedy decoding as it was;
//   after continual pre-training simple methods, a draw around the mean among them, come close to elaborate ones.
// - Gee et al. (2022) and, for many languages, Csaki et al. (2024, SambaLingo): the mean of a token's old pieces learns fastest, and the gap closes with training.
// - Dobler and de Melo (2023, FOCUS): mixtures of similar tokens beat random rows and start closer to the goal.
// - Yamaguchi et al. (2024): where little text is at hand, mean, merge and align initialisations beat random ones.
// - NVIDIA's documentation of vocabulary extension calls it an intervention for efficiency first; that quality gains from it is not established.
//
// The next cell puts each claim to the runs above.

// %%
const present = (method: string) => methods.includes(method);
const convex = masses.filter((row) => row.convex);
const loud = masses.filter((row) => row.firstOnOld > 0);
const bound = Math.log(1 + newIds.length / baseTokenizer.size);
const ofMethod = (method: string) => masses.filter((row) => row.method === method);
const cost = (method: string) => mean(ofMethod(method).map((row) => -Math.log(1 - row.onOld)));
const positions = oldWindows.reduce((sum, ids) => sum + ids.length, 0);
const loudest =
  `at most on ${lab.percent(Math.max(...loud.map((row) => row.firstOnOld)))} of ` + "the positions";
report.claim({
  paper: "Hewitt 2021",
  says:
    "the mean of the old rows costs the old text at most log(1 + new/old) nats, here " +
    `${bound.toFixed(3)}`,
  measured: present("mean")
    ? `about ${cost("mean").toFixed(3)} nats of ${oldName}`
    : "the mean is not among the methods",
  holds: present("mean") ? cost("mean") <= bound : null,
});

// %%
report.claim({
  paper: "Hewitt 2021",
  says: "rows around zero can take the old text over",
  measured: present("random")
    ? `random rows cost ${cost("random").toFixed(3)} nats of ${oldName}`
    : "no random rows",
  holds: present("random") ? cost("random") > bound : null,
});
report.claim({
  paper: "Mundra et al. 2024",
  says: "rows inside the convex hull of the old ones keep greedy decoding as it was",
  measured:
    `${convex.filter((row) => row.firstOnOld > 0).length} of ${convex.length} convex models ` +
    "chose a new token " +
    `in ${positions} positions; others that did: ` +
    (loud.length === 0
      ? "none"
      : `${[...new Set(loud.map((row) => row.method))].join(", ")}, ${loudest}`),
  holds: convex.length > 0 ? convex.every((row) => row.firstOnOld === 0) : null,
});

// %%
const worded = (method: string, to = "subword-mean", measured: Measure = "newAfter") => {
  const { words, clear } = difference(method, measured, to);
  return `${method} ${words}${clear ? "" : " (not clear)"}`;
};
const listed = (of: string[]) =>
  of
    .filter(present)
    .map((method) => worded(method))
    .join("; ") || "none was tried";
const initialised = table.filter(({ method }) => method !== plain);
const better = initialised.filter(({ newDifference, newClear }) => newClear && newDifference < 0);
const spread = (measured: "newBefore" | "newAfter") => {
  const values = initialised.map((row) => row[measured]);
  return Math.max(...values) - Math.min(...values);
};
const behind = (method: string, to = "subword-mean") => difference(method, "newAfter", to).above;
const ahead = initialised.map(({ method }) => against(method, "newAfter").noLess);
const within = `(margin ${margin.toFixed(3)})`;

// %%
report.claim({
  paper: "Mundra et al. 2024",
  says: "after continual pre-training a draw around the mean comes close to elaborate methods",
  measured: `to subword-mean: ${listed(["multivariate"])} bits per byte ${within}`,
  holds: present("multivariate") ? against("multivariate", "newAfter").noMore : null,
});
report.claim({
  paper: "Gee et al. 2022, Csaki et al. 2024",
  says: "the mean of a token's old pieces learns fastest",
  measured: `clearly ahead: ${lab.listed(better.map(({ method }) => method))} ${within}`,
  holds: better.length > 0 ? false : ahead.reduce(lab.both, true),
});
report.claim({
  paper: "Gee et al. 2022, Csaki et al. 2024",
  says: "the gap between methods closes with training",
  measured:
    `${spread("newBefore").toFixed(2)} bits per byte of ${newName} before, ` +
    `${spread("newAfter").toFixed(3)} after`,
  holds: spread("newAfter") < spread("newBefore"),
});

// %%
const compared = present("focus") && present("random");
report.claim({
  paper: "Dobler and de Melo 2023",
  says:
    "mixtures of similar tokens (FOCUS) start closer to the goal than random rows, and " +
    "stay ahead",
  measured: compared
    ? `to random rows: before ${worded("focus", "random", "newBefore")}, after ` +
      `${worded("focus", "random")}`
    : "FOCUS or random rows were not tried",
  holds: compared
    ? lab.both(
        averageOf("focus", "newBefore") < averageOf("random", "newBefore"),
        behind("random", "focus"),
      )
    : null,
});

// %%
report.claim({
  paper: "Yamaguchi et al. 2024",
  says: "where little text is at hand, mean, merge and align initialisations beat random ones",
  measured:
    `to subword-mean: ${listed(["random", "gaussian", "mean", "align"])} bits per byte ` +
    `of ${newName}`,
  holds: present("random")
    ? lab.both(behind("random"), present("mean") ? behind("random", "mean") : true)
    : null,
});
report.claim({
  paper: "NVIDIA, on vocabulary extension",
  says: "it is for efficiency first; a gain in quality is not established",
  measured:
    `× ${gained.toFixed(1)} bytes per token; ${averageOf(plain, "newAfter").toFixed(3)} bits ` +
    "per byte not widened, " +
    `${initialised[0].newAfter.toFixed(3)} widened, which saw more text in as many tokens`,
  holds: null,
});
report.claims();

// %%
const best = initialised[0];
const tried = [...settings.methods, ...settings.glanced];
const untried = Object.entries(embed.initialisers)
  .filter(([name]) => !tried.includes(name))
  .map(([name, { needs = [] }]) =>
    needs.length > 0 ? `${name} (needs ${needs.join(", ")})` : name,
  );
const order = laws.forms.spearman(
  initialised.map((row) => row.newBefore),
  initialised.map((row) => row.newAfter),
);
const dearer = initialised
  .filter(({ oldClear }) => oldClear)
  .map(({ method }) => worded(method, "subword-mean", "oldAfter"));
const remarks = [
  "The order of the methods before training and the order after it correlate by " +
    `${order.toFixed(2)} (ranks).`,
  present("focus") &&
    `Mixing similar tokens, against the mean of the pieces after training: ` +
      `${listed(["focus", "mean-of-closest", "tree-mean", "adaptivocab"])}.`,
  `What it costs ${oldName}, against subword-mean after training: ` +
    `${dearer.join("; ") || "nothing clear"}.`,
  twins.length > 0 && `${twins.join("; ")}.`,
  untried.length > 0 && `Not tried here: ${untried.join(", ")}.`,
];

// %%
const lead =
  best.method === "subword-mean"
    ? "the default"
    : `${best.newClear ? "" : "not "}clearly ahead of subword-mean`;
const answer =
  `${newName} costs ${gained.toFixed(1)} times fewer tokens after ${settings.sweep.at(-1)} ` +
  "additions. " +
  `Before training the methods differ by ${spread("newBefore").toFixed(2)} bits per byte, ` +
  `after ${settings.steps} steps by ${spread("newAfter").toFixed(3)}; ` +
  `the best is ${best.method}, ${lead}.`;

// %%
report.conclude({
  answer,
  headlines: [
    {
      label: `${newName} bytes per token`,
      value: `× ${gained.toFixed(1)}`,
      note: `with ${settings.sweep.at(-1)} tokens added`,
    },
    {
      label: "Spread before training",
      value: spread("newBefore").toFixed(2),
      note: `bits per byte of ${newName}`,
    },
    {
      label: "Spread after training",
      value: spread("newAfter").toFixed(3),
      note: `${settings.steps} steps, ${settings.seeds.length} seeds`,
    },
    {
      label: "Best after training",
      value: best.method,
      note: `${best.newAfter.toFixed(3)} bits per byte`,
    },
  ],
  remarks,
});

// %% [markdown]
// ## What failed, and what this does not show
//
// - **One table.** The base's head is tied to its embeddings, so a row is read and written at once. EEVE differs from the mean of
//   the pieces only where they are two, and AdaptiVocab's weights for writing are not used. `tied: false` in the base would show them.
// - **Continued BPE agrees with itself.** New tokens were built out of the old segmentation, so a text spells them the way their pieces do, and
//   `align` finds nothing that the mean of the pieces does not know. It is made for a vocabulary that was learned apart.
// - **The pieces are bytes.** The base learned no Korean, so the old pieces of a Korean token are parts of characters, each
//   shared by thousands of them. Methods that average pieces start from less than they would in a model that knows some of the
//   language, and by script there is nothing to draw from: see the fallbacks.
// - **Little training.** Thirty steps are sixty thousand tokens. The papers train for billions; what closes here may close
//   faster there, and a method that starts slowly is punished.
// - **Three seeds.** An interval of Student's t over three is wide. What it calls clear is clear; the rest may be real.
// - **The un-widened baseline reads less text.** Equal tokens are the fair budget for compute. For equal text, compare at the same bytes.

// %%
console.log(`in ${report.dir}: ${report.files().join(", ")}`);
