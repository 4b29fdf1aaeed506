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
// # The best fifth five times, or everything once?
//
// Text for a new language or a new field is never all good: pages in another language, menus and notices between the lines, copies of copies,
// text that a machine has mixed up. One can read all of it once, or score it, keep the best part and read that again and again. Guo et al. (2024) say that the
// best part, several times over, also costs the old language less on the way. Which score to trust is another matter: each of them has been shown to
// beat no selection at all, and few have been put against a choice by chance of the same size.
//
// **Question.** At equal tokens, does a small English model learn more Korean from everything once or from the part of it that a score calls best, read several
// times? Does any score choose better than chance, and how far is it from knowing which are intact?

// %% [markdown]
// ## Setup
//
// The base is the model of the [tour](00-tour.ipynb), from the cache if the tour has run. The pool is passages of Korean help pages in which faults are planted at
// known rates: words in any order, passages of a third language, a line of a web page's frame, near copies of other passages. So it is known what a filter
// should find. Each seed draws its own pool, its own faults and its own order of reading. Some clean passages are kept aside as examples for the scores that are
// made from them; measured is clean held-out text.

// %% tags=["parameters"]
import { charts, corpus, lab, measure, rng, runs, show, train } from "palimpsest";

const settings = lab.params({
  defaults: {
    old: "en",
    language: "ko",
    foreign: "fi", // of the passages in a wrong language
    corpus: "", // "" takes the first that can be had here
    size: "micro",
    vocabSize: 2048,
    baseSteps: 500,
    steps: 32,
    batch: 16,
    peak: 2e-3,
    replay: 0.1, // of the old language, in every arm
    share: 0.2, // of the pool that is kept; it is read 1 / share times
    rates: { shuffled: 0.2, language: 0.2, boilerplate: 0.1, "near-duplicate": 0.1 },
    characters: 100, // of a passage, at least; it ends with a line
    examples: 200, // clean passages that scores are made from
    judged: 600,
    seeds: [1, 2, 3],
    heldOutBytes: 8192,
    seed: 1, // of the base
    out: "../out/12",
  },
});

// %%
const study = await lab.study({
  settings,
  title: "The best fifth five times, or everything once?",
  lead:
    "Parts of a pool with planted faults, chosen by scores, by chance and by knowing, at equal " +
    "tokens in a small model.",
});
const { report, names, texts, bar } = study;
const { old, language, steps, batch, replay, share, seeds } = settings;
const base = await study.base({ heldOutBytes: 32768 }); // as in the tour, whose base it then is

// %%
const stranger = await corpus.any({ languages: [settings.foreign], onProgress: bar.report });
bar.done();
const grown = (made: string[], line: string) => {
  const last = made.pop();
  if (last === undefined) return [line];
  return last.length < settings.characters ? [...made, `${last}\n${line}`] : [...made, last, line];
};
const passages = (list: readonly string[], name: string) =>
  list
    .flatMap((page) => page.split("\n").reduce(grown, []))
    .map((text, i) => ({ key: `${name} ${i}`, text }));
const foreign = passages(stranger.texts[settings.foreign].train, settings.foreign);

// %% [markdown]
// A pool has as many tokens as a run reads of the new language, so that reading everything is reading it once. Scores see more of the same text,
// `judged` passages of it, on which they are judged as filters too.

// %%
const budget = Math.round(steps * batch * base.config.context * (1 - replay));
const poolOf = async (seed: number) => {
  const order = rng(seed).fork("pool");
  const shuffled = order.shuffle(passages(texts[language].train, language));
  const examples = { texts: shuffled.slice(0, settings.examples).map(({ text }) => text) };
  const rest = shuffled.slice(settings.examples).slice(0, settings.judged);
  const made = corpus.planted({ documents: rest, rates: settings.rates, rng: order, foreign });
  const seen = made.documents;
  const raw = { texts: seen.map(({ text }) => text) };
  const lengths = await base.tokenizer.encodeBatch(raw.texts);
  let tokens = 0;
  const enough = lengths.findIndex((ids) => (tokens += ids.length + 1) >= budget) + 1;
  const faults = new Map(seen.map(({ key }, i) => [key, made.faults[i] ?? "intact"]));
  return { examples, raw, seen, documents: seen.slice(0, enough || seen.length), faults };
};
type Pool = Awaited<ReturnType<typeof poolOf>>;
const pools = new Map<number, Pool>();
for (const seed of seeds) pools.set(seed, await poolOf(seed));
const first = pools.get(seeds[0])!;
console.log(`${first.documents.length} passages in a pool, ${budget} tokens`);

