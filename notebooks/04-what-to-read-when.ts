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
// # Same tokens, another order: does it matter?
//
// A mixture says how much of each text a model reads. It can also say *when*: old text first or last, less and less of it, more of it while the
// learning rate decays, or as much as the losses ask for. And within one language the documents have an order too, easy ones first or as they
// come. All of that costs nothing in tokens.
//
// **Question.** A small English model reads the same number of Korean and English tokens in many orders. Which of them leaves it better than a
// fixed mixture, and do rules that follow the run beat the best fixed mixture?

// %% [markdown]
// ## Setup
//
// The base is the model of the [tour](00-tour.ipynb), from the cache if the tour has run. Arms of three kinds read equally many tokens: mixtures
// that hold one of the shares of `fixed`; orders, which read `share` of their tokens in the old language on average, `spread` being how far
// the share moves from there; and rules that choose the share themselves while the run goes on.

// %% tags=["parameters"]
import { charts, corpus, lab, measure, mixture, runs, show, train } from "palimpsest";

const settings = lab.params({
  defaults: {
    old: "en",
    language: "ko",
    corpus: "", // "" takes the first that can be had here
    size: "micro",
    vocabSize: 2048,
    baseSteps: 500,
    steps: 32, // a multiple of 8, from 16
    peak: 2e-3,
    fixed: [0, 0.1, 0.25, 0.5, 0.75, 1], // of the old language; Skill-it learns from 0 and 1
    share: 0.25, // one of them: the average of every order
    spread: 0.2,
    seeds: [1, 2, 3],
    heldOutBytes: 8192,
    seed: 1, // of the base
    out: "../out/04",
  },
});

// %%
const study = await lab.study({
  settings,
  title: "Same tokens, another order: does it matter?",
  lead:
    "Fixed shares, schedules, rules that follow the run, and curricula, at equal tokens in " +
    "a small model.",
});
const { report, names } = study;
const base = await study.base({ heldOutBytes: 32768 }); // as in the tour, whose base it then is
const domains = [settings.old, settings.language];
const shares = (old: number) => ({ [settings.old]: old, [settings.language]: 1 - old });

// %% [markdown]
// ## Measurement
//
// Each arm with every seed, the same schedule (re-warmed, then decayed) and the same budget. Within a seed both languages are read in the
// same order by all arms, so arms are compared in pairs. The fixed mixtures come first: two of the rules learn from them.

// %%
type Options = Partial<Parameters<typeof study.job>[0]>;
const { share, spread } = settings;
const jobOf = (arm: string, options: Options, seed: number) =>
  study.job({
    model: base,
    share,
    schedule: train.rewarm({ peak: settings.peak, warmup: 0.05 }),
    steps: settings.steps,
    name: `${arm}, seed ${seed}`,
    labels: { arm, seed },
    seed,
    ...options,
  });
const jobsOf = (arms: Record<string, Options>) =>
  Object.entries(arms).flatMap(([arm, options]) =>
    settings.seeds.map((seed) => jobOf(arm, options, seed)),
  );
const fixedArm = (old: number) => `fixed at ${old}`;
const fixedArms = Object.fromEntries(settings.fixed.map((old) => [fixedArm(old), { share: old }]));
const held = await lab.sweep({ jobs: jobsOf(fixedArms), dir: `${settings.out}/fixed` });

// %%
const [less, more] = [shares(share - spread), shares(share + spread)];
const contrast = (by: number) => ({ [settings.old]: by, [settings.language]: -by });
const scored = (score: ReturnType<typeof corpus.compression>, hardestFirst = false): Options => ({
  order: {
    [settings.language]: corpus.curriculum({ score, pacing: "linear", start: 0.2, hardestFirst }),
  },
});
const orders: Record<string, Options> = {
  "ramp, more to less": { mixture: mixture.ramp({ from: more, to: less }) },
  "ramp, less to more": { mixture: mixture.ramp({ from: less, to: more }) },
  "annealed with the rate": { mixture: mixture.anneal({ from: less, to: more }) },
  "old text first": {
    mixture: mixture.twoPhase({ mean: shares(share), contrast: contrast(2 * spread) }),
  },
  "old text last": {
    mixture: mixture.twoPhase({ mean: shares(share), contrast: contrast(-2 * spread) }),
  },
  "easy first (compression)": scored(corpus.compression()),
  "hard first (compression)": scored(corpus.compression(), true),
};

// %% [markdown]
// ### Rules that follow the run
//
// Their papers train for thousands of updates; here they look again after a few, and otherwise have their defaults. Skill-it's graph is measured on the
// runs that read one language alone; the agent learns from all fixed runs which share to choose next.

