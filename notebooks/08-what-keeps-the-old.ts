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
// # What keeps the old?
//
// Training on a new language moves a model away from the old one. There are many brakes: read some old text again, move slowly, move in few
// directions, hold on to the weights that the old text needs, listen to what the base would have said, or go all the way and then come part of it
// back. Each has a dial between learning and keeping, and most papers turn only their own.
//
// **Question.** A small English model learns Korean. At equal compute and equal tuning, which brake costs least: how much is learned at the same
// forgetting?

// %% [markdown]
// ## Setup
//
// The base is the model of the [tour](00-tour.ipynb), from the cache if the tour has run. Every brake has one dial with four settings, and every
// setting all seeds. Compute is counted in passes through the model: an update of the plain run has three, forward and twice as much back. A brake
// whose updates have more passes does fewer of them, and what it measures before the first update is taken off.

// %% tags=["parameters"]
import { charts, lab, measure, show, train } from "palimpsest";

const settings = lab.params({
  defaults: {
    old: "en",
    language: "ko",
    corpus: "", // "" takes the first that can be had here
    size: "micro",
    vocabSize: 2048,
    baseSteps: 500,
    steps: 48, // of a run whose updates are plain ones
    batch: 16,
    peak: 2e-3, // of every run whose dial is not the rate
    seeds: [1, 2, 3],
    heldOutBytes: 8192,
    seed: 1, // of the base
    out: "../out/08",
  },
});

// %%
const study = await lab.study({
  settings,
  title: "What keeps the old?",
  lead:
    "Replay, low ranks, a penalty, a teacher, an average and a merge, each over its dial, " +
    "at equal compute.",
});
const { report, names, texts, engine } = study;
const base = await study.base({ heldOutBytes: 32768 }); // as in the tour, whose base it then is
const { old, language, peak, steps, batch, seeds } = settings;

// %% [markdown]
// The brakes, from loose to tight. LoRA trains all rows of the tables beside its low ranks: the base has never read the bytes of Korean, and rows
// that do not move cannot learn them. EWC measures on 64 sequences of English what each weight is worth there; the teacher is the base, on the
// Korean text; the average is scored, not the weights that are trained.

// %%
type Options = Partial<Parameters<typeof study.job>[0]>;
interface Brake {
  paper: string;
  dial: string;
  passes: number; // of an update; a plain one has 3
  before?: number; // plain updates' worth of compute before the first
  settings: [name: string, options: Options][];
}
const at = (height: number) => ({ schedule: train.rewarm({ peak: height, warmup: 0.05 }) });
const over = <T>(dial: T[], options: (value: T) => Options) =>
  dial.map((value): [string, Options] => [String(value), options(value)]);
const lowRank = train.lora({ rank: 8, newRows: { from: 0 } });
const averages = [train.averages()];

// %%
const plainOnes: Record<string, Brake> = {
  "a lower rate": {
    paper: "Ibrahim et al. 2024",
    dial: "peak of the learning rate",
    passes: 3,
    settings: over([2e-3, 1e-3, 5e-4, 2.5e-4], at),
  },
  replay: {
    paper: "Ibrahim et al. 2024",
    dial: "token share of the old language",
    passes: 3,
    settings: over([0.02, 0.05, 0.15, 0.5], (share) => ({ share })),
  },
  LoRA: {
    paper: "Biderman et al. 2024",
    dial: "peak of the learning rate, at rank 8",
    passes: 2,
    settings: over([4e-3, 2e-3, 1e-3, 5e-4], (height) => ({ ...at(height), parameters: lowRank })),
  },
};