// %% [markdown]
// ### The scores
//
// Five of them choose text for a run; three more are only judged as filters. *chance* is the control of all.

// %%
type Documents = Pool["documents"];
const scorers = {
  ngram: {
    paper: "Wenzek et al. 2020",
    of: ({ examples }: Pool) => corpus.ngram({ from: examples, n: 5 }),
  },
  quality: {
    paper: "Li et al. 2024",
    of: ({ examples, raw }: Pool) => corpus.quality({ good: examples, bad: raw }),
  },
  dsir: {
    paper: "Xie et al. 2023",
    of: ({ examples, raw }: Pool) => corpus.dsir({ target: examples, raw, per: "gram" }),
  },
  similar: {
    paper: "Gururangan et al. 2020",
    of: ({ examples, raw }: Pool) => corpus.similar({ to: examples, raw }),
  },
  "base's loss": {
    paper: "Ankner et al. 2024",
    of: async (_: Pool, documents: Documents) => {
      const list = documents.map(({ text }) => text);
      const values = await train.documentLosses(base, { documents: list });
      return corpus.given({ values, easy: "low" });
    },
  },
};

// %%
const judgedToo = {
  compression: () => corpus.compression(),
  mtld: () => corpus.mtld(),
  language: () => corpus.languageScore({ is: language }),
};
type Score = Parameters<typeof corpus.scoreStep>[0]["by"];
const kept = async (documents: Documents, by: Score, best: number) =>
  (await corpus.pipeline({ documents, steps: [corpus.scoreStep({ by, best })] })).documents;
const bytes = (documents: Documents) =>
  documents.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
const intactOf = (documents: Documents, { faults }: Pool) =>
  documents.filter(({ key }) => faults.get(key) === "intact");
const intactShare = (documents: Documents, pool: Pool) =>
  bytes(intactOf(documents, pool)) / bytes(documents);
interface Asked {
  name: string;
  seed: number;
  documents: Documents;
}
const scoreOf = async ({ name, seed, documents }: Asked): Promise<Score> => {
  if (name === "chance") return corpus.chance({ seed });
  if (name in judgedToo) return judgedToo[name as keyof typeof judgedToo]();
  return scorers[name as keyof typeof scorers].of(pools.get(seed)!, documents);
};

// %% [markdown]
// ## Measurement
//
// ### As filters
//
// Each score keeps as much of the pool as is intact. How much of each fault does it find, and how much of what it keeps is intact?

// %%
const judges = [...Object.keys(scorers), ...Object.keys(judgedToo), "chance"];
const faultNames = Object.keys(settings.rates);
const judged: { scorer: string; seed: number; of: string; value: number }[] = [];
for (const seed of seeds) {
  const pool = pools.get(seed)!;
  const { seen: documents, faults } = pool;
  for (const name of judges) {
    const by = await scoreOf({ name, seed, documents });
    const left = await kept(documents, by, intactShare(documents, pool));
    const stays = new Set(left.map(({ key }) => key));
    const add = (of: string, value: number) => judged.push({ scorer: name, seed, of, value });
    for (const fault of faultNames) {
      const having = documents.filter(({ key }) => faults.get(key) === fault);
      add(fault, 100 * measure.mean(having.map(({ key }) => (stays.has(key) ? 0 : 1))));
    }
    add("intact of the kept", 100 * intactShare(left, pool));
  }
}

