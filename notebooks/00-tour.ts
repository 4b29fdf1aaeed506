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
// # How much of the old language must be replayed while a small model learns a new one?
//
// A model that is trained further on new text writes over what it knew. How much of the older text still shows
// through depends on one number that somebody has to choose: the share of the old text in the new mixture.
// This notebook measures that trade-off from end to end on this machine: two corpora, a tokenizer and its widening, a
// small model of the old language, continual pre-training at several shares of it, the law that joins them, the share
// that law recommends, and one more run to see whether the law was right.
//
// **Question.** A small English model learns Korean. What share of the tokens must stay English for it to lose no more
// than a stated tolerance? (Any two languages of the corpus can be named below.)

// %% [markdown]
// ## Setup
//
// Everything that can be changed stands in the first cell. `shares` are token shares of the *old* language; `tolerance` is
// how many bits per byte of the old language may be lost.

// %% tags=["parameters"]
import { charts, embed, lab, laws, measure, model } from "palimpsest";
import { rng, runs, show, train, vocab } from "palimpsest";
import type { Evaluation, StepRow } from "palimpsest";

const settings = lab.params({
  defaults: {
    old: "en",
    language: "ko",
    corpus: "", // "" takes the first that can be had here
    size: "micro",
    vocabSize: 2048,
    newTokens: 1024,
    baseSteps: 500,
    steps: 110,
    shares: [0, 0.05, 0.1, 0.25, 0.5, 0.75, 1],
    peak: 2e-3,
    tolerance: 0.05,
    heldOutBytes: 32768,
    seed: 1,
    out: "../out/tour",
  },
});

// %% [markdown]
// ### The two corpora
//
// Documents are split into a part to train on and a part held out, by document and for all languages at once, so that no
// held-out text has a translation in the other language's training text.

// %%
const [oldName, newName] = [settings.old, settings.language].map(lab.languageName);
const study = await lab.study({
  settings,
  title: `How much ${oldName} must be replayed while a small model learns ${newName}?`,
  lead:
    `Continual pre-training of a small ${oldName} model on mixtures of ${newName} and ` +
    `${oldName}, ` +
    "drawn from runs on this machine.",
});
const { report, bar, texts } = study;
const bytes = (documents: string[]) =>
  documents.reduce((sum, document) => sum + Buffer.byteLength(document), 0);
const sizes = [settings.old, settings.language].map((language) => {
  const { train: training, heldOut } = texts[language];
  return {
    language,
    documents: training.length,
    bytes: bytes(training),
    heldOutDocuments: heldOut.length,
    heldOutBytes: bytes(heldOut),
  };
});
const { source, licence, notes } = study.corpus;
report.table("corpora", sizes);
report.note({ corpus: { source, licence, sizes, notes } });
show(sizes);

// %% [markdown]
// ### The tokenizer, before and after new tokens
//
// The base tokenizer is learned from the old language alone, so it spells the new one almost byte by byte. The wider one
// continues the same merges on the new language: old tokens keep their ids and every new token can be reached.

// %%
const baseTokenizer = await study.tokenizer();
const wideTokenizer = await vocab.extend({
  base: baseTokenizer,
  texts: texts[settings.language].train,
  newTokens: settings.newTokens,
  onProgress: bar.report,
});
bar.done();
const bytesPerToken = async (tokenizer: typeof baseTokenizer, language: string) =>
  (await vocab.report({ tokenizer, texts: texts[language].heldOut })).bytesPerToken;
const fertility = await lab.inTurn([settings.old, settings.language], async (language) => ({
  language: lab.languageName(language),
  before: await bytesPerToken(baseTokenizer, language),
  after: await bytesPerToken(wideTokenizer, language),
}));
const shorter = fertility[1].after / fertility[1].before;
report.note({
  tokenizer: { base: baseTokenizer.size, wide: wideTokenizer.size, bytesPerToken: fertility },
});

