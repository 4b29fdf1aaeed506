/** What rows of files become, by name. */
import * as z from "zod";
import { makeOf, type Registry, type Written } from "../../registry.js";
import { alpaca, chatOptions, messages, sharegpt } from "./chats.js";
import { preferenceRows, promptCompletion, twoTexts } from "./prompted.js";
import { conditional, metadata } from "./tagged.js";
import type { Form } from "./types.js";
import { weighted } from "./weighted.js";

const field = z.string().min(1);
const share = z.number().min(0).max(1);

export const forms = {
  messages: {
    summary: "conversations in Hugging Face's shape: what the assistant says counts",
    reference: "Ouyang et al. 2022, https://arxiv.org/abs/2203.02155",
    options: z.strictObject({ field: field.optional(), ...chatOptions }),
    example: { template: "chatml" },
    make: messages,
    paths: ["from"],
  },
  sharegpt: {
    summary: "conversations of human and gpt: what gpt says counts",
    reference: "Chiang et al. 2023 (Vicuna), https://lmsys.org/blog/2023-03-30-vicuna/",
    options: z.strictObject({ field: field.optional(), ...chatOptions }),
    example: { template: "plain" },
    make: sharegpt,
    paths: ["from"],
  },
  alpaca: {
    summary: "instruction, input and output: the output counts",
    reference: "Taori et al. 2023, https://github.com/tatsu-lab/stanford_alpaca",
    options: z.strictObject(chatOptions),
    example: { template: "alpaca" },
    make: alpaca,
    paths: ["from"],
  },
  "prompt-completion": {
    summary: "a prompt and what follows it, which counts",
    reference: "Brown et al. 2020, https://arxiv.org/abs/2005.14165",
    options: z.strictObject({ prompt: field.optional(), completion: field.optional() }),
    example: { prompt: "question", completion: "answer" },
    make: promptCompletion,
  },
  preferences: {
    summary: "a prompt, an answer that was chosen and one that was rejected: two documents, for the order pairs",
    reference: "Rafailov et al. 2023 (DPO), https://arxiv.org/abs/2305.18290",
    options: z.strictObject({}),
    example: {},
    make: preferenceRows,
  },
  "two-texts": {
    summary: "two texts that belong together, such as translations, for the order pairs",
    reference: "Conneau & Lample 2019, https://arxiv.org/abs/1901.07291",
    options: z.strictObject({ of: z.tuple([field, field]) }),
    example: { of: ["en", "ko"] },
    make: twoTexts,
  },
  metadata: {
    summary: "metadata in front of a text, read and not learned",
    reference: "Gao et al. 2025 (MeCo), https://arxiv.org/abs/2501.01956",
    options: z.strictObject({
      prefix: z.string().min(1),
      field: field.optional(),
      share: share.optional(),
      weight: z.number().min(0).optional(),
    }),
    example: { prefix: "URL: {url}\n\n", share: 0.9 },
    make: metadata,
  },
  conditional: {
    summary: "a tag in front of a text by a score or a label, read and not learned",
    reference: "Korbak et al. 2023, https://arxiv.org/abs/2302.08582",
    options: z.strictObject({
      by: field,
      tags: z.record(z.string(), z.string().min(1)),
      threshold: z.number().optional(),
      field: field.optional(),
      share: share.optional(),
    }),
    example: { by: "score", threshold: 0.5, tags: { below: "<|bad|>", above: "<|good|>" } },
    make: conditional,
  },
  weighted: {
    summary: "words or what a pattern finds count more, or less, than the rest",
    reference: "Fernando & Ranathunga 2025 (entities, of encoders), https://arxiv.org/abs/2501.05700",
    options: z.strictObject({
      words: z.array(z.string().min(1)).min(1).optional(),
      pattern: z.string().min(1).optional(),
      weight: z.number().min(0),
      field: field.optional(),
    }),
    example: { words: ["Helsinki"], weight: 3 },
    make: weighted,
  },
} satisfies Registry<Form>;

export type FormName = keyof typeof forms;

/** A form, of what a file's text says of it. */
export function formOf(given: FormName | Written | Form): Form {
  if (typeof given !== "string" && "documents" in given) return given as Form;
  const written = typeof given === "string" ? { name: given } : (given as Written);
  if (!Object.hasOwn(forms, written.name))
    throw new Error(`load: invalid form: ${written.name} (one of ${Object.keys(forms).join(", ")})`);
  return makeOf<Form>(forms, written);
}