// %%
report.figure({
  name: "filters",
  title: "What each score finds",
  figure: charts.heatMap({
    rows: judged.map(({ scorer, seed, of, value }) => ({ row: scorer, column: of, value, seed })),
    down: "Score",
    across: "Found of each fault",
    value: "%",
    digits: 0,
  }),
  caption:
    `Each keeps ${lab.percent(intactShare(first.seen, first))} of the text, which is how much ` +
    "is intact. Found: passages with the fault that go. Last: how much of what stays is " +
    `intact. Mean and standard deviation of ${seeds.length} pools.`,
  table: judged,
});

// %% [markdown]
// ### As what is read
//
// All arms read the same number of tokens, with the same schedule and as much of the old language beside. *Knowing* chooses by chance among the intact
// passages: what a score could do that finds these faults and nothing else. A tenth ten times, by chance and by knowing, shows what repeating costs.

// %%
const fifth = `${lab.percent(share)} by`;
const tenth = `${lab.percent(share / 2)} by`;
type Choose = (documents: Documents, seed: number) => Promise<Documents>;
const by =
  (name: string, part: number): Choose =>
  async (documents, seed) =>
    kept(documents, await scoreOf({ name, seed, documents }), part);
const knowing =
  (part: number): Choose =>
  async (documents, seed) => {
    const pool = pools.get(seed)!;
    const least = Math.min(1, part / intactShare(documents, pool));
    return kept(intactOf(documents, pool), corpus.chance({ seed }), least);
  };
const chosen: Record<string, Choose> = { everything: async (documents) => documents };
for (const name of ["chance", ...Object.keys(scorers)])
  chosen[`${fifth} ${name}`] = by(name, share);
chosen[`${fifth} knowing`] = knowing(share);
chosen[`${tenth} chance`] = by("chance", share / 2);
chosen[`${tenth} knowing`] = knowing(share / 2);
const arms = Object.keys(chosen);

// %%
const jobOf = async (arm: string, seed: number) => {
  const part = await chosen[arm](pools.get(seed)!.documents, seed);
  const text = { ...texts[language], train: part.map(({ text }) => text) };
  return study.job({
    model: base,
    on: { [old]: texts[old], [language]: text },
    share: replay,
    schedule: train.rewarm({ peak: settings.peak, warmup: 0.05 }),
    steps,
    batch,
    seed,
    name: `${arm}, seed ${seed}`,
    labels: { arm, seed },
  });
};
const pairs = arms.flatMap((arm) => seeds.map((seed) => ({ arm, seed })));
const jobs = [];
for (const { arm, seed } of pairs) jobs.push(await jobOf(arm, seed));
const done = await lab.sweep({ jobs, dir: settings.out });
const read = runs.table(done).runs;
report.table("runs", read.objects());

// %%
const outcomes = done.map(({ evaluations, record }) => {
  const { arm, seed } = record.labels as { arm: string; seed: number };
  const gap = measure.stabilityGap({ evaluations, domain: old });
  return {
    arm,
    seed,
    learned: measure.adaptation({ evaluations, domain: language }).bitsPerByte,
    forgotten: measure.forgetting({ evaluations, domain: old }).bitsPerByte,
    depth: gap.depth,
    area: gap.area / steps,
  };
});
type Measured = "learned" | "forgotten" | "depth" | "area";
const valuesOf = (arm: string, of: Measured) =>
  seeds.map((seed) => outcomes.find((row) => row.arm === arm && row.seed === seed)![of]);
const axes = {
  learned: `${names.new} learned (bits/byte)`,
  forgotten: `${names.old} forgotten (bits/byte)`,
  depth: `${names.old} at worst (bits/byte)`,
};
report.note({ outcomes, judged });

// %%
report.figure({
  name: "outcomes",
  title: "What each part of the pool leaves",
  figure: charts.methodDots({
    rows: outcomes.flatMap((row) =>
      (["learned", "forgotten", "depth"] as const).map((panel) => ({
        method: row.arm,
        panel,
        value: row[panel],
      })),
    ),
    axes,
    order: "given",
  }),
  caption:
    `After ${steps} updates of equally many tokens. Bits per byte on clean held-out text, mean, ` +
    `lowest and highest of ${seeds.length} seeds.`,
  table: outcomes,
});

