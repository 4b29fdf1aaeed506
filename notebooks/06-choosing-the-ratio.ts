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
// # Choosing the ratio: three laws on the same runs
//
// Three papers give a formula for the share of old text to keep in the mixture, each fitted to its own authors' runs. Ye et al.
// (2024) write the loss of a domain in its share as an exponential, Gu et al. (2024) as a power, Que et al. (2024) as a sum of
// powers of size, tokens and share. A reader with a handful of runs has to pick one.
//
// **Question.** On the same runs, which share does each law recommend, how sure is it of that, and what does a run at that share
// really lose?

// %% [markdown]
// ## Setup
//
// The base model, the widened tokenizer and the runs are those of `00-tour.ipynb`: with the same settings they are taken from the
// cache and from the tour's folder, and only what is new is trained here. New are shorter runs at the same shares, because a law of
// tokens needs more than one length of run, and a run cut short under a schedule that goes on is not a shorter run.

// %% tags=["parameters"]
import { charts, corpus, embed, lab, laws, measure, mixture } from "palimpsest";
import { model, rng, runs, show, train, vocab } from "palimpsest";

const settings = lab.params({
  defaults: {
    old: "en",
    language: "ko",
    corpus: "", // as in the tour, like all down to seed
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
    lengths: [55], // further lengths of run, in steps, for the law that has tokens in it
    third: "fi", // a third language, for the map at the end
    mixtures: 14, // of the three languages, each a run of a small model from scratch
    mixtureSteps: 120,
    resamples: 400,
    tour: "../out/tour",
    out: "../out/06",
  },
});

// %%
const [oldName, newName] = [settings.old, settings.language].map(lab.languageName);
const study = await lab.study({
  settings,
  title: "Choosing the ratio: three laws on the same runs",
  lead:
    `Which share of ${oldName} three laws recommend while a small model learns ${newName}, ` +
    "and what runs at those shares lose.",
});
const { report, bar } = study;

// %% [markdown]
// ### The start, from the cache

// %%
const baseTokenizer = await study.tokenizer();
const wideTokenizer = await vocab.extend({
  base: baseTokenizer,
  texts: study.texts[settings.language].train,
  newTokens: settings.newTokens,
  onProgress: bar.report,
});
const base = await study.base({ tokenizer: baseTokenizer });
const baseline = measure.evaluation({ evaluations: base.evaluations, domain: settings.old });
const wide = await embed.grow({ base, tokenizer: wideTokenizer, init: "subword-mean" });
const target = { baseline: baseline.bitsPerByte, tolerance: settings.tolerance };
const limit = target.baseline + target.tolerance;
report.note({ target });
console.log(
  `${oldName}: ${target.baseline.toFixed(3)} bits per byte before; no more than ` +
    `${limit.toFixed(3)} after`,
);

// %% [markdown]
// ## Measurement
//
// ### The runs
//
// One for each share at the tour's length, and one for each share at each further length. Loss is in bits per byte of held-out text.

// %%
const spelled = (share: number | null) => lab.percent(share, 1);
type Asked = { share: number; steps: number; name?: string; labels?: train.Recipe["labels"] };
const jobOf = ({ share, steps, name, labels }: Asked) =>
  study.job({
    model: wide,
    share,
    name: name ?? `${settings.old} ${spelled(share)}`,
    schedule: train.rewarm({ peak: settings.peak, warmup: 0.02 }),
    steps,
    labels: labels ?? { share },
  });
const full = await lab.sweep({
  jobs: settings.shares.map((share) => jobOf({ share, steps: settings.steps })),
  dir: `${settings.tour}/sweep`,
});
const shorter = settings.lengths.flatMap((steps) =>
  settings.shares.map((share) => ({ share, steps })),
);

// %%
const short = await lab.sweep({
  jobs: shorter.map(({ share, steps }) =>
    jobOf({
      share,
      steps,
      name: `${settings.old} ${spelled(share)} ${steps}`,
      labels: { share, steps },
    }),
  ),
  dir: `${settings.out}/sweep`,
});
const tableOf = ({ record, evaluations }: (typeof full)[number]) => {
  const { tokens, bitsPerByte: loss } = measure.evaluation({ evaluations, domain: settings.old });
  const { bitsPerByte: newLoss } = measure.evaluation({ evaluations, domain: settings.language });
  return { share: record.labels!.share as number, tokens, loss, newLoss };
};
const table = [...full, ...short].map(tableOf);
report.table("runs", table);
report.note({ runs: table });
show(table);

