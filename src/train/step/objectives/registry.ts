/** What is minimised, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import { makeOf, type Registry, schemaOf, type Written } from "../../../registry.js";
import { answers, answersOptions } from "./answers.js";
import { clo, cloOptions } from "./clo.js";
import { contrastive, contrastiveOptions } from "./contrastive.js";
import { dpo, dpoOptions } from "./dpo.js";
import { causal, causalOptions } from "./causal.js";
import { codeSwitch, codeSwitchOptions } from "./code-switch.js";
import { fim, fimOptions } from "./fim.js";
import { growingVocabulary, growingVocabularyOptions } from "./growing-vocabulary.js";
import { kl, klOptions } from "./kl.js";
import { lateToEarly, lateToEarlyOptions } from "./late-to-early.js";
import { logitSwap, logitSwapOptions } from "./logit-swap.js";
import { lwf, lwfOptions } from "./lwf.js";
import { masked } from "./masked.js";
import { maskingOptions } from "./masking.js";
import { mixed, type MixedPart } from "./mixed.js";
import type { Objective } from "../objective.js";
import { onPolicy, onPolicyOptions } from "./on-policy.js";
import { orpo, orpoOptions } from "./orpo.js";
import { select, selectOptions } from "./select.js";
import { prefixLm, prefixLmOptions } from "./prefix-lm.js";
import { selfDistillation, selfDistillationOptions } from "./self-distillation.js";
import { simpo, simpoOptions } from "./simpo.js";
import { smallToLarge, smallToLargeOptions } from "./small-to-large.js";
import { tlm } from "./tlm.js";
import { spanCorruption, spanCorruptionOptions } from "./span-corruption.js";
import { ul2, ul2Options } from "./ul2.js";

const single = {
  answers: {
    summary: "the next token where the text's marks say that it counts: answers, and not their prompts",
    reference: "Ouyang et al. 2022, https://arxiv.org/abs/2203.02155",
    options: answersOptions,
    example: { mean: "sequences" },
    make: answers,
  },
  causal: {
    summary: "the next token, everywhere; of documents that share a window together or apart",
    reference: "Bengio et al. 2003, https://www.jmlr.org/papers/v3/bengio03a.html",
    options: causalOptions,
    example: { documents: "apart", positions: "reset" },
    make: causal,
  },
  clo: {
    summary: "of answers in two languages the one in the prompt's, and the target language's own loss besides",
    reference: "Lee et al. 2025, https://arxiv.org/abs/2505.14297",
    options: cloOptions,
    example: { target: ["new"] },
    make: clo,
    paths: ["reference"],
  },
  contrastive: {
    summary: "the next token, and texts told from others by the states of their translations",
    reference: "Liu and Niehues 2025 (mid-align), https://arxiv.org/abs/2502.14830",
    options: contrastiveOptions,
    example: { layers: [1], weight: 0.3, directions: "both" },
    make: contrastive,
  },
  dpo: {
    summary: "the better of two answers to a prompt, as against a frozen reference",
    reference: "Rafailov et al. 2023, https://arxiv.org/abs/2305.18290",
    options: dpoOptions,
    example: { beta: 0.3 },
    make: dpo,
    paths: ["reference"],
  },
  "code-switch": {
    summary: "the text as it was, after the same with words replaced by their translations",
    reference: "Yoo et al. 2024 (CSCL), https://arxiv.org/abs/2411.02460",
    options: codeSwitchOptions,
    example: { pairs: [["de", "of"]], separator: 1 },
    make: codeSwitch,
  },
  fim: {
    summary: "the next token, of documents some of which have their middle at the end",
    reference: "Bavarian et al. 2022, https://arxiv.org/abs/2207.14255",
    options: fimOptions,
    example: { sentinels: [1, 2, 3], cut: "tokens" },
    make: fim,
  },
  "growing-vocabulary": {
    summary: "the next token, of a vocabulary that grows with training; the rest is read as unknown",
    reference: "Diehl Martinez et al. 2023 (CLIMB), https://arxiv.org/abs/2311.08886",
    options: growingVocabularyOptions,
    example: { start: 0.4, until: 0.75 },
    make: growingVocabulary,
  },
  kl: {
    summary: "the next token, and the divergence from a frozen teacher's prediction, as a rule the base's",
    reference: "Hinton et al. 2015, https://arxiv.org/abs/1503.02531",
    options: klOptions,
    example: { teacher: "base", weight: 0.5, temperature: 2, on: ["old"] },
    make: kl,
    paths: ["teacher"],
  },
  "late-to-early": {
    summary: "the next token, and an early layer's states turned towards the last of a small teacher",
    reference: "Zhao et al. 2026 (LET), https://arxiv.org/abs/2602.05393",
    options: lateToEarlyOptions,
    example: { teacher: "base", layer: 1 },
    make: lateToEarly,
    paths: ["teacher"],
  },
  "logit-swap": {
    summary: "the next token, and the base's prediction with the right token in the place of its first choice",
    reference: "Jiang et al. 2024 (Mix-CPT), https://arxiv.org/abs/2407.10804",
    options: logitSwapOptions,
    example: { teacher: "base", weight: 0.3 },
    make: logitSwap,
    paths: ["teacher"],
  },
  lwf: {
    summary: "the next token, and the divergence from the base's prediction at temperature 2",
    reference: "Li and Hoiem 2016, https://arxiv.org/abs/1606.09282",
    options: lwfOptions,
    example: { on: ["new"] },
    make: lwf,
    paths: ["teacher"],
  },
  masked: {
    summary: "tokens that are hidden, from both sides; for encoders",
    reference: "Devlin et al. 2019, https://arxiv.org/abs/1810.04805",
    options: maskingOptions,
    example: { rate: 0.2 },
    make: masked,
  },
  orpo: {
    summary: "the better of two answers: its own loss, and the ratio of both answers' odds",
    reference: "Hong et al. 2024, https://arxiv.org/abs/2403.07691",
    options: orpoOptions,
    example: { lambda: 0.2 },
    make: orpo,
  },
  select: {
    summary: "the next token, of those tokens alone whose loss is most above a reference's",
    reference: "Lin et al. 2024 (Rho-1), https://arxiv.org/abs/2404.07965",
    options: selectOptions,
    example: { share: 0.5 },
    make: select,
    paths: ["reference"],
  },
  "prefix-lm": {
    summary: "the next token after a prefix that is read from both sides",
    reference: "Raffel et al. 2020, https://arxiv.org/abs/1910.10683",
    options: prefixLmOptions,
    example: {},
    make: prefixLm,
  },
  "on-policy": {
    summary: "the divergence from a frozen teacher on what the model writes itself, in some of the batches",
    reference: "Agarwal et al. 2024 (GKD), https://arxiv.org/abs/2306.13649",
    options: onPolicyOptions,
    example: { teacher: "base", share: 0.5 },
    make: onPolicy,
    paths: ["teacher"],
  },
  "self-distillation": {
    summary: "the next token, and the states of a model that was trained further from the same base",
    reference: "Lee et al. 2023, https://arxiv.org/abs/2210.02871",
    options: selfDistillationOptions,
    example: { teacher: "base", compare: "states" },
    make: selfDistillation,
    paths: ["teacher"],
  },
  simpo: {
    summary: "the better of two answers by a margin, a token on average, without a reference",
    reference: "Meng et al. 2024, https://arxiv.org/abs/2405.14734",
    options: simpoOptions,
    example: { beta: 2.5, gammaOverBeta: 0.3 },
    make: simpo,
  },
  "small-to-large": {
    summary: "a small teacher's prediction beside the next token at the beginning, then the next token alone",
    reference: "Rawat et al. 2024 (SALT), https://arxiv.org/abs/2410.18779",
    options: smallToLargeOptions,
    example: { teacher: "base", until: 0.5, top: 8, cache: true },
    make: smallToLarge,
    paths: ["teacher"],
  },
  tlm: {
    summary: "hidden tokens of a text and its translation, from both sides and from each other; for encoders",
    reference: "Conneau and Lample 2019 (XLM), https://arxiv.org/abs/1901.07291",
    options: maskingOptions,
    example: { rate: 0.3, words: true },
    make: tlm,
  },
  "span-corruption": {
    summary: "spans that were cut out of a text, after what is left of it",
    reference: "Raffel et al. 2020 (T5), https://arxiv.org/abs/1910.10683",
    options: spanCorruptionOptions,
    example: { sentinels: [1, 2, 3, 4], bothSided: true },
    make: spanCorruption,
  },
  ul2: {
    summary: "a mixture of span corruptions, short, long and at the end, each after a token that says which",
    reference: "Tay et al. 2022 (UL2), https://arxiv.org/abs/2205.05131",
    options: ul2Options,
    example: { sentinels: [1, 2, 3, 4], modes: { R: 5, S: 6, X: 7 } },
    make: ul2,
  },
} satisfies Registry<Objective>;

export const objectives = {
  ...single,
  mixed: {
    summary: "several objectives in one batch, by shares and by domains",
    reference: "Tay et al. 2022 (UL2), https://arxiv.org/abs/2205.05131",
    options: z.strictObject({
      of: z
        .array(
          z.strictObject({
            objective: schemaOf(single),
            share: z.number().gt(0).optional(),
            on: z.array(z.string().min(1)).min(1).optional(),
          }),
        )
        .min(1),
    }),
    example: {
      of: [
        { objective: { name: "causal" }, share: 2 },
        { objective: { name: "prefix-lm" }, on: ["new"] },
      ],
    },
    make: ({ of }: { of: (Omit<MixedPart, "objective"> & { objective: Written })[] }): Objective =>
      mixed({ of: of.map((part) => ({ ...part, objective: makeOf<Objective>(single, part.objective) })) }),
  },
} satisfies Registry<Objective>;