// %%
report.figure({
  name: "fertility",
  title: "What a language pays",
  figure: charts.fertilityBars({
    rows: fertility,
    names: {
      before: `base, ${baseTokenizer.size} tokens`,
      after: `widened, ${wideTokenizer.size} tokens`,
    },
  }),
  caption:
    `Bytes of held-out text per token. ${settings.newTokens} tokens learned from ${newName} ` +
    `make its sequences ${shorter.toFixed(1)} times shorter.`,
  table: fertility,
});

// %% [markdown]
// ### The base model
//
// A model of the old language from random weights. The run is kept in the cache under the hash of all that made it: the
// second time, and in the later notebooks, this cell returns at once. The chart moves while it trains; *Interrupt* ends
// training at the next step and keeps the model.

// %%
const liveLoss = { total: settings.baseSteps, domains: { [settings.old]: oldName } };
const live = lab.liveChart(charts.liveLoss({ steps: [], ...liveLoss }));
const seen = { steps: [] as StepRow[], evaluations: [] as Evaluation[] };
const redraw = () => live.update(charts.liveLoss({ ...seen, ...liveLoss }));
const base = await study.base({
  tokenizer: baseTokenizer,
  onStep: (row) => {
    seen.steps.push(row);
    redraw();
  },
  onEvaluation: (row) => {
    seen.evaluations.push(row);
    redraw();
  },
});
live.update(charts.liveLoss({ steps: base.steps, evaluations: base.evaluations, ...liveLoss }));
const baseline = measure.evaluation({ evaluations: base.evaluations, domain: settings.old });
const parameters = model.parameterCount(base.config);
report.table("base-steps", base.steps);
report.note({
  base: { parameters, baseline, tokensPerSecond: base.steps.at(-1)!.tokensPerSecond },
});
const millions = (count: number) => `${(count / 1e6).toFixed(2)} M`;
console.log(
  `${millions(parameters.total)} parameters (${millions(parameters.withoutEmbeddings)} without ` +
    "embeddings); " +
    `${oldName}: ${baseline.bitsPerByte.toFixed(3)} bits per byte after ${baseline.tokens} tokens`,
);

// %% [markdown]
// ## Measurement
//
// The widened model starts with each new row at the mean of the rows of its old pieces (`subword-mean`). From there, one run
// for each share, with the same seed, budget and schedule: the rate is warmed up again and decays again.
// Loss is compared in bits per byte of held-out text, because the vocabulary changed.

// %%
const wide = await embed.grow({ base, tokenizer: wideTokenizer, init: "subword-mean" });
const jobOf = (share: number, threads = 1) =>
  study.job({
    model: wide,
    share,
    schedule: train.rewarm({ peak: settings.peak, warmup: 0.02 }),
    steps: settings.steps,
    engine: { threads },
  });
const swept = await lab.sweep({
  jobs: settings.shares.map((share) => jobOf(share)),
  dir: `${settings.out}/sweep`,
});
const evaluations = runs.table(swept).evaluations;
show(evaluations);

// %%
report.figure({
  name: "loss-curves",
  title: "Two languages, one mixture",
  figure: charts.lossCurves({
    rows: evaluations,
    domains: { [settings.old]: oldName, [settings.language]: newName },
    shareOf: oldName,
  }),
  caption:
    `Held-out loss while training goes on, one line per token share of ${oldName}; ` +
    "the dotted line is the widened model before its first step.",
  table: evaluations.objects(),
});

// %%
const outcomeOf = ({ record, evaluations }: (typeof swept)[number]) => ({
  share: record.labels!.share as number,
  forgetting: measure.forgetting({ evaluations, domain: settings.old, baseline }).bitsPerByte,
  adaptation: measure.adaptation({ evaluations, domain: settings.language }).bitsPerByte,
  oldLoss: measure.evaluation({ evaluations, domain: settings.old }).bitsPerByte,
  newLoss: measure.evaluation({ evaluations, domain: settings.language }).bitsPerByte,
});
const outcomes = swept.map(outcomeOf);
report.note({ outcomes });
report.figure({
  name: "forgetting",
  title: "What was learned and what was forgotten",
  figure: charts.forgettingPlane({
    points: outcomes,
    old: oldName,
    new: newName,
    tolerance: settings.tolerance,
  }),
  caption:
    `Each point is one run, named by its token share of ${oldName}; further right is more ` +
    `${newName} learned, ` +
    `higher is more ${oldName} lost against the base model. One seed.`,
  table: outcomes,
});

