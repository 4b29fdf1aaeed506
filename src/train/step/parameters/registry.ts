/** What is trained, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../../registry.js";
import { adapters, adaptersOptions } from "./adapters.js";
import { dora } from "./dora.js";
import { lora, rslora } from "./lora.js";
import { lowRankOptions } from "./low-rank.js";
import { languageEmbeddings, languageEmbeddingsOptions } from "./language-embeddings.js";
import { softPrompt, softPromptOptions } from "./soft-prompt.js";
import { choosers, sparse } from "./sparse.js";
import { selection } from "./trainable.js";
import { newRows, trainable } from "./trainables.js";
import type { Parameters } from "../types.js";

const share = z.number().gt(0).max(1);

export const parameters = {
  selection: {
    summary: "the model's own weights: whole groups of them, and rows of the two tables",
    reference: "Kim et al. 2024 (EEVE), https://arxiv.org/abs/2402.14714",
    options: z.strictObject({ trainable, newRows: newRows.optional() }),
    example: { trainable: { embedding: { from: 2 }, layers: [-1] } },
    make: selection,
  },
  lora: {
    summary:
      "low-rank updates of the layers' matrices, merged into them when the model is saved, and rows of new tokens",
    reference: "Hu et al. 2021, https://arxiv.org/abs/2106.09685",
    options: lowRankOptions,
    example: { rank: 8 },
    make: lora,
  },
  rslora: {
    summary: "LoRA with updates scaled by alpha over the root of the rank",
    reference: "Kalajdzievski 2023, https://arxiv.org/abs/2312.03732",
    options: lowRankOptions,
    example: { rank: 4, targets: ["attention", "up_proj"], newRows: { from: 270 } },
    make: rslora,
  },
  dora: {
    summary: "LoRA whose rows have lengths that are trained on their own",
    reference: "Liu et al. 2024, https://arxiv.org/abs/2402.09353",
    options: lowRankOptions,
    example: { rank: 2, layers: { first: 1, last: 1 }, rateOfB: 16 },
    make: dora,
  },
  adapters: {
    summary: "a small bottleneck after each layer, one for all text or one for each domain; the body frozen or trained",
    reference:
      "Pfeiffer et al. 2020 (MAD-X), https://arxiv.org/abs/2005.00052; Pfeiffer et al. 2022 (X-Mod), https://arxiv.org/abs/2205.06266",
    options: adaptersOptions,
    example: { size: 4, domains: ["old", "new"] },
    make: adapters,
  },
  "language-embeddings": {
    summary: "an embedding of the language and one of its script added before the head, in training alone",
    reference: "Liu et al. 2024 (LangSAMP), https://arxiv.org/abs/2409.18199",
    options: languageEmbeddingsOptions,
    example: { domains: ["old", "new"], scripts: { old: "Latn", new: "Latn" } },
    make: languageEmbeddings,
  },
  "soft-prompt": {
    summary: "trained vectors before the first token, one prompt for all text or one for each domain",
    reference: "Lester et al. 2021, https://arxiv.org/abs/2104.08691",
    options: softPromptOptions,
    example: { tokens: 4 },
    make: softPrompt,
  },
  sparse: {
    summary: "a few numbers of each matrix of the layers, drawn or chosen by magnitude; the rest keeps every bit",
    reference: "Xu & Zhang 2024, https://arxiv.org/abs/2405.02596; Liao et al. 2023, https://arxiv.org/abs/2305.16742",
    options: z.strictObject({
      density: z.union([share, z.record(z.string(), share)]),
      by: z.enum(choosers).optional(),
    }),
    example: { density: 0.1 },
    make: sparse,
  },
} satisfies Registry<Parameters>;
