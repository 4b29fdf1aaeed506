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
// # Is a translated pair worth more than two strangers?
//
// Where a language is short of text, there are often translations into it. They can be read as any text, each language for itself; or side by side, so
// that a line and what it means in the other language stand in one window. The second is what papers on translation and on transfer recommend, in a
// dozen layouts. But a pair is two texts for one content: with the same tokens, less is said.
//
// **Question.** A small English model learns Korean from lines of help pages that exist in both. At equal tokens: is a text beside its translation worth
// more than beside a stranger's, and in which layout?

// %% [markdown]
// ## Setup
//
// The base reads English alone. Its tokenizer is made of both languages, so that lines of Korean and their translations fit its window of 128 tokens.

// %% tags=["parameters"]
import { charts, corpus, lab, measure, mixture, show, train, vocab } from "palimpsest";

const settings = lab.params({
  defaults: {
    old: "en",
    language: "ko",
    corpus: "", // "" takes the first that can be had here
    size: "micro",
    vocabSize: 2048,
    baseSteps: 400,
    steps: 128,
    batch: 16,
    peak: 3e-3,
    longest: 60, // characters of a line
    items: 96, // of each probe
    seeds: [1, 2, 3],
    heldOutBytes: 8192,
    seed: 1, // of the base
    out: "../out/11",
  },
});

// %%
const study = await lab.study({
  settings,
  title: "Is a translated pair worth more than two strangers?",
  lead:
    "Layouts of translations as training text, at equal tokens, beside the same text with " +
    "other partners.",
});
const { report, names, texts, bar, engine } = study;
const { old, language, steps, batch, seeds } = settings;
const tokenizer = await vocab.train({
  texts: [...texts[old].train, ...texts[language].train],
  size: settings.vocabSize,
  onProgress: bar.report,
});
const base = await study.base({ tokenizer });

// %% [markdown]
// A model of this size learns no translation of long sentences in minutes. So the text is of the pages' short lines, menus, titles and single sentences,
// three to a document, the same ones in all arms: those whose Korean has neither Latin letters nor digits, for these could be copied.

// %%
const { corpus: pages } = study;
const of = [old, language] as [string, string];
const twos = (all: string[]) =>
  all.flatMap((text, i): [string, string][] => (i % 2 === 0 ? [[text, all[i + 1]]] : []));
const short = (text: string) => text.length <= settings.longest;
const lines = await corpus.paired(pages, { of, by: "line" });
const shortOf = (all: string[]) =>
  twos(all).filter(([a, b]) => short(a) && short(b) && !/[a-z\d]/i.test(b));
const read = { train: shortOf(lines.train), heldOut: shortOf(lines.heldOut) };
const threes = (all: [string, string][], side: number) =>
  Array.from({ length: Math.floor(all.length / 3) }, (_, i) =>
    all
      .slice(3 * i, 3 * i + 3)
      .map((both) => both[side])
      .join("\n"),
  );
const documents = (side: number) => ({
  name: of[side],
  train: threes(read.train, side),
  heldOut: threes(read.heldOut, side),
});
const small = { [old]: documents(0), [language]: documents(1) };
const numbers = (all: string[]) => all.map((_, i) => String(i));
const keysOf = (text: (typeof small)[string]) => ({
  train: numbers(text.train),
  heldOut: numbers(text.heldOut),
});

// %% [markdown]
// A layout is a row of `corpus.renderings`. The strangers are the control: laid out as the interlinear text is, and each document with the translation of
// another. The dictionary is made of lines of the training part that are one word in both languages.

// %%
const shortPages = {
  ...pages,
  texts: small,
  keys: { [old]: keysOf(small[old]), [language]: keysOf(small[language]) },
};
type Pairs = Parameters<typeof corpus.paired>[1];
const pairs = (options: Omit<Pairs, "of">) => corpus.paired(shortPages, { of, ...options });
const oneWord = /^\p{L}{2,}$/u;
const words = read.train.filter(([a, b]) => oneWord.test(a) && oneWord.test(b));
const byWords = new Map(words.map((both) => [both.join(" ").toLowerCase(), both]));
const dictionary = [...byWords.values()];
const switched = { name: "code-switch", rate: 0.5, direction: "drawn", pairs: dictionary };
const joined = { name: "concatenation", separator: "\n" };
const tagged = { name: "tagged", source: "<2{to}> ", loss: "target" };