// %% [markdown]
// ### The law, the share it recommends, and a run to check it
//
// Two laws compete for the same rows: Ye et al. (2024) write the loss of a domain in its own share r as
// `L(r) = c + k·exp(t·r)`, Gu et al. (2024) as a power, `L(r) = α·r^s + β`. Each has three constants. The power has no value at
// r = 0, so both are fitted to the runs above it and the one with the lower AIC decides. The band comes from refitting to
// redrawn noise. The critical share is the smallest whose predicted loss stays within the tolerance of the base model. Then the
// lab trains exactly there: a run no law has seen.

// %%
const rows = outcomes
  .filter(({ share }) => share > 0)
  .map(({ share, oldLoss }) => ({ share, loss: oldLoss }));
const target = { baseline: baseline.bitsPerByte, tolerance: settings.tolerance };
const fits = ["data-mixing", "cmr-ratio"]
  .map((law) => laws.fit({ law, rows }))
  .sort((a, b) => a.errors.aic - b.errors.aic);
const [fitted, other] = fits;
const doubt = await laws.bootstrap({
  fit: fitted,
  rng: rng(settings.seed),
  resamples: 400,
  onProgress: bar.report,
});
bar.done();
const { share: critical, limit } = laws.solve({
  question: "critical-share",
  fit: fitted,
  ...target,
  bootstrap: doubt,
});

// %%
const contest = fits.map((each) => ({
  law: each.law.name,
  ...each.parameters,
  aic: each.errors.aic,
  worstMiss: each.errors.worst,
  criticalShare: laws.solve({ question: "critical-share", fit: each, ...target }).share.value,
}));
report.table("laws", contest);
report.note({
  laws: contest,
  critical,
  limit,
  intervals: doubt.intervals,
  lawNotes: [...fitted.notes, ...doubt.notes],
});
console.log(
  [`${fitted.law.name}: ${critical.sentence}`, ...fitted.notes, ...doubt.notes].join("\n"),
);
show(contest);

// %%
const checkShare = Number(Math.min(0.95, Math.max(0.02, critical.value ?? 0.95)).toFixed(3));
const [predicted] = laws.predict({
  fit: fitted,
  at: [{ share: checkShare }],
  bootstrap: doubt,
  of: "run",
});
const [rejected] = laws.predict({ fit: other, at: [{ share: checkShare }] });
const [checkRun] = await lab.sweep({
  jobs: [jobOf(checkShare, study.engine.threads)],
  dir: `${settings.out}/check`,
});
const measured = outcomeOf(checkRun);
const check = {
  share: checkShare,
  predicted: predicted.loss,
  low: predicted.low,
  high: predicted.high,
  predictedByOther: rejected.loss,
  measured: measured.oldLoss,
  forgetting: measured.forgetting,
  adaptation: measured.adaptation,
};
report.note({ check });

// %%
const curve = laws.curve({ fit: fitted, bootstrap: doubt });
report.table("law-curve", curve);
report.figure({
  name: "law",
  title: "The law and the share it recommends",
  figure: charts.lawWithBand({
    points: rows,
    curve,
    baseline: baseline.bitsPerByte,
    limit,
    critical,
    check,
    of: oldName,
  }),
  caption:
    `Held-out ${oldName} loss against its token share, and the ${fitted.law.name} law. ` +
    `${critical.sentence} The check run was trained at ${lab.percent(checkShare, 1)}.`,
  table: [
    ...rows.map((row) => ({ ...row, kind: "fitted" })),
    { share: check.share, loss: check.measured, kind: "check" },
  ],
});

