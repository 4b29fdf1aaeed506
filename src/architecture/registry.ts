/** The kinds of model that are read, written and computed, by the `model_type` of their config.json. */
import { gptNeox } from "./gpt-neox.js";
import { gpt2 } from "./gpt2.js";
import { llama } from "./llama.js";
import { opt } from "./opt.js";
import { palimpsest } from "./palimpsest.js";
import { qwen3 } from "./qwen3.js";
import type { Architecture } from "./types.js";

export const architectures = {
  llama,
  qwen3,
  gpt2,
  gpt_neox: gptNeox,
  opt,
  palimpsest,
} as const satisfies Record<string, Architecture>;

export type ArchitectureName = keyof typeof architectures;