// %% [markdown]
// ### Three laws, one set of rows
//
// A power has no value at a share of 0 and the other laws do; so that all see the same, the runs without any old text are left out.
// The two laws of the share alone see the runs of the tour's length. The D-CPT law sees all lengths; the runs have one size, so its
// size term is part of its floor and is held at 0, and its η, which is rarely determined, is 0 too. Asked at the tour's length it is a
// law of the share like the others.

// %%
const positive = table.filter(({ share }) => share > 0);
const longest = Math.max(...table.map(({ tokens }) => tokens));
const atLength = positive.filter(({ tokens }) => tokens === longest);
const oneSize = laws.hold(laws.laws["d-cpt-8"], { parameters: 1, A: 0, alpha: 0.3 }, "d-cpt");
const contenders = [
  { name: "data-mixing", law: laws.laws["data-mixing"], rows: atLength },
  { name: "cmr-ratio", law: laws.laws["cmr-ratio"], rows: atLength },
  { name: "d-cpt", law: oneSize, rows: positive },
];
const judged = async ({ name, law, rows }: (typeof contenders)[number]) => {
  const fit = laws.fit({ law, rows });
  const random = rng(settings.seed);
  const doubt = await laws.bootstrap({
    fit,
    rng: random,
    resamples: settings.resamples,
    onProgress: bar.report,
  });
  bar.done();
  const alone = law.inputs.length === 1 ? fit : laws.slice(fit, { tokens: longest });
  const { share: critical } = laws.solve({
    question: "critical-share",
    fit: alone,
    ...target,
    bootstrap: doubt,
  });
  return { name, fit, alone, doubt, critical };
};
const fits = await lab.inTurn(contenders, judged);

// %%
const undeterminedOf = ({ fit, doubt }: (typeof fits)[number]) =>
  fit.law.parameters
    .map(({ name }) => name)
    .filter((name) => [...fit.atBound, ...doubt.undetermined].includes(name));
const verdicts = fits.map((each) => ({
  law: each.name,
  rows: each.fit.data.y.length,
  constants: each.fit.law.parameters.length,
  worstMiss: each.fit.errors.worst,
  share: each.critical.value,
  low: each.critical.low,
  high: each.critical.high,
  determined: each.critical.determined,
  notDetermined: undeterminedOf(each).join(" "),
}));
report.table("recommendations", verdicts);
report.note({
  verdicts,
  constants: fits.map(({ name, fit }) => ({ law: name, ...fit.parameters })),
});
const sentences = fits.flatMap(({ name, critical, fit }) => [
  `${name}: ${critical.sentence}`,
  ...fit.notes.map((note) => `  ${note}`),
]);
console.log(sentences.join("\n"));
show(verdicts);

// %% [markdown]
// ### A run at each recommended share
//
// The only test of a recommendation is to follow it. Each law also says what it expects of the other laws' runs.

// %%
const placed = (share: number | null) =>
  Number(Math.min(0.95, Math.max(0.02, share ?? 0.95)).toFixed(3));
const asked = fits.map(({ name, critical }) => ({ name, share: placed(critical.value) }));
const checkRuns = await lab.sweep({
  jobs: asked.map(({ share }) =>
    jobOf({
      share,
      steps: settings.steps,
      name: `check ${spelled(share)}`,
      labels: { share, check: true },
    }),
  ),
  dir: `${settings.out}/checks`,
});
const measured = checkRuns.map(({ evaluations }, i) => ({
  ...asked[i],
  forgetting: measure.forgetting({ evaluations, domain: settings.old, baseline }).bitsPerByte,
  adaptation: measure.adaptation({ evaluations, domain: settings.language }).bitsPerByte,
  loss: measure.evaluation({ evaluations, domain: settings.old }).bitsPerByte,
}));