// %%
const brakes: Record<string, Brake> = {
  ...plainOnes,
  EWC: {
    paper: "Kirkpatrick et al. 2017",
    dial: "weight of the penalty",
    passes: 3,
    before: 64 / batch,
    settings: over([1, 10, 100, 1000], (lambda) => ({ parts: [train.ewc({ on: old, lambda })] })),
  },
  "a teacher": {
    paper: "Li & Hoiem 2016",
    dial: "weight of the divergence from the base",
    passes: 4,
    settings: over([0.3, 1, 3, 10], (weight) => ({ objective: train.kl({ weight }) })),
  },
  "an average": {
    paper: "Elhady et al. 2025",
    dial: "decay of the moving average",
    passes: 3,
    settings: over([0.9, 0.95, 0.98, 0.99], (decay) => ({
      parts: [train.ema({ decay })],
      evaluators: averages,
    })),
  },
};

// %% [markdown]
// ## Measurement
//
// All runs of a seed read the new text in one order.

// %%
const stepsOf = ({ passes, before = 0 }: Brake) => Math.round((3 * (steps - before)) / passes);
const jobOf = (method: string, setting: string, seed: number, options: Options) =>
  study.job({
    model: base,
    share: 0,
    ...at(peak),
    steps: brakes[method] ? stepsOf(brakes[method]) : steps,
    batch,
    name: `${method} ${setting}, seed ${seed}`,
    labels: { method, setting, seed },
    seed,
    ...options,
  });
const jobs = await Promise.all(
  Object.entries(brakes).flatMap(([method, brake]) =>
    brake.settings.flatMap(([name, options]) =>
      seeds.map((seed) => jobOf(method, name, seed, options)),
    ),
  ),
);
const done = await lab.sweep({ jobs, dir: `${settings.out}/sweep` });

// %% [markdown]
// One brake needs no training of its own: the line from the base to a run that had no brake, and how far along it one goes (WiSE-FT).

// %%
interface Point {
  method: string;
  setting: string;
  seed: number;
  adaptation: number;
  forgetting: number;
}
const labelsOf = (run: (typeof done)[number]) =>
  run.record.labels as { method: string; setting: string; seed: number };
const points: Point[] = done.map((run) => {
  const labels = labelsOf(run);
  const averaged = brakes[labels.method] === brakes["an average"];
  const evaluations = averaged
    ? measure.averaged({ measurements: run.measurements, of: "ema" })
    : run.evaluations;
  const adaptation = measure.adaptation({ evaluations, domain: language }).bitsPerByte;
  const forgetting = measure.forgetting({ evaluations, domain: old }).bitsPerByte;
  return { ...labels, adaptation, forgetting };
});
const free = (seed: number) =>
  done.find((run) => {
    const labels = labelsOf(run);
    return (
      labels.method === "a lower rate" && labels.setting === String(peak) && labels.seed === seed
    );
  })!;

// %%
const line = "a line back";
const back = [0.9, 0.75, 0.5, 0.25]; // how far along it
const scoring = { on: texts, heldOutBytes: settings.heldOutBytes, batch, engine };
const lineBack = async (seed: number): Promise<Point[]> => {
  const { model } = train.open(free(seed).dir);
  const { evaluations } = await train.alongLine({
    from: base,
    to: model,
    at: [0, ...back],
    ...scoring,
  });
  const bits = (t: number, of: string) =>
    evaluations.find((row) => row.t === t && row.domain === of)!.bitsPerByte;
  return back.map((t) => {
    const adaptation = bits(0, language) - bits(t, language);
    return {
      method: line,
      setting: String(t),
      seed,
      adaptation,
      forgetting: bits(t, old) - bits(0, old),
    };
  });
};
points.push(...(await Promise.all(seeds.map(lineBack))).flat());
report.note({ points });

// %% [markdown]
// ### The plane
//
// Down and to the right is better: of two lines the lower one keeps more at the same learning. The dashed level is where the brakes are compared:
// half of what the plain run forgets.

// %%
const { mean } = measure;
const pointsOf = (method: string, seed: number) =>
  points.filter((row) => row.method === method && row.seed === seed);
