/** The initialisers by name. Adding one: a file with the function, a row here, a test. */
import { adaptiVocab } from "./adaptivocab.js";
import { align } from "./align.js";
import { eeve } from "./eeve.js";
import { gaussian } from "./gaussian.js";
import { huggingFace } from "./huggingface.js";
import { mean } from "./mean.js";
import { multivariate } from "./multivariate.js";
import { noisyMean } from "./noisy-mean.js";
import { random } from "./random.js";
import { scriptwise } from "./scripts.js";
import { subwordMean } from "./subword-mean.js";
import { transTokenization } from "./trans-tokenization.js";
import { treeMean } from "./tree-mean.js";
import { unksEverywhere } from "./unks.js";
import { clp, clpPlus } from "./clp.js";
import { meanOfNearestAnchors } from "./mean-of-nearest.js";
import { constrainedWord2vec } from "./constrained-word2vec.js";
import { focus, focusFallback } from "./focus.js";
import { ofa } from "./ofa.js";
import { ramenAligned, ramenFallback, ramenSimilar } from "./ramen.js";
import { wechsel } from "./wechsel.js";
import type { Initialiser } from "./types.js";

export type InitialiserName =
  | "random"
  | "gaussian"
  | "mean"
  | "noisy-mean"
  | "multivariate"
  | "hugging-face"
  | "subword-mean"
  | "eeve"
  | "tree-mean"
  | "adaptivocab"
  | "align"
  | "scripts"
  | "trans-tokenization"
  | "unks-everywhere"
  | "focus"
  | "mean-of-closest"
  | "clp"
  | "clp-plus"
  | "wechsel"
  | "ofa"
  | "ramen-alignment"
  | "ramen-similarity"
  | "constrained-word2vec";

