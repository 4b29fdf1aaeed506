/** Ways to merge models, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../registry.js";
import { rowsNames } from "./chat-rows.js";
import { chatVector } from "./chat-vector.js";
import { breadcrumbs, breadcrumbsTies } from "./breadcrumbs.js";
import { dareLinear, dareTies } from "./dare.js";
import { della, dellaLinear } from "./della.js";
import { elchat } from "./elchat.js";
import { karcher } from "./karcher.js";
import { linear } from "./linear.js";
import { modelStock } from "./model-stock.js";
import { multislerp } from "./multislerp.js";
import { nearswap } from "./nearswap.js";
import { nuslerp } from "./nuslerp.js";
import { passthrough } from "./passthrough.js";
import { ram, ramPlus } from "./ram.js";
import { sce } from "./sce.js";
import { slerp } from "./slerp.js";
import { taskArithmetic } from "./task-arithmetic.js";
import { ties, tiesWhole } from "./ties.js";
import type { MergeMethod } from "./types.js";

const share = z.number().min(0).max(1);
const weights = z.array(z.number()).min(1).optional();
const normalize = z.boolean().optional();
const deltas = { weights, scale: z.number().optional(), normalize };
const vectors = z.enum(["linear", "alike"]).optional();
/** One for all models, or one for each. */
const shares = z.union([share, z.array(share).min(1)]);
const rescale = z.enum(["density", "l1", "none"]).optional();
const chance = { ...deltas, density: shares, rescale, vectors };
const crumbs = { ...deltas, density: shares, gamma: shares.optional(), vectors };
const fromZero = z.number().min(0).optional();