// %% [markdown]
// ### The way there
//
// The old language's loss jumps when the new text begins, and some of it comes back: the stability gap.

// %%
const { mean } = measure;
const byScore = Object.keys(scorers).map((name) => `${fifth} ${name}`);
const bestScore = [...byScore].sort(
  (a, b) => mean(valuesOf(b, "learned")) - mean(valuesOf(a, "learned")),
)[0];
const drawn = ["everything", `${fifth} chance`, bestScore, `${fifth} knowing`];
const curves = done.flatMap(({ evaluations, record }) => {
  const { arm, seed } = record.labels as { arm: string; seed: number };
  if (!drawn.includes(arm)) return [];
  return [old, language].flatMap((domain) =>
    measure
      .forgetting({ evaluations, domain })
      .curve.map(({ step, bitsPerByte: change }) => ({ arm, seed, step, change, panel: domain })),
  );
});
report.figure({
  name: "path",
  title: "The path of both languages",
  figure: charts.changeCurves({
    rows: curves,
    axis: "Change (bits per byte)",
    panels: { [old]: names.old, [language]: names.new },
  }),
  caption:
    `Held-out text against the base. ${bestScore} learned most of the scores. Mean, lowest and ` +
    `highest of ${seeds.length} seeds.`,
  table: curves,
});

// %% [markdown]
// ### Is the difference larger than chance?
//
// Seed by seed, each arm against everything once and against a choice by chance of the same size, with 95 % intervals over the seeds (Student's t).

// %%
const compare = (arm: string, against: string, of: Measured) =>
  lab.compare({ values: valuesOf(arm, of), against: valuesOf(against, of) });
const chanceOf = (arm: string) => `${arm.startsWith(tenth) ? tenth : fifth} chance`;
const contests = arms
  .slice(1)
  .flatMap((arm) => [
    { arm, against: "everything" },
    ...(arm === chanceOf(arm) ? [] : [{ arm, against: chanceOf(arm) }]),
  ]);
const differences = contests.map(({ arm, against }) => {
  const [learned, depth] = [compare(arm, against, "learned"), compare(arm, against, "depth")];
  return {
    arm,
    against,
    learned: learned.difference,
    interval: learned.half,
    clear: learned.clear,
    depth: depth.difference,
    depthInterval: depth.half,
  };
});
report.table("comparisons", differences);
show(differences);

// %%
const bySeed = arms.slice(1).flatMap((arm) => {
  const held = valuesOf("everything", "learned");
  return valuesOf(arm, "learned").map((value, i) => ({
    group: arm,
    seed: seeds[i],
    value: value - held[i],
  }));
});
report.figure({
  name: "differences",
  title: `${names.new} learned, less what everything once teaches`,
  figure: charts.strips({ rows: bySeed, axis: "Difference of what was learned (bits per byte)" }),
  caption:
    "Seed by seed. Right of 0 the part, read several times, is better; an interval that holds 0 " +
    "cannot tell.",
  table: bySeed,
});

// %% [markdown]
// ## What the papers report
//
// - Guo et al. (2024): a part of the best text, several times over, teaches a new field more than all of it once, and the old skills fall less deep on the way.
// - Muennighoff et al. (2023): reading the same text up to four times is almost as good as new text.
// - The papers of the scores: Wenzek et al. (2020, CCNet), Li et al. (2024, DataComp-LM), Xie et al. (2023, DSIR), Gururangan et al. (2020), Ankner et
//   al. (2024): text that their score calls best is better to train on than text by chance.