const alone = `${names.new} alone`;
const made = {
  strangers: await pairs({ as: "interlinear", strangers: true }),
  "one, then the other": await pairs({ as: joined }),
  interlinear: await pairs({ as: "interlinear" }),
  "code-switched": await pairs({ as: switched }),
  "tagged, target only": await pairs({ by: "line", as: tagged }),
};

// %%
const arms = [alone, ...Object.keys(made)];
const { replaced = [], train: codeSwitched } = made["code-switched"];
const share = await corpus.tokenShare({ texts: codeSwitched, marks: replaced, tokenizer });
const counted = Object.entries(made).map(([arm, { train: all, counts }]) => ({
  arm,
  documents: all.length,
  begins: all[all.length > 5 ? 5 : 0].slice(0, 56).replace(/\n/g, " / "),
  counts,
}));
report.table(
  "texts",
  counted.map(({ counts, ...row }) => ({ ...row, ...counts })),
);
report.note({ counted, share, dictionary: dictionary.length });
show(counted.map(({ counts: _, ...row }) => row));
console.log(
  `${dictionary.length} pairs of words; ${lab.percent(share)} of the code-switched tokens ` +
    `are replaced words`,
);

// %% [markdown]
// ## Measurement
//
// All arms read as many windows. Loss is taken of all tokens, but where a translation is tagged: there of the translation alone. Afterwards each model
// reads held-out lines whose Korean is not among the lines for training:
//
// - **translation**: which of four lines is the translation of the one before, by what the line before adds to its likelihood (chance is 25 %);
// - **worth of the source**: bits per byte that the right line before takes off its translation, against another line before;
// - **retrieval**: whether a line's states in the middle layer are nearest to those of its translation, among all.

// %%
const jobs = arms.flatMap((arm) =>
  seeds.map((seed) => {
    const own = arm === alone ? small[language] : made[arm as keyof typeof made];
    return study.job({
      model: base,
      share: 0,
      on: { [old]: texts[old], [language]: small[language], pages: own },
      mixture: mixture.fixed({ pages: 1 }),
      objective: train.answers(), // text without marks counts whole
      schedule: train.rewarm({ peak: settings.peak, warmup: 0.05 }),
      steps,
      batch,
      seed,
      name: `${arm}, seed ${seed}`,
      labels: { arm, seed },
      evaluateAt: [0, steps],
    });
  }),
);
const done = await lab.sweep({ jobs, dir: `${settings.out}/sweep` });

// %%
const known = new Set(read.train.map(([, b]) => b));
const asked = read.heldOut
  .filter(([, b]) => b.length >= 4 && !known.has(b))
  .filter(([, b], i, all) => all.findIndex(([, other]) => other === b) === i)
  .slice(0, settings.items);
const size = asked.length;
// For a line the three others that are nearest in length, so that length tells nothing.
const others = (i: number, side: number) =>
  asked
    .map((pair, k) => ({ text: pair[side], far: k === i ? Infinity : 0, k }))
    .map((row) => ({ ...row, far: row.far + Math.abs(row.text.length - asked[i][side].length) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ text }) => text);
const tag = (arm: string) => (arm.startsWith("tagged") ? `<2${language}> ` : "");

// %%
const taskOf = (name: string, arm: string, from: number, right: boolean) => ({
  name,
  type: "multiple_choice" as const,
  delimiter: "",
  items: asked.map((pair, i) => ({
    context: `${from === 0 ? tag(arm) : ""}${(right ? pair : asked[(i + 7) % size])[from]}\n`,
    choices: [pair[1 - from], ...others(i, 1 - from)],
    gold: 0,
  })),
  metrics: right ? (["acc_mutual_info", "bits_per_byte"] as const) : (["bits_per_byte"] as const),
});
const ways = {
  forward: `${names.old} to ${names.new}`,
  backward: `${names.new} to ${names.old}`,
};
const tasksOf = (arm: string) =>
  Object.keys(ways).flatMap((way, from) => [
    taskOf(`${way}.right`, arm, from, true),
    taskOf(`${way}.wrong`, arm, from, false),
  ]);

// %%
interface Row {
  arm: string;
  seed: number;
  score: string;
  value: number;
}
type Model = Parameters<typeof train.ask>[0];
const statesOf = async (model: Model, side: number) =>
  (await train.statesOf(model, { texts: asked.map((pair) => pair[side]), engine })).layers;
