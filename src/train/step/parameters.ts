/** What is trained, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { lora } from "./lora.js";
import { newRows, selection, trainable } from "./trainable.js";
import type { Parameters } from "./types.js";

export const parameters = {
  selection: {
    summary: "the model's own weights: whole groups of them, and rows of the two tables",
    reference: "Kim et al. 2024 (EEVE), https://arxiv.org/abs/2402.14714",
    options: z.strictObject({ trainable, newRows: newRows.optional() }),
    example: { trainable: { embedding: { from: 2 }, layers: [-1] } },
    make: selection,
  },
  lora: {
    summary: "low-rank updates of the layers' matrices, merged into them when the model is saved",
    reference: "Hu et al. 2021, https://arxiv.org/abs/2106.09685",
    options: z.strictObject({ rank: z.int().min(1).optional(), alpha: z.number().gt(0).optional() }),
    example: { rank: 8 },
    make: lora,
  },
} satisfies Registry<Parameters>;
