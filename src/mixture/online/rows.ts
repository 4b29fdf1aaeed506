/** The rules that follow the run, as rows of the registry of mixtures. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import type { Mixture } from "../types.js";
import { ado } from "./ado.js";
import { agent } from "./agent.js";
import { aioli } from "./aioli.js";
import { doge } from "./doge.js";
import { doremi } from "./doremi.js";
import { learnedRatio } from "./learned-ratio.js";
import { odm } from "./odm.js";
import { skillIt } from "./skill-it.js";

const name = z.string().min(1);
const domains = z.array(name).min(1);
const positive = z.number().gt(0);
const whole = z.int().min(1);
const by = z.enum(["shares", "weights"]);

export const online = {
  "skill-it": {
    summary: "more of the skills whose held-out losses are high, and of those that help with them by a graph",
    reference: "Chen et al. 2023, https://arxiv.org/abs/2307.14430",
    options: z.strictObject({
      graph: z.record(name, z.record(name, z.number())),
      eta: positive.optional(),
      window: whole.optional(),
      targets: domains.optional(),
      every: whole.optional(),
    }),
    example: { graph: { old: { new: 0.5 }, new: {} }, every: 1 },
    make: skillIt,
  },
  doremi: {
    summary: "more of the domains whose loss exceeds that of the model the run began with",
    reference: "Xie et al. 2023, https://arxiv.org/abs/2305.10429",
    options: z.strictObject({
      domains,
      every: whole.optional(),
      eta: positive.optional(),
      smoothing: z.number().min(0).max(1).optional(),
      by: by.optional(),
    }),
    example: { domains: ["old", "new"], by: "weights" as const },
    make: doremi,
  },
  doge: {
    summary: "more of the domains whose gradients agree with those of all domains",
    reference: "Fan et al. 2023, https://arxiv.org/abs/2310.15393",
    options: z.strictObject({
      domains,
      every: whole.optional(),
      learningRate: positive.optional(),
      mu: positive.optional(),
      clip: positive.optional(),
      self: z.boolean().optional(),
      by: by.optional(),
    }),
    example: { domains: ["old", "new"], mu: 0.001 },
    make: doge,
  },
  aioli: {
    summary: "short sweeps estimate what each domain's share does to all losses; shares follow it",
    reference: "Chen et al. 2024, https://arxiv.org/abs/2411.05735",
    options: z.strictObject({
      domains,
      every: whole.optional(),
      sweep: whole.optional(),
      rounds: whole.optional(),
      focus: z.number().gt(0).max(1).optional(),
      eta: positive.optional(),
    }),
    example: { domains: ["old", "new"], every: 3, sweep: 1, rounds: 1, eta: 5 },
    make: aioli,
  },
  odm: {
    summary: "a bandit: more of the domains whose training loss is high",
    reference: "Albalak et al. 2023, https://arxiv.org/abs/2312.02406",
    options: z.strictObject({ domains, warmup: z.int().min(0).optional(), scale: positive.optional() }),
    example: { domains: ["old", "new"] },
    make: odm,
  },
  ado: {
    summary: "more of the domains whose training losses still fall fastest, by a power law fitted during the run",
    reference: "Jiang et al. 2024, https://arxiv.org/abs/2410.11820",
    options: z.strictObject({
      prior: z.record(name, z.number().gt(0).max(1)),
      every: whole.optional(),
      ignore: z.int().min(0).optional(),
      point: whole.optional(),
    }),
    example: { prior: { old: 0.5, new: 0.5 }, every: 2, ignore: 0, point: 1 },
    make: ado,
  },
  "learned-ratio": {
    summary: "shares learned by gradient: more of the domains whose gradients agree with a target's",
    reference: "Wang et al. 2020, https://arxiv.org/abs/1911.10088",
    options: z.strictObject({ domains, targets: domains, every: whole.optional(), eta: positive.optional() }),
    example: { domains: ["old", "new"], targets: ["old"], every: 2, eta: 1 },
    make: learnedRatio,
  },
  agent: {
    summary: "chooses the next shares by what the last ones did, as learned offline from recorded trajectories",
    reference: "Yang et al. 2025, https://arxiv.org/abs/2507.15640",
    options: z.strictObject({
      domains,
      actions: z.array(z.array(z.number().min(0).max(1))).min(1),
      weights: z.array(z.array(z.number())).min(1),
      every: whole,
    }),
    example: {
      domains: ["old", "new"],
      actions: [
        [0.25, 0.75],
        [0.75, 0.25],
      ],
      weights: [
        [0, 0, 1, 0, 0, 0],
        [0, 0, 0, 1, 0, 0],
      ],
      every: 1,
    },
    make: agent,
  },
} satisfies Registry<Mixture>;