const rowsOf = async (arm: string, seed: number, model: Model): Promise<Row[]> => {
  const { scores } = await train.ask(model, { tasks: tasksOf(arm), engine });
  const get = (task: string, metric: string) =>
    scores.find((row) => row.task === task && row.metric === metric)!.value;
  const [a, b] = [await statesOf(model, 0), await statesOf(model, 1)];
  const found = async (layer: number) =>
    100 * (await measure.retrieval({ a: a[layer].states, b: b[layer].states })).mean;
  const values: Record<string, number> = {
    retrieval: await found(Math.floor(a.length / 2)),
    embeddings: await found(0),
  };
  for (const way of Object.keys(ways)) {
    const bits = (source: string) => get(`${way}.${source}`, "bits_per_byte");
    values[`${way} right`] = 100 * get(`${way}.right`, "acc_mutual_info");
    values[`${way} worth`] = bits("wrong") - bits("right");
  }
  return Object.entries(values).map(([score, value]) => ({ arm, seed, score, value }));
};

// %%
const rows: Row[] = await rowsOf("the base", 0, base);
for (const run of done) {
  const { arm, seed } = run.record.labels as { arm: string; seed: number };
  rows.push(...(await rowsOf(arm, seed, train.open(run.dir).model)));
  for (const domain of [old, language]) {
    const value = run.evaluations.filter((row) => row.domain === domain).pop()!.bitsPerByte;
    rows.push({ arm, seed, score: domain, value });
  }
}
report.note({ rows, items: size });

// %% [markdown]
// ### What each arm has learned

// %%
const { mean } = measure;
const at = (arm: string, score: string) =>
  seeds.map((s) => rows.find((r) => r.arm === arm && r.seed === s && r.score === score)!.value);
const ofBase = (score: string) => rows.find((r) => r.seed === 0 && r.score === score)!.value;
const axes = {
  [language]: `${names.new} (bits/byte)`,
  [old]: `${names.old} (bits/byte)`,
  "forward right": "Translation (%)",
  retrieval: "Retrieval (%)",
};
report.figure({
  name: "arms",
  title: "The same lines in six layouts, at equal tokens",
  figure: charts.methodDots({
    rows: rows
      .flatMap(({ arm, score, value }) =>
        arm in made || arm === alone ? [{ method: arm, panel: score, value }] : [],
      )
      .filter(({ panel }) => panel in axes),
    axes,
    order: "given",
  }),
  caption:
    `Mean of ${seeds.length} seeds, with the range between them. Translation: which of four ` +
    `lines is what the ${names.old} line before says in ${names.new}; chance is 25 %. ` +
    `Retrieval: of ${size} lines; chance is ${(100 / size).toFixed(1)} %, and the base has ` +
    `${ofBase("retrieval").toFixed(0)} %.`,
  table: rows,
});

// %% [markdown]
// ### What the source is worth, and in which direction

// %%
const worth = arms.flatMap((arm) =>
  seeds.map((_, i) => ({
    name: arm,
    before: at(arm, "backward worth")[i],
    after: at(arm, "forward worth")[i],
  })),
);
report.figure({
  name: "worth",
  title: "What a line is worth to its translation",
  figure: charts.dumbbell({
    rows: worth,
    axis: "Taken off the translation by its source (bits/byte)",
    names: { before: ways.backward, after: ways.forward },
    order: "given",
    digits: 3,
  }),
  caption:
    `${size} held-out lines, each after its own source less after another line. Interlinear ` +
    `and tagged text has ${names.old} first. Ticks: seeds; at the right the difference of the ` +
    `directions, ± one standard deviation of ${seeds.length} seeds.`,
  table: worth,
});

// %%
const table = arms.map((arm) => ({
  arm,
  new: mean(at(arm, language)),
  old: mean(at(arm, old)),
  forward: mean(at(arm, "forward right")),
  backward: mean(at(arm, "backward right")),
  worthForward: mean(at(arm, "forward worth")),
  worthBackward: mean(at(arm, "backward worth")),
  retrieval: mean(at(arm, "retrieval")),
  embeddings: mean(at(arm, "embeddings")),
}));
report.table("means", table);
report.note({ table });
show(table);

// %% [markdown]
// `new` is in bits per byte of held-out lines, `old` of held-out pages; `forward` and `backward` right translations in per cent, and `worth…` the bits per byte that the
// source takes off; `retrieval` in per cent, and the same of `embeddings`, which know no context and find what names and punctuation find.
//
// ## What the papers report
//
// - Kondo et al. (2024): source and target must alternate; and translation gets better only in the direction in which they were read.
// - Guo et al. (2024): interlinear text before tuning makes better translators than text in both languages.
// - Conneau & Lample (2019): translations in one window align the two languages.
// - Yoo et al. (2024): code-switched text carries over to the new language what was known in the old one.