// %%
const quarter = Math.round(settings.steps / 4);
const lossesAt = (run: (typeof held)[number], step: number) =>
  Object.fromEntries(
    run.evaluations.filter((row) => row.step === step).map(({ domain, loss }) => [domain, loss]),
  ) as Record<string, number>;
const alone = (old: number) =>
  lossesAt(
    held.find((run) => run.record.labels!.arm === fixedArm(old))!,
    settings.steps,
  );
const graph = mixture.skillGraph({
  base: lossesAt(held[0], 0),
  after: { [settings.old]: alone(1), [settings.language]: alone(0) },
});
const actions = settings.fixed.map((old) => [old, 1 - old]);
const trajectories = held.map((run, i) => {
  const steps = [0, quarter, 2 * quarter, 3 * quarter, settings.steps];
  const taken = Array<number>(4).fill(Math.floor(i / settings.seeds.length));
  return {
    taken,
    losses: steps.map((step) => domains.map((domain) => lossesAt(run, step)[domain])),
  };
});

// %%
const point = Math.floor(quarter / 4);
const rules = {
  ado: {
    paper: "Jiang et al. 2024",
    of: mixture.ado({ prior: shares(share), every: quarter, ignore: point, point }),
  },
  agent: {
    paper: "Yang et al. 2025",
    of: mixture.agent({
      domains,
      actions,
      weights: mixture.learnAgent({ trajectories, actions }),
      every: quarter,
    }),
  },
  aioli: {
    paper: "Chen et al. 2024",
    of: mixture.aioli({ domains, every: 2 * quarter, sweep: 4, rounds: 1 }),
  },
  doge: { paper: "Fan et al. 2023", of: mixture.doge({ domains, every: 4 }) },
  doremi: { paper: "Xie et al. 2023", of: mixture.doremi({ domains }) },
  "learned ratio": {
    paper: "Wang et al. 2020",
    of: mixture.learnedRatio({ domains, targets: domains, every: 4 }),
  },
  odm: { paper: "Albalak et al. 2023", of: mixture.odm({ domains }) },
  "skill-it": { paper: "Chen et al. 2023", of: mixture.skillIt({ graph }) },
};

// %%
console.log(`Skill-it's graph: ${JSON.stringify(graph)}`);
const followed = Object.fromEntries(
  Object.entries(rules).map(([rule, { of }]) => [rule, { mixture: of }]),
);
const moved = await lab.sweep({
  jobs: jobsOf({ ...orders, ...followed }),
  dir: `${settings.out}/sweep`,
});
const done = [...held, ...moved];
const read = runs.table(done).runs;
report.table("runs", read.objects());
show(read);

// %% [markdown]
// ### What the arms asked for, and what the old language did meanwhile
//
// The path matters as much as the end: two orders with one average can differ most in the middle.

// %%
const labelsOf = (run: (typeof done)[number]) => run.record.labels as { arm: string; seed: number };
const drawnArms = [
  fixedArm(share),
  "ramp, more to less",
  "annealed with the rate",
  "odm",
  "doge",
  "skill-it",
];
const drawn = done.filter((run) => drawnArms.includes(labelsOf(run).arm));
const asked = drawn.flatMap((run) =>
  run.steps.map((row) => ({
    ...labelsOf(run),
    step: row.step,
    change: row[`share_${settings.old}`] - share,
  })),
);

// %%
report.figure({
  name: "shares",
  title: `The share of ${names.old} over the run`,
  figure: charts.changeCurves({ rows: asked, axis: `Token share of ${names.old}, less ${share}` }),
  caption: `As asked at every update. Mean, lowest and highest of ${settings.seeds.length} seeds.`,
  table: asked,
});
const curves = drawn.flatMap((run) =>
  measure
    .forgetting({ evaluations: run.evaluations, domain: settings.old })
    .curve.map(({ step, bitsPerByte }) => ({ ...labelsOf(run), step, change: bitsPerByte })),
);
report.figure({
  name: "path",
  title: `What happens to ${names.old}`,
  figure: charts.changeCurves({ rows: curves, axis: `Change of ${names.old} (bits per byte)` }),
  caption:
    `Held-out ${names.old} against the base. Mean, lowest and highest of ` +
    `${settings.seeds.length} seeds.`,
  table: curves,
});

// %%
const outcomes = done.map(({ evaluations, record }) => {
  const forgotten = measure.forgetting({ evaluations, domain: settings.old }).bitsPerByte;
  const learned = measure.adaptation({ evaluations, domain: settings.language }).bitsPerByte;
  const { arm, seed } = record.labels as { arm: string; seed: number };
  return {
    arm,
    seed,
    asked: record.shares!.asked[settings.old],
    forgotten,
    learned,
    gained: learned - forgotten,
  };
});
const ofArms = (arms: string[]) => outcomes.filter(({ arm }) => arms.includes(arm));
const orderArms = [fixedArm(share), ...Object.keys(orders)];

