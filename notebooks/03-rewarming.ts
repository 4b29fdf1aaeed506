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
// # Is it the shift or the re-warming that forgets?
//
// A model that is trained further loses some of what it knew. Two things happen at once when that training begins: the text
// changes, and the learning rate, which had decayed, is raised again. Gupta et al. (2023) saw the loss of the *old* text rise even
// where the text had not changed at all. So part of what is called forgetting may be the rate's doing.
//
// **Question.** How much of the forgetting of a small English model that goes on with Korean comes from the new text, and how
// much from the re-warmed learning rate? And is a run that never let the rate decay a better start?

// %% [markdown]
// ## Setup
//
// The base is the model of the [tour](00-tour.ipynb), from the cache if the tour has run; its rate decayed to `low`. The control goes on
// with *the same text* that the base was trained on, under the same schedules: what it loses, the rate has lost. New text at the low rate shows
// what the text alone loses. `peaks` are what the rate is raised to. There is no replay, so that the shift is whole.

// %% tags=["parameters"]
import { charts, lab, measure, mixture, runs, show, train } from "palimpsest";

const settings = lab.params({
  defaults: {
    old: "en",
    language: "ko",
    corpus: "", // "" takes the first that can be had here
    size: "micro",
    vocabSize: 2048,
    baseSteps: 500,
    steps: 64,
    low: 3e-4, // the base's last rate
    peaks: [1e-3, 3e-3],
    held: 1e-3, // the rate that the stable run holds
    annealFrom: 0.8, // share of the stable run after which its rate would decay
    seeds: [1, 2, 3],
    heldOutBytes: 16384,
    seed: 1, // of the base
    out: "../out/03",
  },
});

// %%
const study = await lab.study({
  settings,
  title: "Is it the shift or the re-warming that forgets?",
  lead: "The same text and new text, with and without a re-warmed learning rate, in a small model.",
});
const { report, texts, names } = study;
const base = await study.base({ heldOutBytes: 32768 }); // as in the tour, whose base it then is
const at = base.evaluations.filter(({ domain }) => domain === settings.old).at(-1)!;
console.log(`base: ${names.old} ${at.bitsPerByte.toFixed(3)} bits per byte`);

// %% [markdown]
// ## Measurement
//
// Six arms, each with every seed: the text is the same or new; the rate stays at `low`, or is raised to a peak over the first 5 % and
// decays again to a tenth of it. A seed is an order of the text; arms of one seed are compared in pairs.

// %%
type Arm = { arm: string; text: "same" | "new"; schedule: train.Schedule };
const rates = [
  { rate: "no re-warming", schedule: train.constant({ peak: settings.low }) },
  ...settings.peaks.map((peak) => ({
    rate: `peak ${peak}`,
    schedule: train.rewarm({ peak, warmup: 0.05 }),
  })),
];
const arms: Arm[] = (["same", "new"] as const).flatMap((text) =>
  rates.map(({ rate, schedule }) => ({ arm: rate, text, schedule })),
);
const jobOf = ({ arm, text, schedule }: Arm, seed: number) =>
  study.job({
    model: base,
    share: text === "same" ? 1 : 0,
    schedule,
    steps: settings.steps,
    name: `${text} text, ${arm}, seed ${seed}`,
    labels: { arm, text, seed },
    seed,
  });
const jobs = arms.flatMap((arm) => settings.seeds.map((seed) => jobOf(arm, seed)));
const done = await lab.sweep({ jobs, dir: `${settings.out}/sweep` });
show(runs.table(done).runs);

// %% [markdown]
// ### The old language while training goes on
//
// The change of the held-out loss of the old language since the start, for every update that was evaluated. On the left nothing is new but
// the rate; on the right the text is new as well.

// %%
type Done = (typeof done)[number];
const labelsOf = (run: Done) =>
  run.record.labels as { arm: string; text: Arm["text"]; seed: number };
const curveOf = (run: Done) =>
  measure
    .forgetting({ evaluations: run.evaluations, domain: settings.old })
    .curve.map(({ step, bitsPerByte }) => ({
      arm: labelsOf(run).arm,
      seed: labelsOf(run).seed,
      panel: labelsOf(run).text,
      step,
      change: bitsPerByte,
    }));