// %%
const strangers = "strangers";
const compared = (arm: string, other: string, score: string, unit: string, digits = 3) =>
  lab.compare({ values: at(arm, score), against: at(other, score), unit, digits });
report.claim({
  paper: "Guo et al. 2024",
  says: "interlinear text makes better translators than text in both languages",
  of: `translation into ${names.new}, interlinear against strangers`,
  compared: compared("interlinear", strangers, "forward right", "points", 1),
  expected: "above",
});
report.claim({
  paper: "Kondo et al. 2024",
  says: "source and target must alternate",
  of: "worth of the source, interlinear against one text and then the other",
  compared: compared("interlinear", "one, then the other", "forward worth", "bits per byte"),
  expected: "above",
});
const gained = (way: string) => {
  const without = at(strangers, `${way} worth`);
  return at("interlinear", `${way} worth`).map((value, i) => value - without[i]);
};

// %%
report.claim({
  paper: "Kondo et al. 2024",
  says: "translation gets better only in the direction that was read",
  of: "worth of the source over strangers', interlinear, in its direction against the other",
  compared: lab.compare({ values: gained("forward"), against: gained("backward") }),
  expected: "above",
});
report.claim({
  paper: "Conneau & Lample 2019",
  says: "translations in one window align the languages",
  of: "retrieval, interlinear against strangers",
  compared: compared("interlinear", strangers, "retrieval", "points", 1),
  expected: "above",
});
report.claim({
  paper: "Yoo et al. 2024",
  says: "code-switched text carries over what was known",
  of: `${names.new}, code-switched against one text and then the other`,
  compared: compared("code-switched", "one, then the other", language, "bits per byte"),
  expected: "below",
});
report.claims();

// %%
const pair = compared("interlinear", strangers, language, "bits per byte");
const source = compared("interlinear", strangers, "forward worth", "bits per byte");
const most = lab.mostOf({
  most: "is a line worth to its translation under",
  rows: arms.map((name) => ({ name, value: mean(at(name, "forward worth")) })),
  compared: (first, second) => compared(first, second, "forward worth", "bits per byte"),
});
report.conclude({
  answer:
    `Beside translations instead of strangers, a source is worth more to its translation by ` +
    `${source.words}, ${source.chance}; ${names.new} by itself ends ` +
    `at ${pair.words} beside the strangers', ${pair.chance}.`,
  headlines: table.map(({ arm, new: bits, forward, retrieval }) => ({
    label: arm,
    value: bits.toFixed(3),
    note:
      `bits per byte of ${names.new}; ${forward.toFixed(0)} % of the translations, ` +
      `${retrieval.toFixed(0)} % retrieved`,
  })),
  remarks: [
    most,
    `${names.new} alone against interlinear, in bits per byte of ${names.new}: ` +
      `${compared(alone, "interlinear", language, "").words}.`,
    `${seeds.length} seeds of the order of the text; one base; ${size} lines asked.`,
    `${lab.percent(share)} of the code-switched tokens are replaced words.`,
  ],
});

// %% [markdown]
// ## What failed, and what this does not show
//
// - **No translator.** A model of this size that reads some hundred thousand tokens chooses among four lines; it writes no translation. What a pair is
//   worth to a large model that can already read both languages, these runs do not say.
// - **Korean by itself** is scored on lines that follow one another. Interlinear text has none such: each of its Korean lines follows an English one, and
//   the model leans on that; layouts that have Korean after Korean are scored as they were read.
// - **Below nothing.** A line before that is of the wrong kind may fit better than the right one, by its length or its style. What the strangers have of
//   that is of the lines; what pairs have over strangers is of the translation.
// - **Chosen after looking.** How long a line may be was settled by trial, and what two of the claims compare (the direction, and code-switched
//   text) after a first look at the numbers: read these as found, not as foretold.
// - **No common space.** Retrieval asks whether states of the two languages mean the same; where it stays by the base's, the runs were too short to say.
// - **Equal tokens, not equal content.** A pair says its content twice. At equal content an arm of pairs would have read twice the tokens.
// - **Short lines of one program.** Menus, titles and sentences of one kind, whose words recur: in longer ones, runs of this length found nothing.
// - **One language beside English.** Korean shares neither letters nor order with it; between two languages of one script there is more to copy.
// - **Lines that translators joined or left out** are put together by length and by the names in them, and some wrongly.
// - **The tag is of one arm.** It is asked with its tag, as it was trained; the others without.

// %%
console.log(`in ${report.dir}: ${report.files().join(", ")}`);