const plain = seeds.map((seed) =>
  pointsOf("a lower rate", seed).find(({ setting }) => setting === String(peak))!,
);
const level = mean(plain.map(({ forgetting }) => forgetting)) / 2;
report.figure({
  name: "fronts",
  title: "Each brake over its dial",
  figure: charts.paretoFront({ rows: points, old: names.old, new: names.new, at: level }),
  caption:
    "Equal compute; the two ends of each dial are named. Bars: one standard deviation of " +
    `${seeds.length} seeds. ` +
    "Dashed: half of what the plain run forgets. Behind a name: in how many seeds one of its " +
    "settings is on the front, where no other run has learned more and forgotten less.",
  table: points,
});

// %%
const all = [...Object.keys(brakes), line];
const learned = (method: string) =>
  seeds.map(
    (seed) => measure.adaptationAt({ points: pointsOf(method, seed), forgetting: level }) ?? NaN,
  );
const paired = (values: number[], against: number[]) => lab.compare({ values, against });
const speedOf = (method: string) => {
  const own = done.filter((run) => labelsOf(run).method === method);
  return mean(
    own.flatMap(({ steps: rows }) => rows.slice(4).map(({ tokensPerSecond }) => tokensPerSecond)),
  );
};
const memoryOf = (method: string) =>
  train.memoryNeeded(jobs[done.findIndex((run) => labelsOf(run).method === method)], ".") / 1e6;

// %%
const costs = all.map((method) => {
  const brake = brakes[method] ?? brakes["a lower rate"];
  const { difference, half, clear } = paired(learned(method), learned("replay"));
  return {
    method,
    learned: mean(learned(method)),
    againstReplay: difference,
    interval: half,
    clear,
    updates: stepsOf(brake),
    // Of an update, beside a plain one's.
    time: speedOf("a lower rate") / speedOf(brakes[method] ? method : "a lower rate"),
    memory: memoryOf(brakes[method] ? method : "a lower rate"), // MB
  };
});
report.table("costs", costs);
report.note({ level, costs });
show(costs);

// %% [markdown]
// `learned` is in bits per byte of Korean where just half as much English is forgotten as by the plain run, read off each brake's line; `time` is
// that of an update beside a plain one's, and `memory` what a process needs by the lab's estimate, in MB. At this size it is hardly the model's:
// in a large one the weights, their gradient and two moments are four copies of it, to which EWC adds two, the teacher and the average one each,
// and of which LoRA leaves one and a little.

// %% [markdown]
// ## What the papers report
//
// - Ibrahim et al. (2024): some per cent of old text take away most of the forgetting, and hardly anything of what is learned.
// - Biderman et al. (2024): LoRA learns less and forgets less than training all weights.
// - Kirkpatrick et al. (2017), and on Gemma 2 arXiv 2505.05946: EWC keeps the old, and the new is learned as well as without it.
// - Li & Hoiem (2016): the base's own prediction on new text is a brake without any old text.
// - Elhady et al. (2025): a moving average of the weights is an alternative to old text.
// - Wortsman et al. (2022): between base and tuned model lie models that are better than either at both.

// %%
const pick = (method: string, setting: number, of: "adaptation" | "forgetting") =>
  seeds.map((seed) => pointsOf(method, seed).find((row) => row.setting === String(setting))![of]);
const unbraked = (of: "adaptation" | "forgetting") => plain.map((row) => row[of]);
const margin = 0.05 * mean(unbraked("adaptation")); // less learned by no more than this is as much
const beside = (method: string, setting: number, of: "adaptation" | "forgetting") =>
  lab.compare({ values: pick(method, setting, of), against: unbraked(of), margin });
const [some, kept] = [beside("replay", 0.05, "adaptation"), pick("replay", 0.05, "forgetting")];
const halves = unbraked("forgetting").map((value) => value / 2);
report.claim({
  paper: "Ibrahim et al. 2024",
  says: "a few per cent of old text take most of the forgetting and little of what is learned",
  measured:
    `at 5 %: ${lab.percent(1 - mean(kept) / (2 * level))} of the forgetting gone (asked: half); ` +
    `learned ${some.words} (margin ${margin.toFixed(3)})`,
  holds: lab.both(paired(kept, halves).below, some.noLess),
});
const [low, lost] = [beside("LoRA", peak, "adaptation"), beside("LoRA", peak, "forgetting")];

