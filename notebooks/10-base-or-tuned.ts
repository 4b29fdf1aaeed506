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
// # Start from the base or from the tuned model?
//
// Who adapts a published model has two of it: a base, and one that was tuned to answer. Training the tuned one on plain text costs it the answering;
// tuning the base afterwards costs another round of tuning, and the data for it. Or one adds what tuning added, as a difference of weights, to a base
// that went on to learn.
//
// **Question.** At equal compute, which order of training on text and on answers ends with a model that has learned the text, answers, and answers
// about what it only read?

// %% [markdown]
// ## Setup
//
// The base reads English help pages and the biographies of invented people, each told in five ways with its sentences in changing order. Tuning is on
// questions about them, whose answers alone count in the loss. Continual training is on Korean help pages and on biographies of newcomers, about
// whom no question is ever tuned on.

// %% tags=["parameters"]
import { charts, corpus, lab, measure, merge, mixture, rng, show, train, vocab } from "palimpsest";

const settings = lab.params({
  defaults: {
    old: "en",
    language: "ko",
    corpus: "", // "" takes the first that can be had here
    size: "micro",
    vocabSize: 2048,
    baseSteps: 1000,
    people: 48,
    known: 0.75, // share of people that are read of and tuned on; the others are the newcomers
    steps: 128, // of continual training
    tuning: 48, // updates on answers
    batch: 16,
    peak: 1e-3,
    seeds: [1, 2, 3],
    heldOutBytes: 8192,
    seed: 1, // of the base
    out: "../out/10",
  },
});

// %%
const study = await lab.study({
  settings,
  title: "Start from the base or from the tuned model?",
  lead:
    "Orders of training on text and on answers at equal compute, and a difference of " +
    "weights instead of an order.",
});
const { report, names, texts, bar, engine } = study;
const { old, language, steps, tuning, batch, seeds } = settings;

// %%
const asked = { people: settings.people, taught: settings.known, asked: 12 };
type Whose = "taught" | "held-out";
const told = (of: Whose) =>
  corpus
    .biographies({ ...asked, tellings: 5, permute: true, write: ["biographies"], of })
    .generate({ rng: rng(1) });
const answered = corpus.biographies({ ...asked, write: ["answers"] }).generate({ rng: rng(1) });
const text = (name: string, documents: string[]) => ({
  name,
  train: documents,
  heldOut: documents.slice(0, 20),
});
const people = text("people", told("taught").documents);
const newcomers = text("newcomers", told("held-out").documents);
const plain = text("answers", answered.documents);
const counted = (document: string) => [
  { from: document.indexOf("Answer:") + 7, to: document.length, weight: 1 },
];

// %%
const answers = {
  ...plain,
  marks: { train: plain.train.map(counted), heldOut: plain.heldOut.map(counted) },
};
const read = { [old]: texts[old], people };
const tokenizer = await vocab.train({
  texts: [texts[old], people, newcomers, plain].flatMap((each) => each.train),
  size: settings.vocabSize,
  onProgress: bar.report,
});
const base = await study.base({
  on: read,
  tokenizer,
  mixture: mixture.fixed({ [old]: 0.5, people: 0.5 }),
});
console.log(
  [
    `read: ${people.train[0]}`,
    `tuned on: ${plain.train[0]}`,
    `newcomer: ${newcomers.train[0]}`,
  ].join("\n"),
);

// %% [markdown]
// Every order has the same updates on text and the same on answers, tuning with a fifth of English beside the answers; two controls have one of them
// alone.

// %%
type Model = Parameters<typeof train.ask>[0];
const on = { [old]: texts[old], [language]: texts[language], newcomers, answers };
const reading = { [language]: 0.6, newcomers: 0.3, [old]: 0.1 };
const tuned = { answers: 0.8, [old]: 0.2 };
const part = tuning / (steps + tuning); // of the updates
const both = Object.fromEntries(
  Object.keys(on).map((domain) => [
    domain,
    (1 - part) * (reading[domain] ?? 0) + part * (tuned[domain] ?? 0),
  ]),
);
const probes = train.probed({ of: [train.biographies(asked)] });
interface Stage {
  shares: Record<string, number>;
  steps: number;
}
const cpt: Stage = { shares: reading, steps };
const tune: Stage = { shares: tuned, steps: tuning };
const half: Stage = { shares: tuned, steps: tuning / 2 };
const within: Stage = { shares: both, steps: steps + tuning };
const arms: Record<string, Stage[]> = {
  "text alone": [cpt],
  "answers alone": [tune],
  "text, then answers": [cpt, tune],
  "answers, then text": [tune, cpt],
  "answers, text, answers": [half, cpt, half],
  "answers within text": [within],
};

