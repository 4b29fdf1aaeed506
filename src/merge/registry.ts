/** Ways to merge models, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../registry.js";
import { chatVector } from "./chat-vector.js";
import { dareLinear, dareTies } from "./dare.js";
import { elchat } from "./elchat.js";
import { linear } from "./linear.js";
import { modelStock } from "./model-stock.js";
import { slerp } from "./slerp.js";
import { taskArithmetic } from "./task-arithmetic.js";
import { ties } from "./ties.js";
import type { MergeMethod } from "./types.js";

const share = z.number().min(0).max(1);
const weights = z.array(z.number()).min(1).optional();
const normalize = z.boolean().optional();
const deltas = { weights, scale: z.number().optional(), normalize };

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
    options: z.strictObject({ t: share }),
    example: { t: 0.5 },
    make: slerp,
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
    options: z.strictObject({ ...deltas, density: share.optional() }),
    example: { density: 0.5 },
    make: ties,
  },
  "dare-linear": {
    summary: "numbers of each delta dropped by chance, the others scaled up, then added",
    reference: "Yu et al. 2023, https://arxiv.org/abs/2311.03099",
    options: z.strictObject({ ...deltas, density: share.gt(0) }),
    example: { density: 0.5 },
    make: dareLinear,
  },
  "dare-ties": {
    summary: "numbers of each delta dropped by chance, the others scaled up, then merged with elected signs",
    reference: "Yu et al. 2023, https://arxiv.org/abs/2311.03099",
    options: z.strictObject({ ...deltas, density: share.gt(0) }),
    example: { density: 0.5 },
    make: dareTies,
  },
  "model-stock": {
    summary: "the mean of models, the closer to their base the less their deltas point the same way",
    reference: "Jang et al. 2024, https://arxiv.org/abs/2403.19522",
    options: z.strictObject({}),
    example: {},
    make: modelStock,
  },
  "chat-vector": {
    summary: "the base, and what the first model has beyond the second, from which it was tuned",
    reference: "Huang et al. 2023, https://arxiv.org/abs/2310.04799",
    options: z.strictObject({ scale: z.number().optional() }),
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
      restore: z.enum(["special", "added", "old", "none"]).optional(),
    }),
    example: { method: "slerp" },
    make: elchat,
  },
} satisfies Registry<MergeMethod>;

export type MethodName = keyof typeof methods;