const changes = done.flatMap(curveOf);
report.figure({
  name: "old-language",
  title: `What happens to ${names.old}`,
  figure: charts.changeCurves({
    rows: changes,
    axis: `Change of ${names.old} (bits per byte)`,
    panels: { same: `Going on with ${names.old}`, new: `Going on with ${names.new}` },
  }),
  caption:
    `Held-out ${names.old}: mean, lowest and highest of ${settings.seeds.length} seeds; ` +
    "above 0 is lost.",
  table: changes,
});

// %%
const outcomeOf = (run: Done) => {
  const gap = measure.stabilityGap({ evaluations: run.evaluations, domain: settings.old });
  const of = { evaluations: run.evaluations };
  return {
    ...labelsOf(run),
    forgotten: measure.forgetting({ ...of, domain: settings.old }).bitsPerByte,
    worst: gap.depth,
    recovered: gap.excessDepth,
    learned: measure.adaptation({ ...of, domain: settings.language }).bitsPerByte,
  };
};
const outcomes = done.map(outcomeOf);
const ofNew = outcomes.filter(({ text }) => text === "new");
report.note({ outcomes });

// %%
report.figure({
  name: "trade",
  title: "What each rate costs and buys on new text",
  figure: charts.methodDots({
    rows: ofNew.flatMap(({ arm, forgotten, learned }) => [
      { method: arm, panel: "learned", value: learned },
      { method: arm, panel: "forgotten", value: forgotten },
    ]),
    axes: {
      learned: `${names.new} learned (bits per byte)`,
      forgotten: `${names.old} forgotten (bits per byte)`,
    },
  }),
  caption:
    `After ${settings.steps} updates on ${names.new}. ` +
    `Bars: lowest and highest of ${settings.seeds.length} seeds.`,
  table: ofNew,
});
show(outcomes);

// %% [markdown]
// ### A run whose rate never decayed
//
// The infinite schedule (Ibrahim et al. 2024; Janson et al. 2025) holds one rate for as long as there is text and anneals only in branches.
// The next cell trains such a base, keeps its checkpoint from before the anneal, and goes on with the new text in two ways: from there, at the rate
// that was held, with an anneal at the end; and from the annealed end, re-warmed to that same rate.

// %%
const held = Math.round(settings.annealFrom * settings.baseSteps);
const shape = { peak: 3e-3, constant: settings.held, floor: settings.held / 10, cooldown: 0.4 };
const dir = `${settings.out}/stable`;
const stable = await study.base({
  schedule: train.infinite({ ...shape, anneal: settings.annealFrom }),
  dir,
  resume: true,
  name: "stable",
  snapshots: { at: [held] },
});
type Start = "held" | "annealed";
const schedules = {
  held: train.wsd({ peak: settings.held, warmup: 0, decay: 0.2, floor: settings.held / 10 }),
  annealed: train.rewarm({ peak: settings.held, warmup: 0.05 }),
};

// %%
const watched = [0, 1 / 16, 1 / 4, 1].map((part) => Math.round(part * settings.steps));
const branchOf = ({ start, seed }: { start: Start; seed: number }) =>
  lab.interruptible((signal) =>
    train.branch(dir, {
      at: start === "held" ? held : settings.baseSteps,
      on: texts,
      mixture: mixture.fixed({ [settings.language]: 1 }),
      schedule: schedules[start],
      moments: start === "held" ? "keep" : "new",
      data: "new",
      steps: settings.steps,
      evaluateAt: train.evaluationPoints({ steps: settings.steps, even: 4 }),
      snapshots: { at: seed === settings.seeds[0] ? watched : [] },
      heldOutBytes: settings.heldOutBytes,
      seed,
      dir: `${settings.out}/branches/${start}-${seed}`,
      resume: true,
      engine: study.engine,
      signal,
      onProgress: study.bar.report,
    }),
  );