// %%
const predictions = fits.flatMap(({ name, alone, doubt }) =>
  measured.map((check) => {
    const [at] = laws.predict({
      fit: alone,
      at: [{ share: check.share }],
      bootstrap: doubt,
      of: "run",
    });
    return {
      law: name,
      runOf: check.name,
      share: check.share,
      predicted: at.loss,
      low: at.low!,
      high: at.high!,
      measured: check.loss,
      miss: check.loss - at.loss,
      inside: check.loss >= at.low! && check.loss <= at.high!,
    };
  }),
);
report.table("predictions", predictions);
report.note({ measured, predictions });
show(predictions);

// %%
const lines = fits.map(({ name, alone, critical }, i) => ({
  name,
  curve: laws.curve({ fit: alone }),
  critical,
  check: { share: measured[i].share, measured: measured[i].loss },
}));
report.figure({
  name: "shares",
  title: "What three laws recommend",
  figure: charts.lawShares({
    points: atLength,
    laws: lines,
    limit,
    baseline: target.baseline,
    of: oldName,
  }),
  caption:
    `Above, held-out ${oldName} loss against its share, the runs of ${longest} tokens, ` +
    "the three laws at that length, and a check run at each recommended share. " +
    "Below, the recommended shares with their 95 % intervals.",
  table: lines.flatMap(({ name, curve, critical, check }) => [
    ...curve.map((point) => ({ law: name, kind: "curve", share: point.x, loss: point.loss })),
    { law: name, kind: "recommended", share: critical.value, loss: null },
    { law: name, kind: "check", share: check.share, loss: check.measured },
  ]),
});

// %%
const missesOf = ({ name, fit: { data, law, values } }: (typeof fits)[number]) =>
  data.y.map((loss, i) => ({
    law: name,
    x: data.x[i].at(-1)!,
    loss,
    predicted: law.predict(values, data.x[i]),
    group: name,
  }));
const left = fits.flatMap(missesOf);
report.figure({
  name: "residuals",
  title: "What they leave over",
  figure: charts.lawResiduals({ rows: left, across: `Share of ${oldName}` }),
  caption:
    "Each law's misses on the runs it was fitted to; the shaded range is that of the first law.",
  table: left,
});

// %% [markdown]
// ### Which run next?
//
// Of all shares, the one whose run would narrow each law's recommendation most. Judged by each law made linear where it was fitted, so
// it is each law's own opinion: it does not doubt its form.

// %%
const candidates = Array.from({ length: 49 }, (_, i) => ({
  share: Number((0.04 + 0.02 * i).toFixed(2)),
  tokens: longest,
}));
const nextOf = ({ name, fit, alone, critical }: (typeof fits)[number]) => {
  if (critical.value === null) return { law: name, share: null, width: null };
  const shareAt = (constants: Record<string, number>) => {
    const moved = { ...alone, parameters: constants };
    return laws.solve({ question: "critical-share", fit: moved, ...target }).share.value;
  };
  const next = laws.solve({ question: "next-runs", fit, candidates, target: shareAt, count: 1 });
  return { law: name, share: next.settings[0].share, width: Object.values(next.runs)[0].value };
};
const nextRuns = fits.map(nextOf);
report.table("next-runs", nextRuns);
report.note({ nextRuns });
show(nextRuns);

// %% [markdown]
// ### Three languages
//
// With three domains there is no single share to choose, and what is wanted is a balance: here the least mean of the three losses. Small
// models, from scratch, on mixtures drawn about equal shares; a mixing law over all three shares for each loss; and the mixture that is
// best by the three laws together, with those of every refit. This is about pre-training and not continual: it costs seconds a run.

// %%
const three = [settings.old, settings.language, settings.third];
const { texts } = await corpus.any({ languages: three, seed: 1, onProgress: bar.report });
const shared = await vocab.train({
  texts: three.flatMap((each) => texts[each].train),
  size: settings.vocabSize,
  onProgress: bar.report,
});
const small = { width: 48, layers: 2, heads: 2, kvHeads: 2, ffn: 128, context: 128 };
const config = model.configOf({ ...small, vocabSize: shared.size });
const drawn = laws.design.mixtures({
  rng: rng(settings.seed),
  count: settings.mixtures,
  natural: Object.fromEntries(three.map((each) => [each, 1])),
  strength: [0.5, 5],
  grain: 0.01,
});