// %%
const jobOf = (model: Model, stage: Stage, seed: number) =>
  study.job({
    model,
    share: 0,
    on,
    mixture: mixture.fixed(stage.shares),
    objective: train.answers(), // text without marks counts whole
    schedule: train.rewarm({ peak: settings.peak, warmup: 0.05 }),
    steps: stage.steps,
    batch,
    seed,
    name: `${Object.keys(stage.shares).join("+")} ${stage.steps}, seed ${seed}`,
    labels: { seed },
    evaluateAt: [0, stage.steps],
    evaluators: [probes],
  });

// %% [markdown]
// ## Measurement
//
// The first stage of all, then the second of those that have one, and so on. Two that begin alike share a run.

// %%
type Done = Awaited<ReturnType<typeof lab.sweep>>[number];
const last: Record<string, Done> = {}; // by arm and seed
const runStage = async (i: number) => {
  const going = Object.entries(arms).flatMap(([arm, stages]) =>
    stages[i] ? seeds.map((seed) => ({ key: `${arm} ${seed}`, stage: stages[i], seed })) : [],
  );
  const jobs = going.map(({ key, stage, seed }) =>
    jobOf(last[key] ? train.open(last[key].dir).model : base, stage, seed),
  );
  const runs = await lab.sweep({ jobs, dir: `${settings.out}/stage-${i + 1}` });
  going.forEach(({ key }, k) => (last[key] = runs[k]));
};
await runStage(0);
await runStage(1);
await runStage(2);

// %% [markdown]
// The difference of weights: what tuning alone added to the base, added to the base that read the text alone. It takes the same updates as an order.

// %%
const vector = "text + chat vector";
const scores = {
  new: `${names.new} (bits/byte)`,
  old: `${names.old} (bits/byte)`,
  exact: "Exact answers (%)",
  newcomers: "Newcomers (%)",
};
interface Row {
  method: string;
  panel: keyof typeof scores;
  seed: number;
  value: number;
}
interface Found {
  evaluations: { domain: string; bitsPerByte: number }[];
  measurements: { metric: string; value: number }[];
}

// %%
const rowsOf = (method: string, seed: number, { evaluations, measurements }: Found): Row[] => {
  const bits = (of: string) => evaluations.filter(({ domain }) => domain === of).pop()!.bitsPerByte;
  const right = (of: string) =>
    100 * measurements.filter(({ metric }) => metric === `biographies_${of}`).pop()!.value;
  const answered = { exact: right("greedy.taught"), newcomers: right("acc.held-out") };
  const values = { new: bits(language), old: bits(old), ...answered };
  return Object.entries(values).map(([panel, value]) => ({
    method,
    panel: panel as Row["panel"],
    seed,
    value,
  }));
};
const rows = Object.keys(arms).flatMap((arm) =>
  seeds.flatMap((seed) => rowsOf(arm, seed, last[`${arm} ${seed}`])),
);

// %%
const scored = (model: Model) =>
  train.evaluate(model, {
    on: { [old]: texts[old], [language]: texts[language] },
    heldOutBytes: settings.heldOutBytes,
    evaluators: [train.bitsPerByte(), probes],
    engine,
  });
const modelOf = (arm: string, seed: number) => train.open(last[`${arm} ${seed}`].dir).model;
const merged = async (seed: number) => {
  const [adapted, chat] = [modelOf("text alone", seed), modelOf("answers alone", seed)];
  const model = await merge.merge({
    base: adapted,
    models: [chat, base],
    method: merge.chatVector(),
  });
  return rowsOf(vector, seed, await scored(model));
};
rows.push(...(await Promise.all(seeds.map(merged))).flat());
report.note({ rows });

// %%
const order = [...Object.keys(arms), vector];
report.figure({
  name: "orders",
  title: "Orders of text and answers at equal compute",
  figure: charts.methodDots({
    rows: order.flatMap((arm) => rows.filter(({ method }) => method === arm)),
    axes: scores,
    log: ["new"],
    order: "given",
  }),
  caption:
    `Mean of ${seeds.length} seeds, with the range between them. Exact: the greedy answer is ` +
    "the right one, " +
    "of people whose questions were tuned on. Newcomers: the right one of ten, of people who " +
    "were only read about; " +
    "chance is 10 %.",
  table: rows,
});