// %%
report.claim({
  paper: "Biderman et al. 2024",
  says: "LoRA learns less and forgets less",
  measured:
    `against all weights at the same rate and compute: learned ${low.words}; forgotten ` +
    `${lost.words}`,
  holds: lab.both(low.below, lost.below),
});
const [firm, held] = [beside("EWC", 100, "adaptation"), beside("EWC", 100, "forgetting")];
report.claim({
  paper: "Kirkpatrick et al. 2017",
  says: "EWC keeps the old, and the new is learned as well",
  measured:
    `at a weight of 100: forgotten ${held.words}; learned ${firm.words} ` +
    `(margin ${margin.toFixed(3)})`,
  holds: lab.both(held.below, firm.noLess),
});

// %%
const against = (method: string, other: string) => ({
  of: `learned at the level, against ${other}`,
  compared: paired(learned(method), learned(other)),
  expected: "above" as const,
});
report.claim({
  paper: "Li & Hoiem 2016",
  says: "the base's prediction on new text keeps the old without old text",
  ...against("a teacher", "a lower rate"),
});
report.claim({
  paper: "Elhady et al. 2025",
  says: "an average of the weights is an alternative to old text",
  ...against("an average", "replay"),
});
report.claim({
  paper: "Wortsman et al. 2022",
  says: "the line between base and tuned model has better models than training has",
  ...against(line, "a lower rate"),
});
report.claims();

// %%
const ranked = costs
  .filter(({ learned }) => Number.isFinite(learned))
  .sort((a, b) => b.learned - a.learned);
const last = ranked[ranked.length - 1];
const never = all.filter((method) => !ranked.some((row) => row.method === method));
const most = lab.mostOf({
  most: "was learned under",
  rows: costs.map(({ method, learned }) => ({ name: method, value: learned })),
  compared: (first, second) => paired(learned(first), learned(second)),
});
report.conclude({
  answer: `Where half of the plain run's forgetting is allowed: ${most}`,
  headlines: ranked.map(({ method, learned, againstReplay }) => ({
    label: method,
    value: learned.toFixed(3),
    note: `bits per byte learned at the level; ${lab.signed(againstReplay)} against replay`,
  })),
  remarks: [
    `Least was learned under ${last.method}: ${last.learned.toFixed(3)} bits per byte.`,
    never.length > 0 &&
      `In some seed never down to the level, at any setting: ${never.join(", ")}.`,
    `${seeds.length} seeds, four settings of each dial; between two settings the line between ` +
      "them was read.",
    "Replay, EWC and the choice of the level need old text or what was measured on it; the " +
      "others do not.",
  ],
});

// %% [markdown]
// ## What failed, and what this does not show
//
// - **Short runs of a small model.** Some dozens of updates; what a low rank cannot hold, and what a long run erodes, is not seen.
// - **A language of other bytes.** Korean's rows of the tables were never read, so the old text hardly needs them: an ideal case for EWC, which
//   leaves them free. Between two languages of one script it has less to give.
// - **A teacher that does not know the new language.** What the base says about Korean text is mostly wrong, and its weight holds that too. On
//   old text (`on: ["en"]`, with replay) it would be asked what it knows.
// - **Four settings.** Tuning is equal, not complete: each brake has other dials (LoRA's rank, the teacher's temperature) that stood still.
// - **Compute is counted, not timed.** By passes a LoRA update is two thirds of a plain one; of this model the tables are most, and what an update took is
//   `time` in the table.
// - **Brakes together.** Replay with any of the others is what people do; here each stands alone.

// %%
console.log(`in ${report.dir}: ${report.files().join(", ")}`);