// %%
const mixedJob = (shares: Record<string, number>) =>
  train.job(
    { config, tokenizer: shared, weights: model.init({ config, rng: rng(settings.seed) }) },
    {
      name: three.map((each) => `${each} ${(100 * shares[each]).toFixed(0)} %`).join(" "),
      on: texts,
      mixture: mixture.fixed(shares),
      schedule: train.cosine({ peak: 3e-3, warmup: 0.02 }),
      steps: settings.mixtureSteps,
      evaluateAt: [settings.mixtureSteps],
      heldOutBytes: settings.heldOutBytes,
      seed: settings.seed,
      labels: shares,
      engine: { threads: 1 },
    },
  );
const mixed = await lab.sweep({ jobs: drawn.map(mixedJob), dir: `${settings.out}/three` });

// %%
const columns = Object.fromEntries(
  three.flatMap((each) => [
    [each, each],
    [`loss_${each}`, `bitsPerByte_${each}`],
  ]),
);
const mixRows = (await runs.rows({ path: mixed.map(({ dir }) => dir), columns })) as Record<
  string,
  number
>[];
report.table("three-languages", mixRows);
const mixing = laws.forms.mixingDomains({ domains: three });
const lossOfEach = async (each: string) => {
  const fit = laws.fit({ law: mixing, rows: mixRows, loss: `loss_${each}` });
  const random = rng(settings.seed).fork(each);
  return {
    fit,
    bootstrap: await laws.bootstrap({ fit, rng: random, resamples: settings.resamples }),
  };
};

// %%
const threeFits = await Promise.all(three.map(lossOfEach));
const balance = laws.solve({ question: "mixture", losses: threeFits });
const threeMisses = threeFits.map(({ fit }, k) => ({
  loss: lab.languageName(three[k]),
  rows: fit.data.y.length,
  meanMiss: fit.errors.mae,
  worstMiss: fit.errors.worst,
  r2: fit.errors.r2,
}));
report.note({
  balance: { shares: balance.shares, loss: balance.loss, notes: balance.notes },
  threeMisses,
});
console.log(
  [...Object.values(balance.shares), balance.loss].map(({ sentence }) => sentence).join("\n"),
);
show(threeMisses);

// %%
type Shares = Record<string, number>;
const bestShares: Shares = Object.fromEntries(
  three.map((each) => [each, balance.shares[each].value!]),
);
const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const meanLoss = (shares: Shares) =>
  meanOf(
    threeFits.map(({ fit }) =>
      mixing.predict(
        fit.values,
        three.map((each) => shares[each]),
      ),
    ),
  );
const pick = (row: Shares) => Object.fromEntries(three.map((each) => [each, row[each]]));
const named = (shares: Shares) =>
  Object.fromEntries(three.map((each) => [lab.languageName(each), shares[each]]));
const tagged = (shares: Shares) =>
  Object.fromEntries(three.map((each) => [each, shares[lab.languageName(each)]]));

// %%
report.figure({
  name: "simplex",
  title: "Every mixture of three languages",
  figure: charts.simplexMap({
    domains: three.map(lab.languageName) as [string, string, string],
    lossOf: (shares) => meanLoss(tagged(shares)),
    points: mixRows.map(named),
    best: named(bestShares),
    resamples: balance.resamples.map(named),
    unit: "bits per byte",
  }),
  caption:
    `The mean of the three held-out losses by three mixing laws, the ${mixRows.length} ` +
    "mixtures that were run, " +
    `and the best mixture with those of ${balance.resamples.length} refits. Towards the ` +
    "corners no run lies: " +
    "there the map is what the laws say and no more.",
  table: [
    ...mixRows.map((row) => ({
      kind: "run",
      ...pick(row),
      meanLoss: meanOf(three.map((each) => row[`loss_${each}`])),
    })),
    { kind: "best", ...bestShares, meanLoss: balance.loss.value },
    ...balance.resamples.map((each) => ({ kind: "refit", ...each, meanLoss: null })),
  ],
});