// %% [markdown]
// ### Before and after, in its own words
//
// The same prompts to the base model, to the model that saw only the new language, and to the one at the recommended share.
// A model of this size makes no sense; what matters is which language, and which of its habits, are left.

// %%
const openingOf = (language: string, characters: number) =>
  texts[language].heldOut[0].slice(0, characters);
const prompts = [
  { language: settings.old, prompt: openingOf(settings.old, 40) },
  { language: settings.language, prompt: openingOf(settings.language, 20) },
];
const speakers = [
  { speaker: "base model", who: base },
  { speaker: "no replay", who: train.open(swept[0].dir).model },
  { speaker: "recommended share", who: train.open(checkRun.dir).model },
];
const asked = speakers.flatMap((each) => prompts.map((prompt) => ({ ...each, ...prompt })));
const samples = await lab.inTurn(asked, async ({ speaker, who, language, prompt }) => {
  const random = rng(settings.seed);
  const continued = await model.generate({
    model: who,
    engine: study.engine,
    prompt,
    tokens: 40,
    rng: random,
  });
  return { model: speaker, language, prompt, continuation: continued.slice(prompt.length) };
});
report.table("samples", samples);
report.note({ samples });
show(samples);

// %% [markdown]
// ## What the papers report
//
// Ibrahim et al. (2024, *Simple and Scalable Strategies to Continually Pre-train Large Language Models*) move a 405 M model
// from English to German. In their table, as cited by later readers, 5 % of replay removes about 70 % of the forgetting and
// 25 %, their choice for so strong a shift, about 90 %, while the German loss rises by 0.01 and 0.05 nats. Ye et al. (2024,
// *Data Mixing Laws*) fit the exponential law to a few mixtures and find the share that leaves the source loss
// unchanged; Gu et al. (2024, *CMR Scaling Law*) fit a power of the share and report critical shares of *new* text of 30 to
// 48 %, growing with the model.
//
// The next cell puts each claim to the runs above. "About" is within ten percentage points.

// %%
const { percent } = lab;
const none = outcomes.find(({ share }) => share === 0)!;
const spared = (share: number) => {
  const found = outcomes.find((outcome) => outcome.share === share);
  return (
    found && {
      removed: 1 - found.forgetting / none.forgetting,
      cost: none.adaptation - found.adaptation,
    }
  );
};
const claimRemoved = (share: number, said: number) => {
  const found = spared(share);
  report.claim({
    paper: "Ibrahim et al. 2024",
    says: `${percent(share)} of replay removes about ${percent(said)} of the forgetting`,
    measured: found ? `it removed ${percent(found.removed)}` : "no run at this share",
    holds: found ? Math.abs(found.removed - said) <= 0.1 : null,
  });
};
claimRemoved(0.05, 0.7);
claimRemoved(0.25, 0.9);
const [twentieth, quarter] = [spared(0.05), spared(0.25)];

// %%
report.claim({
  paper: "Ibrahim et al. 2024",
  says:
    "5 % and 25 % cost the new language 0.01 and 0.05 nats per token: little, and the more " +
    "replay the more",
  measured:
    twentieth && quarter
      ? `they cost ${twentieth.cost.toFixed(3)} and ${quarter.cost.toFixed(3)} bits per byte; ` +
        "the order is compared"
      : "no runs at these shares",
  holds: twentieth && quarter ? 0 < twentieth.cost && twentieth.cost < quarter.cost : null,
});