export const methods = {
  linear: {
    summary: "the weighted mean of models; of two, the line between them",
    reference:
      "Wortsman et al. 2022 (WiSE-FT), https://arxiv.org/abs/2109.01903; model soups, https://arxiv.org/abs/2203.05482",
    options: z.strictObject({ weights, normalize }),
    example: { weights: [0.5, 0.5] },
    make: linear,
  },
  slerp: {
    summary: "the arc between two models, tensor by tensor; a line where they are nearly parallel",
    reference: "Shoemake 1985, https://doi.org/10.1145/325334.325242",
    options: z.strictObject({ t: share, vectors }),
    example: { t: 0.5 },
    make: slerp,
  },
  nuslerp: {
    summary: "the arc between two models, or between their deltas, by weights; tensors, rows or columns as vectors",
    reference: "mergekit (Goddard et al. 2024), https://arxiv.org/abs/2403.13257",
    options: z.strictObject({
      weights: z.tuple([z.number(), z.number()]).optional(),
      deltas: z.boolean().optional(),
      by: z.enum(["tensor", "row", "column"]).optional(),
      vectors,
    }),
    example: { weights: [0.7, 0.3], deltas: true },
    make: nuslerp,
  },
  multislerp: {
    summary: "the mean direction of any number of models, or of their deltas, as long as they are in the mean",
    reference: "mergekit (Goddard et al. 2024), https://arxiv.org/abs/2403.13257",
    options: z.strictObject({ weights, deltas: z.boolean().optional(), normalize, vectors }),
    example: { weights: [0.3, 0.7] },
    make: multislerp,
  },
  karcher: {
    summary: "the mean of models on the sphere: the direction with the least squared angles to all of theirs",
    reference: "Karcher 1977, https://doi.org/10.1002/cpa.3160300502; of models, https://arxiv.org/abs/2603.04972",
    options: z.strictObject({ vectors }),
    example: {},
    make: karcher,
  },
  "task-arithmetic": {
    summary: "what each model has beyond the base, added up",
    reference: "Ilharco et al. 2022, https://arxiv.org/abs/2212.04089",
    options: z.strictObject(deltas),
    example: { scale: 0.5 },
    make: taskArithmetic,
  },
  ties: {
    summary: "the largest numbers of each delta, averaged where their signs agree with the elected one",
    reference: "Yadav et al. 2023, https://arxiv.org/abs/2306.01708",
    options: z.strictObject({ ...deltas, density: shares.optional(), vectors }),
    example: { density: 0.5 },
    make: ties,
  },
  "ties-whole": {
    summary: "TIES with one threshold for a delta over the whole model, as the paper has it",
    reference: "Yadav et al. 2023, https://arxiv.org/abs/2306.01708",
    options: z.strictObject({ ...deltas, density: shares.optional(), vectors }),
    example: { density: 0.5 },
    make: tiesWhole,
  },
  breadcrumbs: {
    summary: "each delta without its largest and its smallest numbers, then added",
    reference: "Davari & Belilovsky 2023, https://arxiv.org/abs/2312.06795",
    options: z.strictObject(crumbs),
    example: { density: 0.5, gamma: 0.2 },
    make: breadcrumbs,
  },
  "breadcrumbs-ties": {
    summary: "each delta without its largest and its smallest numbers, then merged with elected signs",
    reference: "Davari & Belilovsky 2023, https://arxiv.org/abs/2312.06795",
    options: z.strictObject(crumbs),
    example: { density: 0.5, gamma: 0.2 },
    make: breadcrumbsTies,
  },
  "dare-linear": {
    summary: "numbers of each delta dropped by chance, the others scaled up, then added",
    reference: "Yu et al. 2023, https://arxiv.org/abs/2311.03099",
    options: z.strictObject(chance),
    example: { density: 0.5 },
    make: dareLinear,
  },
  "dare-ties": {
    summary: "numbers of each delta dropped by chance, the others scaled up, then merged with elected signs",
    reference: "Yu et al. 2023, https://arxiv.org/abs/2311.03099",
    options: z.strictObject(chance),
    example: { density: 0.5 },
    make: dareTies,
  },
  della: {
    summary:
      "numbers of each delta dropped by chance, small ones of a row sooner, the others merged with elected signs",
    reference: "Deep et al. 2024, https://arxiv.org/abs/2406.11617",
    options: z.strictObject({ ...chance, epsilon: shares.optional() }),
    example: { density: 0.5 },
    make: della,
  },
  "della-linear": {
    summary: "numbers of each delta dropped by chance, small ones of a row sooner, the others added",
    reference: "Deep et al. 2024, https://arxiv.org/abs/2406.11617",
    options: z.strictObject({ ...chance, epsilon: shares.optional() }),
    example: { density: 0.5 },
    make: dellaLinear,
  },
  sce: {
    summary: "the numbers of deltas that vary most between models, weighted by each one's mean square, signs elected",
    reference: "Wan et al. 2024, https://arxiv.org/abs/2408.07990",
    options: z.strictObject({ density: share.optional(), vectors }),
    example: { density: 0.5 },
    make: sce,
  },
  "model-stock": {
    summary: "the mean of models, the closer to their base the less their deltas point the same way",
    reference: "Jang et al. 2024, https://arxiv.org/abs/2403.19522",
    options: z.strictObject({}),
    example: {},
    make: modelStock,
  },
  nearswap: {
    summary: "each number a step of at most t towards the other model's",
    reference: "alchemonaut, https://huggingface.co/alchemonaut/QuartetAnemoi-70B-t0.0001",
    options: z.strictObject({ t: z.number().min(0) }),
    example: { t: 0.01 },
    make: nearswap,
  },
  ram: {
    summary: "what one model alone moved taken whole, what several moved averaged",
    reference: "https://arxiv.org/abs/2601.13572",
    options: z.strictObject({ threshold: fromZero }),
    example: {},
    make: ram,
  },
  "ram-plus": {
    summary: "the same, what one model alone moved taken more than whole where it shared much",
    reference: "https://arxiv.org/abs/2601.13572",
    options: z.strictObject({ threshold: fromZero, boost: fromZero, most: fromZero }),
    example: { threshold: 0.1 },
    make: ramPlus,
  },
  passthrough: {
    summary: "a model as it is, or times a factor",
    reference: "mergekit (Goddard et al. 2024), https://arxiv.org/abs/2403.13257",
    options: z.strictObject({ scale: z.number().optional() }),
    example: { scale: 0.5 },
    make: passthrough,
  },
  "chat-vector": {
    summary: "the base, and what the first model has beyond the second, from which it was tuned",
    reference: "Huang et al. 2023, https://arxiv.org/abs/2310.04799",
    options: z.strictObject({ scale: z.number().optional(), rows: z.enum(rowsNames).optional() }),
    example: { scale: 1 },
    make: chatVector,
  },
  elchat: {
    summary:
      "a chat model back into what it became: first and last layers between the two, middle layers and special rows the chat model's",
    reference: "Yamaguchi et al. 2024, https://arxiv.org/abs/2412.11704",
    options: z.strictObject({
      method: z.enum(["linear", "slerp"]).optional(),
      layers: z.array(z.tuple([z.int(), share])).optional(),
      restore: z.enum(rowsNames).optional(),
    }),
    example: { method: "slerp" },
    make: elchat,
  },
} satisfies Registry<MergeMethod>;

export type MethodName = keyof typeof methods;