// %%
const starts = settings.seeds.flatMap((seed) => [
  { start: "held" as Start, seed },
  { start: "annealed" as Start, seed },
]);
const branches = await lab.inTurn(starts, async (each) => ({ ...each, run: await branchOf(each) }));
study.bar.done();
const annealed = stable.evaluations.filter(({ domain }) => domain === settings.old).at(-1)!;
const named = { held: "from the held rate", annealed: "annealed, re-warmed" };
const curveAgainst = ({ evaluations }: train.Run, baseline: typeof annealed) =>
  measure.forgetting({ evaluations, domain: settings.old, baseline }).curve;
const branchCurves = branches.flatMap(({ start, seed, run }) =>
  curveAgainst(run, annealed).map((row) => ({
    arm: named[start],
    seed,
    step: row.step,
    change: row.bitsPerByte,
  })),
);
report.figure({
  name: "branches",
  title: "Two ways to go on from one stable run",
  figure: charts.changeCurves({
    rows: branchCurves,
    axis: `${names.old} above the annealed base (bits per byte)`,
  }),
  caption:
    `Held-out ${names.old} while ${names.new} is learned, against the annealed base. ` +
    "Mean and extremes.",
  table: branchCurves,
});

// %% [markdown]
// ### Which tokens lose
//
// A mean may stand for many tokens that lose a little or for few that lose much. The re-warmed branch of the first seed, token by token: all of a few
// held-out texts at four moments, and the beginning of one of them, shaded by how each token's loss has changed from the first moment to the last.

// %%
const { run: rewarmedRun } = branches.find(({ start }) => start === "annealed")!;
const few = texts[settings.old].heldOut.filter((text) => text.length > 200).slice(0, 12);
const read = { texts: few, engine: study.engine };
const losses = await train.atSnapshots(rewarmedRun, {
  measure: (model) => train.tokenLosses(model, read),
});
report.figure({
  name: "tokens",
  title: `Each token of ${names.old} while ${names.new} is learned`,
  figure: charts.ridgeline({
    rows: losses.map(({ step, bits }) => ({ ridge: step, value: bits })),
    axis: `Loss of a token of ${names.old} (bits)`,
    down: "Updates",
  }),
  caption:
    `The tokens of ${few.length} held-out texts in the annealed, re-warmed branch of seed ` +
    `${settings.seeds[0]}.`,
  table: losses,
});

// %%
const lossesAt = (at: number) =>
  losses.filter(({ step, text, position }) => step === at && text === 0 && position < 60);
const [start, end] = [lossesAt(0), lossesAt(settings.steps)];
const shaded = end.map(({ token, bits }, i) => ({ token, value: bits - start[i].bits }));
report.figure({
  name: "sentence",
  title: `What ${settings.steps} updates on ${names.new} did to one text`,
  figure: charts.tokenView({ tokens: shaded, value: "Change of loss (bits)", digits: 1 }),
  caption: "Blue: the token has become harder to foresee; orange, framed: easier.",
  table: shaded,
});

// %% [markdown]
// ## What the papers report
//
// - Gupta et al. (2023, *Continual Pre-Training of Large Language Models: How to (re)warm your model?*): re-warming first raises the loss on the
//   old and the new text; later the new text gains from it.
// - Ibrahim et al. (2024), as later readers cite their tables: a constant low rate forgets least; a higher peak forgets more and learns more.
// - Parmar et al. (2024, *Reuse, Don't Retrain*): with little shift, going on without re-warming is better than with it.
// - Janson et al. (2025, *Beyond Cosine Decay*): going on from the constant phase of an infinite schedule forgets less than re-warming.
//
// Each is put to the runs above, seed by seed; "cannot tell" means that the 95 % interval over the seeds holds 0.

// %%
const top = `peak ${settings.peaks.at(-1)}`;
type Number_ = "forgotten" | "worst" | "recovered" | "learned";
const valuesOf = (text: Arm["text"], arm: string, of: Number_) =>
  settings.seeds.map(
    (seed) =>
      outcomes.find((row) => row.text === text && row.arm === arm && row.seed === seed)![of],
  );
const compare = (values: number[], against: number[], unit = "bits per byte") =>
  lab.compare({ values, against, unit });
const against = (text: Arm["text"], of: Number_) =>
  compare(valuesOf(text, top, of), valuesOf(text, "no re-warming", of));