// %%
report.figure({
  name: "outcomes",
  title: "What each order leaves",
  figure: charts.methodDots({
    rows: ofArms(orderArms).flatMap(({ arm, forgotten, learned }) => [
      { method: arm, panel: "learned", value: learned },
      { method: arm, panel: "forgotten", value: forgotten },
    ]),
    axes: {
      learned: `${names.new} learned (bits per byte)`,
      forgotten: `${names.old} forgotten (bits per byte)`,
    },
  }),
  caption:
    `After ${settings.steps} updates. Bars: lowest and highest of ` +
    `${settings.seeds.length} seeds.`,
  table: ofArms(orderArms),
});

// %%
const mixed = settings.fixed.filter((old) => old > 0 && old < 1).map(fixedArm);
const plane = ofArms([...mixed, ...Object.keys(rules)]).map((row) => ({
  adaptation: row.learned,
  forgetting: row.forgotten,
  ...(row.arm in rules ? { label: row.arm } : { share: Number(row.asked.toFixed(3)) }),
}));
report.figure({
  name: "rules",
  title: "Rules against fixed mixtures",
  figure: charts.forgettingPlane({ points: plane, old: names.old, new: names.new }),
  caption:
    `The line joins fixed shares of ${names.old}; one language alone is off the plane. ` +
    `Bars: one standard deviation of ${settings.seeds.length} seeds.`,
  table: plane,
});
report.note({ outcomes });

// %% [markdown]
// ### Is the difference larger than chance?
//
// Seed by seed, with 95 % intervals over the seeds (Student's t, which is wide for three). `gained` is what was learned less what was forgotten, in
// bits per byte. Orders are put against the fixed mixture of the same average; rules against the fixed mixture that turned out best, which is
// chosen by the same numbers and so has luck on its side, and against a fixed mixture of the rule's own average, read off the straight line between
// two fixed shares (the truth bends above it, so this control is a little easy on the rules).

// %%
type Measured = "forgotten" | "learned" | "gained";
const valuesOf = (arm: string, of: Measured) =>
  settings.seeds.map((seed) => outcomes.find((row) => row.arm === arm && row.seed === seed)![of]);
const { mean } = measure;
const compare = (arm: string, against: string, of: Measured) =>
  lab.compare({ values: valuesOf(arm, of), against: valuesOf(against, of) });
const bestFixed = [...settings.fixed].sort(
  (a, b) => mean(valuesOf(fixedArm(b), "gained")) - mean(valuesOf(fixedArm(a), "gained")),
)[0];
const gainedAt = (old: number) => {
  const ladder = [...settings.fixed].sort((a, b) => a - b);
  const above = Math.max(
    1,
    ladder.findIndex((rung) => rung >= old),
  );
  const [low, high] = [ladder[above - 1], ladder[above]];
  const t = (old - low) / (high - low);
  const [from, to] = [valuesOf(fixedArm(low), "gained"), valuesOf(fixedArm(high), "gained")];
  return from.map((value, i) => (1 - t) * value + t * to[i]);
};
const askedBy = (arm: string) => mean(ofArms([arm]).map(({ asked }) => asked));
const ownAverage = (rule: string) =>
  lab.compare({ values: valuesOf(rule, "gained"), against: gainedAt(askedBy(rule)) });

// %%
const rowOf = (arm: string, against: string) => {
  const of = (measured: Measured) => compare(arm, against, measured);
  const [forgotten, learned, gained] = [of("forgotten"), of("learned"), of("gained")];
  return {
    arm,
    against,
    share: askedBy(arm),
    forgotten: forgotten.difference,
    learned: learned.difference,
    gained: gained.difference,
    gainedInterval: gained.half,
    clear: gained.clear,
  };
};
const contests = [
  ...Object.keys(orders).map((arm) => ({ arm, against: fixedArm(share) })),
  ...Object.keys(rules).map((arm) => ({ arm, against: fixedArm(bestFixed) })),
];
const differences = contests.map(({ arm, against }) => rowOf(arm, against));
report.table("comparisons", differences);
report.note({ differences });
show(differences);

// %%
const bySeed = contests.flatMap(({ arm, against }) => {
  const held = valuesOf(against, "gained");
  return valuesOf(arm, "gained").map((value, i) => ({
    group: arm,
    seed: settings.seeds[i],
    value: value - held[i],
  }));
});
report.figure({
  name: "differences",
  title: "Gained, less what a fixed mixture gained",
  figure: charts.strips({ rows: bySeed, axis: "Difference of what was gained (bits per byte)" }),
  caption:
    `Seed by seed; orders against ${fixedArm(share)}, rules (from ${Object.keys(rules)[0]} on) ` +
    `against ${fixedArm(bestFixed)} of ${names.old}. Right of 0 the order, or the rule, is ` +
    "better; an interval that holds 0 cannot tell.",
  table: bySeed,
});