// %%
const { mean } = measure;
const of = (arm: string, panel: Row["panel"]) =>
  seeds.map(
    (seed) =>
      rows.find((row) => row.method === arm && row.panel === panel && row.seed === seed)!.value,
  );
const table = order.map((arm) => ({
  arm,
  ...Object.fromEntries(
    Object.keys(scores).map((panel) => [panel, mean(of(arm, panel as Row["panel"]))]),
  ),
}));
report.table("means", table);
show(table);

// %% [markdown]
// ## What the papers report
//
// - Jindal et al. (2024): a tuned model that goes on with plain text loses the answering; a base that does, and is given what tuning had added
//   (the instruction residual), has it without any data for it.
// - Huang et al. (2023): the same difference, the chat vector, for a base that learned a language.
// - Jiang et al. (2024): tuning on questions before reading new documents makes their facts easier to ask for than tuning afterwards.
// - Cheng et al. (2024): questions mixed into the text of continual training do better than text alone, and than tuning after it.

// %%
const paired = (arm: string, other: string, panel: Row["panel"], margin = 0) =>
  lab.compare({
    values: of(arm, panel),
    against: of(other, panel),
    unit: "points",
    digits: 1,
    margin,
  });
const [after, before] = ["text, then answers", "answers, then text"];
report.claim({
  paper: "Jindal et al. 2024",
  says: "a tuned model that reads plain text loses the answering",
  of: "exact answers, tuned before against after",
  compared: paired(before, after, "exact"),
  expected: "below",
});
report.claim({
  paper: "Jindal et al. 2024, Huang et al. 2023",
  says:
    "what tuning added, added to the base that went on, answers better than the tuned " +
    "model that went on",
  of: "exact answers",
  compared: paired(vector, before, "exact"),
  expected: "above",
});

// %%
report.claim({
  paper: "Huang et al. 2023",
  says: "the chat vector takes the place of tuning after",
  of: "exact answers, against tuning after",
  compared: paired(vector, after, "exact", 5),
  expected: "noLess",
});

// %%
report.claim({
  paper: "Jiang et al. 2024",
  says: "tuned on questions first, what is read later is easier to ask for",
  of: "newcomers, tuned before against after",
  compared: paired(before, after, "newcomers"),
  expected: "above",
});
report.claim({
  paper: "Cheng et al. 2024",
  says: "questions within the text do better than tuning after it",
  of: "newcomers",
  compared: paired("answers within text", after, "newcomers"),
  expected: "above",
});
report.claims();

// %%
const best = (panel: Row["panel"], least = false) =>
  order
    .filter((arm) => !arm.endsWith("alone"))
    .map((arm) => ({ arm, value: mean(of(arm, panel)) }))
    .sort((a, b) => (least ? a.value - b.value : b.value - a.value))[0];
const [exact, fresh, learned] = [best("exact"), best("newcomers"), best("new", true)];
const answer =
  `Most of what was tuned is answered exactly by "${exact.arm}" (${exact.value.toFixed(0)} %), ` +
  "most of what was " +
  `only read by "${fresh.arm}" (${fresh.value.toFixed(0)} %, of ten choices); ` +
  `${names.new} is learned best by "${learned.arm}".`;
report.conclude({
  answer,
  headlines: order.map((arm) => ({
    label: arm,
    value: `${mean(of(arm, "exact")).toFixed(0)} %`,
    note: `exact; newcomers ${mean(of(arm, "newcomers")).toFixed(0)} %`,
  })),
  remarks: [
    `${seeds.length} seeds of the order of the text; one base; ${steps} updates on text and ` +
      `${tuning} on answers.`,
    "Where there are two rounds of tuning, each is half as long.",
  ],
});

// %% [markdown]
// ## What failed, and what this does not show
//
// - **Answering here is one form of question.** What a tuned model of billions keeps, tone, refusals, formats, has no counterpart in this one.
// - **Newcomers are few, and read some dozens of times.** What can be asked of them is above chance or it is not; between orders the seeds differ much.
// - **A vector of the same size for every model.** Its scale was not tuned; less of it is what its authors advise where the wrong language comes out.
// - **Equal updates, not equal tokens that count.** Of a window of questions only the answers count; tuning sees far fewer of them than text has tokens.

// %%
console.log(`in ${report.dir}: ${report.files().join(", ")}`);