export const initialisers: Record<InitialiserName, Initialiser> = {
  random: {
    summary: "new rows are drawn from N(0, 0.02²), as a fresh model's are",
    reference: "Radford et al. 2019 (GPT-2), https://github.com/openai/gpt-2; transformers' mean_resizing=False",
    convex: false,
    initialise: random,
  },
  mean: {
    summary: "every new row is the mean of the old rows",
    reference: "Hewitt 2021, https://nlp.stanford.edu/~johnhew/vocab-expansion.html",
    convex: true,
    initialise: mean,
  },
  gaussian: {
    summary: "new rows are drawn with each dimension's mean and standard deviation over the old rows",
    reference: "the random baseline of Minixhofer et al. 2022 (WECHSEL), https://arxiv.org/abs/2112.06598",
    convex: false,
    initialise: gaussian,
  },
  "noisy-mean": {
    summary: "the mean of the old rows plus noise of deviation 1/√width in every dimension",
    reference: "LLaMA-Factory's resize, https://github.com/hiyouga/LLaMA-Factory",
    convex: false,
    initialise: noisyMean,
  },
  multivariate: {
    summary: "new rows are drawn from N(μ, 1e-5·Σ), mean and covariance of the old rows",
    reference: "Hewitt 2021, https://nlp.stanford.edu/~johnhew/vocab-expansion.html",
    convex: false,
    copies: 2,
    initialise: multivariate(1e-5),
  },
  "hugging-face": {
    summary:
      "what resize_token_embeddings does by default: draws from N(μ, 1e-9·Σ) of all rows, padding included, else μ",
    reference: "transformers 4.46, https://github.com/huggingface/transformers/pull/33325",
    convex: false,
    copies: 4,
    initialise: huggingFace,
  },
  "subword-mean": {
    summary: "a new row is the mean of the rows of the old tokens that spell it",
    reference: "Gee et al. 2022 (fast vocabulary transfer), https://arxiv.org/abs/2402.09977",
    convex: true,
    initialise: subwordMean,
  },
  eeve: {
    summary: "read as the mean of its old pieces, written as the first of them; on a tied head subword-mean",
    reference: "Kim et al. 2024 (EEVE), https://arxiv.org/abs/2402.14714",
    convex: true,
    fallback: subwordMean,
    tied: "subword-mean",
    initialise: eeve,
  },
  "tree-mean": {
    summary: "a new row is the mean of the two halves of its merge, down to old tokens",
    reference: "Yamaguchi et al. 2024, https://arxiv.org/abs/2406.11477",
    convex: true,
    fallback: subwordMean,
    initialise: treeMean,
  },
  adaptivocab: {
    summary:
      "a weighted mean of the old pieces: the last counts most where the token is read, the first where it is written",
    reference: "Nakash et al. 2025 (AdaptiVocab), https://arxiv.org/abs/2503.19693",
    convex: true,
    initialise: adaptiVocab,
  },
  align: {
    summary: "a new row is the mean over its old spellings in a text, by how often each came",
    reference: "Yamaguchi et al. 2024 (ElChat), https://arxiv.org/abs/2412.11704",
    convex: true,
    needs: ["spellings"],
    fallback: subwordMean,
    initialise: align,
  },
  scripts: {
    summary: "new rows are drawn from the distribution of old rows of the same script and place in the word",
    reference: "Downey et al. 2023, https://arxiv.org/abs/2309.04679",
    convex: false,
    fallback: gaussian,
    initialise: scriptwise,
  },
  "trans-tokenization": {
    summary: "a new row is the mean of its translations' rows, as often as a word aligner linked them",
    reference: "Remy et al. 2024, https://arxiv.org/abs/2408.04303",
    convex: true,
    needs: ["alignment"],
    fallback: subwordMean,
    initialise: transTokenization,
  },
  "unks-everywhere": {
    summary: "random nonnegative amounts of the directions that the old table factorises into",
    reference: "Pfeiffer et al. 2021 (UNKs Everywhere), https://arxiv.org/abs/2012.15562",
    convex: false,
    copies: 6,
    initialise: unksEverywhere,
  },
  focus: {
    summary:
      "the sparsemax of cosines with shared tokens, in vectors trained on tokens of the new language, mixes their rows",
    reference: "Dobler & de Melo 2023 (FOCUS), https://arxiv.org/abs/2305.14481",
    convex: true,
    needs: ["tokenVectors"],
    fallback: focusFallback,
    initialise: focus,
  },
  "mean-of-closest": {
    summary: "the mean of the rows of the ten shared tokens with the nearest token vectors",
    reference: "the limit of WECHSEL at high temperature, https://arxiv.org/abs/2112.06598",
    convex: true,
    needs: ["tokenVectors"],
    fallback: focusFallback,
    initialise: meanOfNearestAnchors,
  },
  clp: {
    summary: "cosines with shared tokens in another model's table, divided by their sum, mix the shared rows",
    reference: "Ostendorff & Rehm 2023 (CLP-Transfer), https://arxiv.org/abs/2301.09626",
    convex: false,
    needs: ["helper"],
    fallback: gaussian,
    initialise: clp,
  },
  "clp-plus": {
    summary: "the sparsemax of cosines with shared tokens in another model's table mixes the shared rows",
    reference: "Yamaguchi et al. 2024 (CLP+), https://arxiv.org/abs/2402.10712",
    convex: true,
    needs: ["helper"],
    fallback: gaussian,
    initialise: clpPlus,
  },
  wechsel: {
    summary: "a softmax over the ten old tokens nearest in word vectors that a dictionary turned into one space",
    reference: "Minixhofer et al. 2022 (WECHSEL), https://arxiv.org/abs/2112.06598",
    convex: true,
    needs: ["words"],
    fallback: gaussian,
    initialise: wechsel,
  },
  ofa: {
    summary: "the table factorised, and new coordinates mixed by similarity in word vectors of both languages",
    reference: "Liu et al. 2024 (OFA), https://arxiv.org/abs/2311.08849",
    convex: false,
    copies: 1,
    needs: ["words"],
    ...ofa(),
  },
  "ramen-alignment": {
    summary: "old rows mixed by how often a word aligner linked them with the new token",
    reference: "Tran 2020 (RAMEN), https://arxiv.org/abs/2002.07306",
    convex: true,
    needs: ["alignment"],
    fallback: ramenFallback,
    initialise: ramenAligned,
  },
  "ramen-similarity": {
    summary: "the sparsemax of cosines in word vectors of both languages mixes the old rows",
    reference: "Tran 2020 (RAMEN), https://arxiv.org/abs/2002.07306",
    convex: true,
    needs: ["words"],
    fallback: ramenFallback,
    initialise: ramenSimilar,
  },
  "constrained-word2vec": {
    summary: "text of the new language trains mixtures of old rows that start at the subword mean",
    reference: "Mundra et al. 2024 (Constrained Word2Vec), https://arxiv.org/abs/2407.05841",
    convex: true,
    needs: ["documents"],
    ...constrainedWord2vec(),
  },
};
