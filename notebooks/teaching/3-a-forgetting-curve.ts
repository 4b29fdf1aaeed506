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
// # Lesson 3: A forgetting curve
//
// A model that is trained on new text loses some of what it knew. How fast, how much, and what does it cost to mix in some of the
// old text (**replay**)?
//
// **After this lesson you can**
//
// - draw a forgetting curve, and say what its two ends mean;
// - give a mixture in token shares;
// - state a trade: how much forgetting a share of replay removes, and what it costs the new language.
//
// **30 minutes.** The base is that of lesson 2 (there at once if you did it); each run takes a few seconds on two cores.

// %% [markdown] tags=["teacher-only"]
// ## For the teacher: lesson 3
//
// | minutes | what |
// | --- | --- |
// | 5 | Setup. Ask: after 60 updates on Korean, how much English is left? In which update is most of it lost? |
// | 5 | Exercise 1, forgetting as a difference of losses |
// | 5 | Exercise 2, a mixture |
// | 10 | Exercise 3, the curve with and without replay |
// | 5 | Exercise 4, the trade |
//
// **What goes wrong.** The sign: forgetting is positive where the loss *rose*. Shares that do not sum to 1 are refused with a line that
// says so. Students compare with the last step of the base and not with step 0 of this run: with the widened vocabulary these differ.
//
// **What to ask.** Why does the loss of English rise in the first updates even with replay? (The rate is warmed up again; notebook 03 takes
// this apart.) Is 25 % of replay 25 % more compute? (No: it is 25 % fewer Korean tokens.) Whom does "91 % removed" hold for?
//
// **Expected, with the settings as they are.** Without replay English loses 0.79 bits per byte in 60 updates; with 25 % it loses
// 0.07, which is 91 % less, and Korean ends 0.03 bits per byte behind. Ibrahim et al. (2024) found about 90 % removed at 25 % for a much larger
// model: the agreement is pleasant and proves little, for this is one seed of a toy. Numbers move in the third digit between machines.

// %% tags=["parameters"]
import { charts, corpus, embed, lab, measure, mixture, show, train, vocab } from "palimpsest";
import type { Evaluation } from "palimpsest";

const settings = lab.params({
  defaults: {
    corpus: "npm", // text that came with the installation
    vocabSize: 2048,
    newTokens: 512,
    baseSteps: 300,
    steps: 60,
    peak: 2e-3,
    share: 0.25, // of English, in the run with replay
    heldOutBytes: 16384,
  },
});

// %% [markdown]
// ## Setup
//
// The base is a small model of English, widened with Korean tokens whose rows are the mean of the old ones.

// %%
const { texts } = await corpus.load({
  name: settings.corpus as corpus.CorpusName,
  languages: ["en", "ko"],
  seed: 1,
});
const tokenizer = await vocab.train({ texts: texts.en.train, size: settings.vocabSize });
const { newTokens, heldOutBytes } = settings;
const wide = await vocab.extend({ base: tokenizer, texts: texts.ko.train, newTokens });
const bar = lab.progress();
const base = await lab.interruptible((signal) =>
  train.pretrain({
    size: "nano",
    on: texts.en,
    tokenizer,
    steps: settings.baseSteps,
    heldOutBytes,
    evaluateAt: [0, settings.baseSteps],
    seed: 1,
    signal,
    onProgress: bar.report,
  }),
);
bar.done();
const start = await embed.grow({ base, tokenizer: wide, init: "mean" });

// %% [markdown]
// ## Exercise 1: forgetting
//
// `evaluations` of a run are rows `{ step, domain, bitsPerByte, … }`, one for each domain at each evaluated step. Forgetting of a domain at
// a step is its loss there less its loss at step 0, in bits per byte.

// %%
function forgotten(evaluations: Evaluation[], domain: string, step: number): number {
  // BEGIN SOLUTION
  const at = (when: number) =>
    evaluations.find((row) => row.domain === domain && row.step === when)!.bitsPerByte;
  return at(step) - at(0);
  // END SOLUTION
}

// %% tags=["check"]
const row = { tokens: 0, loss: 0, heldOut: 1 };
const invented = [
  { ...row, domain: "en", step: 0, bitsPerByte: 2 },
  { ...row, domain: "ko", step: 0, bitsPerByte: 5 },
  { ...row, domain: "en", step: 10, bitsPerByte: 2.5 },
  { ...row, domain: "ko", step: 10, bitsPerByte: 3 },
] as unknown as Evaluation[];
lab.check("English rose from 2 to 2.5", () => forgotten(invented, "en", 10), { is: 0.5 });
lab.check("Korean fell from 5 to 3", () => forgotten(invented, "ko", 10), {
  is: -2,
  hint: "Positive is worse than at step 0.",
});
lab.check("nothing is forgotten at step 0", () => forgotten(invented, "en", 0), { is: 0 });

// %% [markdown]
// ## Exercise 2: a mixture
//
// A mixture says which share of the tokens each domain has: `mixture.fixed({ ko: 0.75, en: 0.25 })`. Write the mixture whose share of
// English is `share`; the rest is Korean. At 0 and at 1 the other language is left out of it.

// %%
function mixtureWith(share: number): Record<string, number> {
  // BEGIN SOLUTION
  if (share === 0) return { ko: 1 };
  return share === 1 ? { en: 1 } : { ko: 1 - share, en: share };
  // END SOLUTION
}

