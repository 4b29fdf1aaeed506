/** What can be measured of a model at an evaluation, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import { answerLoss } from "./answer-loss.js";
import { makeOf, type Registry, schemaOf, type Written } from "../../registry.js";
import { probes } from "../ask/probes/registry.js";
import type { Probe } from "../ask/probes/types.js";
import { averages } from "./averages.js";
import { bitsPerByte } from "./bits-per-byte.js";
import { distance } from "./distance.js";
import { firing, firingOptions } from "./inside/firing.js";
import { lens, lensOptions } from "./inside/lens.js";
import { states, statesOptions } from "./inside/states.js";
import { gradientCosine } from "./gradient-cosine.js";
import { maskedLoss } from "./masked-loss.js";
import { preferred } from "./preferred.js";
import { probed, type ProbedOptions } from "./probes.js";
import { maskingOptions } from "../step/objectives/masking.js";
import { newRows } from "../step/parameters/trainables.js";
import { rowNorms } from "./row-norms.js";
import type { Evaluator } from "./types.js";

export const evaluators = {
  "answer-loss": {
    summary: "loss and bits per byte of what counts of each domain's held-out text: the answers, by its marks",
    reference: "Ouyang et al. 2022, https://arxiv.org/abs/2203.02155",
    options: z.strictObject({ beside: z.boolean().optional() }),
    example: {},
    make: answerLoss,
  },
  averages: {
    summary: "averages that parts keep, scored as the live weights are",
    reference: "Polyak & Juditsky 1992, https://doi.org/10.1137/0330046",
    options: z.strictObject({ byAll: z.boolean().optional() }),
    example: { byAll: true },
    make: averages,
  },
  "bits-per-byte": {
    summary: "loss and bits per byte on each domain's held-out text",
    reference: "Gao et al. 2020 (The Pile), https://arxiv.org/abs/2101.00027",
    options: z.strictObject({}),
    example: {},
    make: bitsPerByte,
  },
  distance: {
    summary: "how far the weights moved from where training began, relative to their size",
    reference: "Zhang, Bengio & Singer 2019, https://arxiv.org/abs/1902.01996",
    options: z.strictObject({}),
    example: {},
    make: distance,
  },
  firing: {
    summary: "how often neurons fire on each domain's text, and how many for one domain alone, by layer",
    reference: "Tang et al. 2024 (LAPE), https://arxiv.org/abs/2402.16438",
    options: firingOptions,
    example: { documents: 4, tokens: 12, keep: 0.1 },
    make: firing,
  },
  "gradient-cosine": {
    summary:
      "cosine and product of the domains' gradients, over all, by role and by layer, with the cosine of two batches of one",
    reference: "Riemer et al. 2019, https://arxiv.org/abs/1810.11910",
    options: z.strictObject({
      pairs: z.int().min(1).optional(),
      domains: z.array(z.string().min(1)).min(1).optional(),
    }),
    example: { pairs: 2 },
    make: gradientCosine,
  },
  lens: {
    summary: "what each layer would predict: KL to the model, loss, rank, and the share of each domain's own ids",
    reference: "nostalgebraist 2020; Belrose et al. 2023, https://arxiv.org/abs/2303.08112",
    options: lensOptions,
    example: { documents: 4, tokens: 12, layers: [0, 1] },
    make: lens,
  },
  "masked-loss": {
    summary: "loss of hidden tokens on each domain's held-out text; for encoders",
    reference: "Devlin et al. 2019, https://arxiv.org/abs/1810.04805",
    options: maskingOptions,
    example: { rate: 0.2 },
    make: maskedLoss,
  },
  preferred: {
    summary: "of held-out pairs of answers, how often the chosen one is likelier, and by how much",
    reference: "Rafailov et al. 2023, https://arxiv.org/abs/2305.18290",
    options: z.strictObject({ on: z.array(z.string().min(1)).min(1).optional() }),
    example: {},
    make: preferred,
  },
  probes: {
    summary: "what the model is asked: probes with known answers, and tasks of files",
    reference: "Biderman et al. 2023 (Pythia), https://arxiv.org/abs/2304.01373",
    options: z.strictObject({
      of: z.array(schemaOf(probes)).min(1).optional(),
      tasks: z.array(z.string().min(1)).min(1).optional(),
      every: z.int().min(1).optional(),
      domain: z.string().min(1).optional(),
    }),
    example: { of: [{ name: "induction", items: 4 }], every: 3 },
    make: ({
      of = [],
      ...rest
    }: Omit<ProbedOptions, "of" | "tasks"> & { of?: Written[]; tasks?: string[] }): Evaluator =>
      probed({ of: of.map((each) => makeOf<Probe>(probes, each)), ...rest }),
    paths: ["tasks"],
  },
  "row-norms": {
    summary: "how long rows of the two tables are, old ones and new ones",
    reference: "Kim et al. 2024 (EEVE), https://arxiv.org/abs/2402.14714",
    options: z.strictObject({ newRows: newRows.optional() }),
    example: { newRows: { from: 270 } },
    make: rowNorms,
  },
  states: {
    summary: "hidden states by layer: alike to the base, all one way, and of aligned texts alike between languages",
    reference: "Kornblith et al. 2019 (CKA), https://arxiv.org/abs/1905.00414",
    options: statesOptions,
    example: { documents: 4, tokens: 12 },
    make: states,
  },
} satisfies Registry<Evaluator>;