// %%
const kept = check.forgetting <= settings.tolerance;
const newShare = critical.value === null ? null : 1 - critical.value;
report.claim({
  paper: "Ye et al. 2024",
  says: "an exponential law, fitted to a few mixtures, finds the share that keeps the old loss",
  measured:
    `${fitted.law.name} fits better; the run at its share lost ` +
    `${check.forgetting.toFixed(3)} bits per byte`,
  holds: fitted.law.name === "data-mixing" ? kept : null,
});
report.claim({
  paper: "Gu et al. 2024",
  says: "the loss is a power of the share",
  measured: contest
    .map((each) => `${each.law} misses by up to ${each.worstMiss.toFixed(3)} bits per byte`)
    .join(", "),
  holds: fitted.law.name === "cmr-ratio",
});
report.claim({
  paper: "Gu et al. 2024",
  says:
    "30 to 48 % of new text can be afforded, by models a thousand times larger and for a " +
    "weaker shift",
  measured:
    newShare === null ? "no share keeps the tolerance" : `${percent(newShare)} of ${newName}`,
  holds: newShare !== null && newShare >= 0.3 && newShare <= 0.48,
});
report.claims();

// %%
const inside = check.low !== null && check.measured >= check.low && check.measured <= check.high!;
const interval =
  check.low === null
    ? ""
    : ` (95 % of such runs between ${check.low.toFixed(3)} and ${check.high!.toFixed(3)})`;
const otherShare =
  contest[1].criticalShare === null ? "no share" : percent(contest[1].criticalShare);
const remarks = [
  critical.sentence,
  `${other.law.name}, which fits worse, would have recommended ${otherShare}.`,
  `The check run at ${percent(check.share, 1)} gave ${check.measured.toFixed(3)} bits per byte ` +
    `where the law said ${check.predicted.toFixed(3)} ` +
    `and ${other.law.name} ${check.predictedByOther.toFixed(3)}${interval}: ` +
    `${inside ? "inside its interval" : "outside its interval, too far for that precision"}, ` +
    `and ${kept ? "within" : "beyond"} the tolerance of ${settings.tolerance}.`,
  outcomes.some(({ forgetting }) => forgetting < 0)
    ? "At high shares the old language got better than the base model: at this budget the base " +
      "had not finished " +
      "learning, so part of what replay does here is plain further training."
    : "No share left the old language better than the base model.",
  `One seed, ${millions(parameters.total)} parameters, ${outcomes.length} runs of ` +
    `${settings.steps} steps: ` +
    "the order of the points is what to believe, not their third digit.",
];

// %%
const range = (low: number, high: number | null) =>
  `95 % interval ${percent(low)} to ${high === null ? "more" : percent(high)}`;
const answer =
  critical.value === null
    ? critical.sentence
    : `To lose at most ${settings.tolerance} bits per byte of ${oldName}, ` +
      `${percent(critical.value)} of the tokens must stay ${oldName}; ` +
      `a run there lost ${check.forgetting.toFixed(3)}.`;

// %%
report.conclude({
  answer,
  headlines: [
    {
      label: `Critical share of ${oldName}`,
      value: percent(critical.value, 1),
      note: critical.low === null ? "" : range(critical.low, critical.high),
    },
    {
      label: "Forgetting without replay",
      value: none.forgetting.toFixed(3),
      note: "bits per byte",
    },
    {
      label: "Forgetting at the critical share",
      value: check.forgetting.toFixed(3),
      note: "bits per byte, measured by the check run",
    },
    {
      label: `${newName} learned there`,
      value: check.adaptation.toFixed(3),
      note: "bits per byte",
    },
  ],
  remarks,
});

// %% [markdown]
// ## What failed, and what this does not show
//
// - **Scale.** The base has read a million tokens, not hundreds of billions. It is still improving, so replay is also
//   further training, and forgetting can come out negative at high shares; a converged base would not give that for free.
// - **The law's form.** Forgetting falls fastest over the first few percent. A single exponential over the whole range
//   tends to miss there; the power follows it more closely, but has nothing to say about 0. Neither is a law of nature, and
//   a check run outside the interval counts against whichever law was chosen.
// - **One seed.** The band is about noise around the curve, estimated from the curve's own misses. Repeat with several
//   seeds before drawing a conclusion about a difference smaller than the band.
// - **Text.** Help pages and messages are narrow and repetitive: bits per byte are lower than on general text, and a few
//   percent of such replay covers much of it.

// %%
console.log(`in ${report.dir}: ${report.files().join(", ")}`);
