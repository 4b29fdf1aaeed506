/** What a step can do besides loss and update, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../../registry.js";
import { activeForgetting } from "./active-forgetting.js";
import { agem, projected } from "./agem.js";
import { ema } from "./ema.js";
import { gpm } from "./gpm.js";
import { oLora } from "./o-lora.js";
import { forms, osf } from "./osf.js";
import { lawa } from "./lawa.js";
import { swa } from "./swa.js";
import { moments, reptile } from "./reptile.js";
import { ewc } from "./ewc.js";
import { l2Init, l2Sp } from "./l2.js";
import type { Part } from "../types.js";

const l2Options = z.strictObject({ lambda: z.number().gt(0), decoupled: z.boolean().optional() });

export const parts = {
  "active-forgetting": {
    summary: "draws the token embeddings anew every so many updates",
    reference: "Chen et al. 2023, https://arxiv.org/abs/2307.01163",
    options: z.strictObject({ every: z.int().min(1), deviation: z.number().gt(0).optional() }),
    example: { every: 2 },
    make: activeForgetting,
  },
  ema: {
    summary: "keeps an exponential moving average of what is trained",
    reference: "Polyak & Juditsky 1992, https://doi.org/10.1137/0330046",
    options: z.strictObject({ decay: z.number().min(0).lt(1).optional(), corrected: z.boolean().optional() }),
    example: { decay: 0.9, corrected: true },
    make: ema,
  },
  swa: {
    summary: "keeps the plain mean of what is trained from some update on",
    reference: "Izmailov et al. 2018, https://arxiv.org/abs/1803.05407",
    options: z.strictObject({ from: z.number().min(0).lt(1).optional(), every: z.int().min(1).optional() }),
    example: { from: 0.25, every: 2 },
    make: swa,
  },
  lawa: {
    summary: "keeps the mean of the last few models, one taken every so many updates",
    reference: "Kaddour 2022, https://arxiv.org/abs/2209.14981",
    options: z.strictObject({ every: z.int().min(1), last: z.int().min(1).optional() }),
    example: { every: 1, last: 2 },
    make: lawa,
  },
  reptile: {
    summary: "every so many updates goes part of the way back: meta-experience replay, beside a mixture that replays",
    reference: "Abbes et al. 2025, https://arxiv.org/abs/2508.01908",
    options: z.strictObject({
      every: z.int().min(1).optional(),
      rate: z.number().gt(0).max(1).optional(),
      moments: z.enum(moments).optional(),
    }),
    example: { every: 2, rate: 0.5, moments: "interpolate" },
    make: reptile,
  },
  agem: {
    summary: "takes out of each gradient, or update, what goes against the gradient on old text",
    reference: "Chaudhry et al. 2019 (A-GEM), https://arxiv.org/abs/1812.00420",
    options: z.strictObject({
      on: z.array(z.string().min(1)).min(1),
      batch: z.int().min(1).optional(),
      of: z.enum(projected).optional(),
    }),
    example: { on: ["old"], of: "update" },
    make: agem,
  },
  osf: {
    summary: "learns outside the leading singular directions of each matrix, as many everywhere or by layer",
    reference: "Nayak et al. 2025 (Sculpting Subspaces), https://arxiv.org/abs/2504.07097",
    options: z.strictObject({
      keep: z.number().gt(0).max(1).optional(),
      adaptive: z
        .strictObject({
          on: z.array(z.string().min(1)).min(1),
          least: z.number().min(0).max(1).optional(),
          mean: z.number().min(0).max(1).optional(),
          sequences: z.int().min(1).optional(),
        })
        .optional(),
      form: z.enum(forms).optional(),
    }),
    example: { adaptive: { on: ["old"], sequences: 2 } },
    make: osf,
  },
  "o-lora": {
    summary: "keeps a low-rank update out of the subspaces of those trained before",
    reference: "Wang et al. 2023 (O-LoRA), https://arxiv.org/abs/2310.14152",
    options: z.strictObject({
      previous: z.array(z.string().min(1)),
      lambda: z.number().min(0).optional(),
      l2: z.number().min(0).optional(),
    }),
    example: { previous: [], l2: 0.1 },
    make: oLora,
    paths: ["previous"],
  },
  gpm: {
    summary: "learns outside the directions that old text goes into each matrix by",
    reference: "Saha et al. 2021, https://arxiv.org/abs/2103.09762",
    options: z.strictObject({
      on: z.array(z.string().min(1)).min(1),
      energy: z.number().gt(0).max(1).optional(),
      sequences: z.int().min(1).optional(),
    }),
    example: { on: ["old"], energy: 0.9, sequences: 2 },
    make: gpm,
  },
  ewc: {
    summary: "pulls weights back to the start, each by how much the loss of old text depends on it",
    reference: "Kirkpatrick et al. 2017, https://arxiv.org/abs/1612.00796",
    options: z.strictObject({
      on: z.string().min(1),
      lambda: z.number().gt(0),
      sequences: z.int().min(1).optional(),
      labels: z.enum(["text", "model"]).optional(),
      gamma: z.number().min(0).max(1).optional(),
      limit: z.number().gt(0).optional(),
    }),
    example: { on: "old", lambda: 1, sequences: 2, labels: "model" },
    make: ewc,
  },
  "l2-sp": {
    summary: "pulls weights back to the model that training starts from",
    reference: "Li, Grandvalet & Davoine 2018, https://arxiv.org/abs/1802.01483",
    options: l2Options,
    example: { lambda: 0.01 },
    make: l2Sp,
  },
  "l2-init": {
    summary: "pulls weights back to random ones, as a model begins with",
    reference: "Kumar et al. 2023, https://arxiv.org/abs/2308.11958",
    options: l2Options,
    example: { lambda: 0.01, decoupled: true },
    make: l2Init,
  },
} satisfies Registry<Part>;