// %% [markdown]
// ## What the papers report
//
// Ye et al. find the share at which the source loss does not rise at all: 28.6 % for Pythia-70M going from the Pile to Python, checked
// by a run at 28.5 %. Gu et al. allow 0.05 nats and report critical shares of *new* text of 29.8 % (460 M parameters) to 47.8 %
// (3.1 B), so more than half stays old. Que et al. allow 3 % of the general loss and find 92.4 % of new text for a 1.8 B model and
// chemistry. The three do not answer the same question on the same runs, so their numbers do not contradict each other. The next
// cell says what they recommend where they do. A share holds within ten percentage points; that it is more than half, where its whole
// interval is.

// %%
const percent = spelled;
const [exponential, power, threeWay] = verdicts.map((verdict, i) => ({
  ...verdict,
  ...measured[i],
  share: verdict.share,
}));
const interval = ({ low, high }: { low: number | null; high: number | null }) =>
  low === null
    ? "no interval"
    : `${percent(low)} to ${high === null ? "more than any share" : percent(high)}`;
const near = (share: number | null, said: number) =>
  share !== null && Math.abs(share - said) <= 0.1;
const lost = ({ forgetting }: { forgetting: number }) =>
  `the run there lost ${forgetting.toFixed(3)} bits per byte`;
report.claim({
  paper: "Ye et al. 2024",
  says: "28.6 % of old text leaves the old loss as it was (Pythia-70M, from the Pile to Python)",
  measured:
    `${percent(exponential.share)} (${interval(exponential)}) of ${oldName} for a loss of at ` +
    `most ${settings.tolerance}`,
  holds: near(exponential.share, 0.286),
});

// %%
report.claim({
  paper: "Ye et al. 2024",
  says: "a run at the share that the exponential recommends confirms it",
  measured: lost(exponential),
  holds: exponential.share === null ? null : exponential.forgetting <= settings.tolerance,
});
report.claim({
  paper: "Gu et al. 2024",
  says: "more than half stays old (29.8 to 47.8 % of new text, from 460 M to 3.1 B parameters)",
  measured: `${percent(power.share)} (${interval(power)}) stays ${oldName}; ${lost(power)}`,
  holds: power.low === null ? null : power.low > 0.5 || ((power.high ?? 1) < 0.5 ? false : null),
});
report.claim({
  paper: "Que et al. 2024",
  says: "92.4 % of new text keeps the general loss within 3 % (1.8 B parameters, chemistry)",
  measured:
    `${percent(threeWay.share === null ? null : 1 - threeWay.share)} of ${newName}; ` +
    `${lost(threeWay)}`,
  holds: threeWay.share === null || !threeWay.determined ? null : near(1 - threeWay.share, 0.924),
});
report.claims();

// %%
const points = (value: number) => `${(100 * value).toFixed(1)} percentage points`;
const given = verdicts.flatMap(({ share, low, high }) =>
  share === null ? [] : [{ share, low, high }],
);
const shares = given.map(({ share }) => share);
const apart = given.length > 1 ? Math.max(...shares) - Math.min(...shares) : 0;
const narrowest = Math.min(...given.map(({ low, high }) => (high ?? 1) - (low ?? 0)));
const keptBy = measured
  .filter(({ forgetting }) => forgetting <= settings.tolerance)
  .map(({ name }) => name);
const missedBy = measured.map(({ name }) => name).filter((name) => !keptBy.includes(name));
const missOf = (law: string) => {
  const own = predictions.filter((row) => row.law === law);
  const inside = own.filter((row) => row.inside).length;
  return { law, mean: meanOf(own.map(({ miss }) => Math.abs(miss))), inside, of: own.length };
};
const ranking = verdicts.map(({ law }) => missOf(law)).sort((a, b) => a.mean - b.mean);
const worsened = positive.some(({ share, tokens, loss }) =>
  positive.some(
    (other) =>
      tokens === longest && other.share === share && other.tokens < tokens && other.loss < loss,
  ),
);
report.note({ ranking });