// %% tags=["check"]
lab.check("a quarter of English", () => mixtureWith(0.25), { is: { ko: 0.75, en: 0.25 } });
lab.check("no replay", () => mixtureWith(0), { is: { ko: 1 } });
lab.check("replay alone", () => mixtureWith(1), { is: { en: 1 } });

// %% [markdown]
// ## Exercise 3: the curve
//
// The same updates without and with replay, and the two curves. Before you run it: where on the curve is most of it lost? Then write `half`: the first
// evaluated step at which half of the final forgetting of a run is reached.

// %%
const goOn = async (share: number) => {
  const run = await lab.interruptible((signal) =>
    train.continue(start, {
      on: texts,
      mixture: mixture.fixed(mixtureWith(share)),
      schedule: train.rewarm({ peak: settings.peak }),
      steps: settings.steps,
      evaluateAt: [0, 2, 5, 10, 20, 40]
        .filter((step) => step < settings.steps)
        .concat(settings.steps),
      heldOutBytes,
      seed: 1,
      signal,
      onProgress: bar.report,
    }),
  );
  bar.done();
  return run.evaluations;
};
const alone = await goOn(0);
const replayed = await goOn(settings.share);

// %%
const curveOf = (arm: string, evaluations: Evaluation[]) =>
  measure
    .forgetting({ evaluations, domain: "en" })
    .curve.map(({ step, bitsPerByte }) => ({ arm, seed: 1, step, change: bitsPerByte }));
const arms = { "no replay": alone, [`${100 * settings.share} % replay`]: replayed };
const changes = Object.entries(arms).flatMap(([arm, evaluations]) => curveOf(arm, evaluations));
show(charts.changeCurves({ rows: changes, axis: "Change of English (bits per byte)" }));

// %%
function half(evaluations: Evaluation[]): number {
  // BEGIN SOLUTION
  const steps = evaluations.filter((row) => row.domain === "en").map((row) => row.step);
  const last = Math.max(...steps);
  const reached = (step: number) =>
    forgotten(evaluations, "en", step) >= forgotten(evaluations, "en", last) / 2;
  return steps.find(reached)!;
  // END SOLUTION
}

// %% tags=["check"]
const risen = [0, 1, 2, 4, 5, 6].map((bitsPerByte, i) => ({
  ...row,
  domain: "en",
  step: 10 * i,
  bitsPerByte,
}));
lab.check("half of 6 is passed at step 30", () => half(risen as unknown as Evaluation[]), {
  is: 30,
  hint: "The first step at which the loss has risen by at least half of what it rises in the end.",
});
lab.check("without replay, half is lost before the last quarter", () => half(alone), {
  below: 0.75 * settings.steps,
});

// %% [markdown]
// ## Exercise 4: the trade
//
// What does replay remove, and what does it cost? Write both: the share of the forgetting that is removed, and by how many bits per
// byte Korean ends worse.

// %%
function removed(): number {
  // BEGIN SOLUTION
  const [without, with_] = [alone, replayed].map((each) => forgotten(each, "en", settings.steps));
  return 1 - with_ / without;
  // END SOLUTION
}

function price(): number {
  // BEGIN SOLUTION
  const [without, with_] = [alone, replayed].map((each) => forgotten(each, "ko", settings.steps));
  return with_ - without;
  // END SOLUTION
}

// %% tags=["check"]
const final = (evaluations: Evaluation[], domain: string) =>
  measure.forgetting({ evaluations, domain }).bitsPerByte;
lab.check("removed", () => removed(), {
  is: 1 - final(replayed, "en") / final(alone, "en"),
  hint: "1 less the forgetting with replay over the forgetting without.",
});
lab.check("the price in Korean", () => price(), {
  is: final(replayed, "ko") - final(alone, "ko"),
  hint: "Both runs start from the same loss: what is left is the difference of the ends.",
});

// %% [markdown]
// ## Exercise 5: another share
//
// Take a share between 0.02 and 0.5, say what you expect, run it, and put it on the plane: what was learned across, what was lost up. Is there
// a share at which replay costs nothing?

// %%
// BEGIN SOLUTION
// STUB const mine: number = NaN; // your code here
const mine: number = 0.1;
// END SOLUTION

// %% tags=["check"]
lab.check("a share between 0.02 and 0.5", () => mine, { above: 0.0199, below: 0.5001 });

// %%
const shares = [0, settings.share, ...(mine >= 0.02 && mine <= 0.5 ? [mine] : [])];
const pointOf = (share: number, evaluations: Evaluation[]) => ({
  share,
  forgetting: final(evaluations, "en"),
  adaptation: -final(evaluations, "ko"),
});
const evaluationsOf = async (share: number) =>
  share === 0 ? alone : share === settings.share ? replayed : goOn(share);
const points = await lab.inTurn([...new Set(shares)].sort(), async (share) =>
  pointOf(share, await evaluationsOf(share)),
);
show(points);
show(charts.forgettingPlane({ points, old: "English", new: "Korean" }));

// %% [markdown]
// ## What to take home
//
// - Most is forgotten early, and a little of the old text goes a long way.
// - Forgetting and learning are two numbers; a method that is quoted with one of them is half described.
// - Which share is enough for a tolerance is a question to a law. How sure such a law is: lesson 4.