// %%
const guo = `${fifth} quality`;
report.claim({
  paper: "Guo et al. 2024",
  says: "the best part several times teaches more than everything once",
  of: `${names.new} learned, ${guo}`,
  compared: compare(guo, "everything", "learned"),
  expected: "above",
});
report.claim({
  paper: "Guo et al. 2024",
  says: "and the old text is forgotten less at the worst moment",
  of: `${names.old} at its worst, ${guo}`,
  compared: compare(guo, "everything", "depth"),
  expected: "below",
});
const once = valuesOf("everything", "learned");
report.claim({
  paper: "Muennighoff et al. 2023",
  says: "a few times the same is almost as good as new text",
  of: `${names.new} learned, ${fifth} chance`,
  compared: lab.compare({
    values: valuesOf(`${fifth} chance`, "learned"),
    against: once,
    margin: 0.05 * mean(once),
  }),
  expected: "noLess",
});

// %%
Object.entries(scorers).forEach(([name, { paper }]) =>
  report.claim({
    paper,
    says: `what ${name} calls best is better than text by chance`,
    of: `${names.new} learned (bits/byte)`,
    compared: compare(`${fifth} ${name}`, `${fifth} chance`, "learned"),
    expected: "above",
  }),
);
report.claims();

// %%
const most = lab.mostOf({
  most: "was learned from",
  rows: arms.map((name) => ({ name, value: mean(valuesOf(name, "learned")) })),
  compared: (first, second) => compare(first, second, "learned"),
});
const found = judges
  .map((scorer) => ({
    scorer,
    value: mean(
      judged
        .filter((row) => row.scorer === scorer && row.of === "intact of the kept")
        .map(({ value }) => value),
    ),
  }))
  .sort((a, b) => b.value - a.value)[0];
const against = compare(bestScore, "everything", "learned");
const bound = compare(`${fifth} knowing`, "everything", "learned");
const finder = compare(`${fifth} ${found.scorer}`, `${fifth} chance`, "learned");
const way = (of: Measured) => compare(`${fifth} knowing`, `${fifth} chance`, of);
const [deeper, later] = [way("depth"), way("forgotten")];
const answer =
  `${most} Of the scores ${bestScore} did best: ${against.words} against everything once; ` +
  `knowing which are intact: ${bound.words}. ` +
  `As a filter "${found.scorer}" is best: ${found.value.toFixed(0)} % of what it keeps is intact.`;

// %%
report.conclude({
  answer,
  headlines: arms.map((arm) => ({
    label: arm,
    value: mean(valuesOf(arm, "learned")).toFixed(3),
    note:
      `bits per byte of ${names.new} learned; ${names.old} at its worst ` +
      `${mean(valuesOf(arm, "depth")).toFixed(3)}`,
  })),
  remarks: [
    `${seeds.length} seeds, each with a pool, faults and an order of its own; ${steps} updates.`,
    `${differences.length} comparisons: by chance alone one in twenty looks clear.`,
    "The best score is named after the fact.",
    found.scorer in scorers &&
      `What "${found.scorer}", the best filter, calls the best fifth teaches ${finder.words} ` +
        `beside a fifth by chance, ${finder.chance}.`,
    `Knowing against chance, ${names.old} at its worst: ${deeper.words}, ${deeper.chance}; at ` +
      `the end ${later.words}, ${later.chance}.`,
  ],
});

// %% [markdown]
// ## What failed, and what this does not show
//
// - **Finding faults is not choosing text.** The best filter need not have the best fifth (the remarks put it beside chance): to an n-gram score the lowest
//   perplexity is the most ordinary text, and copies of it.
// - **Better text need not make the gap shallower.** What is all Korean may move the model further in the first updates than what is Finnish in part; what these
//   runs say of it, at the worst moment and at the end, is the last remark.
// - **Planted faults are not the web's.** They are few kinds, at rates of our choosing; a score that finds them may not find others.
// - **A fifth of a small pool is little text.** What is lost with the other four fifths is variety, and it weighs more here than where a fifth is a billion tokens.
// - **The base does not know the new language.** Its loss says which text is like the old one; a model that knows the language would say something else.
// - **A score of single texts cannot see copies.** Near copies are for the steps that compare documents (`minhash`), which are not among the arms.
// - **Examples of the same source.** The clean passages that scores are made from are of the manual that is scored; elsewhere a classifier learns the source.

// %%
console.log(`in ${report.dir}: ${report.files().join(", ")}`);