// %%
const verdictOf = (verdict: (typeof verdicts)[number], i: number) =>
  `${verdict.law}: ${percent(verdict.share)} ` +
  `(${interval(verdict)})${verdict.determined ? "" : ", not determined"}. ` +
  `The run there lost ${measured[i].forgetting.toFixed(3)} bits per byte of ${oldName} ` +
  `and gained ${measured[i].adaptation.toFixed(3)} of ${newName}.` +
  (verdict.notDetermined
    ? ` Constants that these runs do not determine: ${verdict.notDetermined}.`
    : "");
const [closest, ...others] = ranking.map(({ law, mean }) => ({ law, by: mean.toFixed(3) }));
const said = [
  ...verdicts.map(verdictOf),
  `The laws lie ${points(apart)} apart, ${apart > narrowest ? "more" : "less"} than the ` +
    "narrowest interval is wide " +
    `(${points(narrowest)}): ` +
    (apart > narrowest
      ? "which law is taken matters more than the noise of the runs."
      : "these runs cannot tell which recommendation is right."),
  `Predicting the check runs, ${closest.law} missed by ${closest.by} bits per byte on average, ` +
    `${others.map(({ law, by }) => `${law} by ${by}`).join(", ")}; inside their own 95 % ` +
    "intervals: " +
    `${ranking.map(({ law, inside, of }) => `${law} ${inside} of ${of}`).join(", ")}.`,
  missedBy.length === 0
    ? `All recommended shares kept the tolerance of ${settings.tolerance}.`
    : `The tolerance of ${settings.tolerance} was kept at the share of ` +
      `${keptBy.join(", ") || "none of them"}, ` +
      `and missed at that of ${missedBy.join(", ")}.`,
];

// %%
const determined = three.every((each) => balance.shares[each].determined);
const bestOf = three.map((each) => balance.shares[each]);
const spelledBest = bestOf.map(
  (each, i) => `${percent(each.value)} ${lab.languageName(three[i])} (${interval(each)})`,
);
const narrowing = nextRuns
  .filter(({ share }) => share !== null)
  .map(
    ({ law, share, width }) =>
      `by ${law} at ${percent(share)}, to ${(100 * width!).toFixed(0)} % of its interval`,
  );

// %%
report.conclude({
  headlines: verdicts.map((verdict, i) => ({
    label: verdict.law,
    value: percent(verdict.share),
    note: `${interval(verdict)}; a run there lost ${measured[i].forgetting.toFixed(3)}`,
  })),
  remarks: [
    ...said,
    worsened
      ? `At some share the longer run lost more of ${oldName} than the shorter: forgetting ` +
        "grows with tokens there, " +
        "which the D-CPT law, whose loss can only fall with tokens, cannot say."
      : `At every share the longer run was the better one in ${oldName} too, as the D-CPT law ` +
        "needs.",
    narrowing.length > 0 &&
      `A next run would narrow the recommendation most ${narrowing.join("; ")}.`,
    `Three languages, small models from scratch: least mean loss at ${spelledBest.join(", ")}` +
      `${determined ? "" : "; not determined"}.`,
    `One seed, ${atLength.length} shares, ${settings.lengths.length + 1} length(s) of run, one ` +
      "size: " +
      "what is said of the size term, of other text and of a third digit is nothing.",
  ],
});

// %% [markdown]
// ## What failed, and what this does not show
//
// - **Intervals are about noise, not about form.** They come from redrawing each law's own misses. A law that bends wrongly can be sure
//   of a wrong share; only the check run shows that, and three check runs are few.
// - **The D-CPT law was made for other runs.** It has size and tokens over decades; here is one size and two lengths. Most of its constants
//   are then settled by each other, and its recommendation is that of a power with a shift.
// - **The critical share is of this budget.** A longer run forgets more or recovers more, and a rate that decays hides some of the
//   forgetting of a rate that stays; none of these laws carries over to another schedule.
// - **Check runs share the seed** of the runs that were fitted, so they say little of how another order of the text would come out.
// - **The map of three languages is another experiment**: from scratch, one small size, equal weights of the three losses. Other weights would move
//   its best mixture.

// %%
console.log(`in ${report.dir}: ${report.files().join(", ")}`);