const rise = against("same", "worst");
const lost = against("new", "forgotten");
const learnt = against("new", "learned");
const sameEnd = against("same", "forgotten");
const curveOfBranch = (start: Start, seed: number) =>
  branchCurves
    .filter((row) => row.arm === named[start] && row.seed === seed)
    .map(({ change }) => change);
const worstOf = (start: Start) =>
  settings.seeds.map((seed) => Math.max(...curveOfBranch(start, seed)));
const lastOf = (start: Start) => settings.seeds.map((seed) => curveOfBranch(start, seed).at(-1)!);
const spike = compare(worstOf("held"), worstOf("annealed"));
const kept = compare(lastOf("held"), lastOf("annealed"));

// %%
const parts = (of: Number_) => {
  const rate = valuesOf("same", top, of);
  const shift = valuesOf("new", "no re-warming", of);
  const both = valuesOf("new", top, of);
  const sum = rate.map((value, i) => value + shift[i]);
  const [rateMean, shiftMean, bothMean] = [rate, shift, both].map(measure.mean);
  return { rate: rateMean, shift: shiftMean, both: bothMean, excess: compare(both, sum, "") };
};
const atWorst = parts("worst");
const atEnd = parts("forgotten");

// %%
const rewarmed = `re-warming to ${settings.peaks.at(-1)} against none`;
report.claim({
  paper: "Gupta et al. 2023",
  says: "re-warming raises the old loss even when the text is the same",
  of: `worst moment of ${names.old} on the same text, ${rewarmed}`,
  compared: rise,
  expected: "above",
});
report.claim({
  paper: "Ibrahim et al. 2024",
  says: "a higher peak forgets more",
  of: `${names.old} forgotten on new text, ${rewarmed}`,
  compared: lost,
  expected: "above",
});

// %%
report.claim({
  paper: "Ibrahim et al. 2024",
  says: "a higher peak learns more",
  of: `${names.new} learned, ${rewarmed}`,
  compared: learnt,
  expected: "above",
});
report.claim({
  paper: "Parmar et al. 2024",
  says: "without a shift, no re-warming ends better",
  of: `${names.old} lost on the same text, ${rewarmed}`,
  compared: sameEnd,
  expected: "above",
});
report.claim({
  paper: "Janson et al. 2025",
  says: "from the constant phase the worst moment is less deep",
  measured: `from the held rate against re-warmed: worst ${spike.words}, at the end ${kept.words}`,
  holds: spike.below,
});
report.claims();

// %%
const told = ({ rate, shift, both, excess }: ReturnType<typeof parts>) =>
  `re-warming alone ${lab.signed(rate)}, ${names.new} alone ${lab.signed(shift)}, both ` +
  `${lab.signed(both)}; both less the sum of the two: ${excess.words}, ${excess.chance}`;
const answer =
  `Bits per byte of ${names.old} lost at the worst moment of a run: ${told(atWorst)}. ` +
  `Lost at the end: ${told(atEnd)}.`;
report.note({ atWorst, atEnd });
const causes = { rate: "the rate alone", shift: "new text alone", both: "both" };
report.conclude({
  answer,
  headlines: Object.entries(causes).map(([cause, label]) => ({
    label: `Lost to ${label}`,
    value: atWorst[cause as keyof typeof causes].toFixed(3),
    note:
      "bits per byte at the worst moment; at the end " +
      lab.signed(atEnd[cause as keyof typeof causes]),
  })),
  remarks: [
    `${settings.seeds.length} seeds are orders of the text from one base: the base itself was ` +
      "not drawn anew.",
  ],
});

// %% [markdown]
// ## What failed, and what this does not show
//
// - **The base has not converged.** It still learns from the same text, so the control gains what a converged model would not: the rise of
//   its loss is what is left over after that.
// - **One base.** Seeds are orders of the text; another base would move all arms together.
// - **The stable run is not the tour's base.** Its branches are compared with each other and with its own annealed end, not with the six arms.
// - **No tokenizer was widened**, so the new language is spelled in crumbs; what is learned of it is the easy part.

// %%
console.log(`in ${report.dir}: ${report.files().join(", ")}`);