// %% [markdown]
// ## What the papers report
//
// - Parmar et al. (2024, *Reuse, Don't Retrain*): what is to be kept best should be read late, as the learning rate decays.
// - Each rule's paper (named in the table): shares that follow the run beat shares that are set by hand.
// - Chen et al. (2024, *Aioli*): measured with care, online rules often do no better than simple fixed shares.
// - Zhang et al. (2025), on curricula: easy text first learns faster early; at the end most of the gain is gone.

// %%
const late = compare("old text last", "old text first", "forgotten");
const shuffled = valuesOf(fixedArm(share), "learned");
const easy = lab.compare({
  values: valuesOf("easy first (compression)", "learned"),
  against: shuffled,
  margin: 0.05 * mean(shuffled),
});
report.claim({
  paper: "Parmar et al. 2024",
  says: "what is read late, as the rate decays, is kept best",
  of: `${names.old} forgotten, old text last against first`,
  compared: late,
  expected: "below",
});
Object.entries(rules).forEach(([rule, { paper }]) => {
  report.claim({
    paper,
    says: `${rule} beats fixed shares`,
    of: `gained against the best, ${fixedArm(bestFixed)}`,
    compared: compare(rule, fixedArm(bestFixed), "gained"),
    expected: "above",
  });
});
const all = Object.keys(rules);
const beatBest = all.filter((rule) => compare(rule, fixedArm(bestFixed), "gained").above);
const beatOwn = all.filter((rule) => ownAverage(rule).above);
const [best, margin] = [valuesOf(fixedArm(bestFixed), "gained"), 0.05];
const noBetter = (rule: string) =>
  lab.compare({ values: valuesOf(rule, "gained"), against: best, margin: margin * mean(best) })
    .noMore;

// %%
report.claim({
  paper: "Chen et al. 2024",
  says: "online rules do no better than simple fixed shares",
  measured:
    `above the best fixed share: ${lab.listed(beatBest)}; above their own average held ` +
    `fixed: ${lab.listed(beatOwn)} (asked: none ${lab.percent(margin)} above the best)`,
  holds: all.map(noBetter).reduce(lab.both),
});
report.claim({
  paper: "Zhang et al. 2025",
  says: "at the end of a run, easy text first has gained nothing",
  of: `${names.new} learned, easy first against shuffled`,
  compared: easy,
  expected: "noMore",
});
report.claims();

// %%
const bestOf = (arms: string[]) =>
  differences.filter(({ arm }) => arms.includes(arm)).sort((a, b) => b.gained - a.gained)[0];
const told = ({ arm, against, gained, gainedInterval, clear }: (typeof differences)[number]) =>
  `"${arm}" with ${Math.abs(gained).toFixed(3)} ± ${gainedInterval.toFixed(3)} bits per byte ` +
  `${gained < 0 ? "less" : "more"} than ${against}, which is ` +
  `${clear ? "larger" : "not larger"} than chance`;
const answer =
  `At equal tokens and equal shares the best order was ${told(bestOf(Object.keys(orders)))}. ` +
  `Among the rules it was ${told(bestOf(Object.keys(rules)))}.`;
report.conclude({
  answer,
  headlines: differences.map(({ arm, against, gained, gainedInterval }) => ({
    label: arm,
    value: gained.toFixed(3),
    note: `± ${gainedInterval.toFixed(3)} bits per byte gained against ${against}`,
  })),
  remarks: [
    `${settings.seeds.length} seeds, ${settings.steps} updates: what is smaller than its ` +
      "interval is no finding.",
    `${differences.length} comparisons: by chance alone one in twenty looks clear.`,
    "The best fixed mixture was chosen after the fact; a rule that only equals it has saved " +
      "the search.",
  ],
});

// %% [markdown]
// ## What failed, and what this does not show
//
// - **Short runs.** Rules that follow the losses need time to learn them; in some dozens of updates ODM has only begun to explore.
// - **Two domains.** With one old and one new language there is one number to choose; the papers choose among many domains.
// - **The rules' cost is not counted.** DoGE, the learned ratio, DoReMi and Aioli spend extra passes on what they follow; tokens trained on are equal,
//   work is not. Skill-it and the agent have seen the fixed runs before they begin.
// - **One schedule.** With a constant rate the last block decides everything; here the rate decays, which protects what was read early.
// - **Scores of Korean text in crumbs.** The curriculum's score is of the text, but the model reads it by bytes.

// %%
console.log(`in ${report.dir}: ${report.files().join(", ")}`);
