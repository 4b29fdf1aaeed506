/** The kinds of model that are read, written and computed, by the `model_type` of their config.json. */
import { llama } from "./llama.js";
import { palimpsest } from "./palimpsest.js";
import { qwen3 } from "./qwen3.js";
import type { Architecture } from "./types.js";

export const architectures = {
  llama,
  qwen3,
  palimpsest,
} as const satisfies Record<string, Architecture>;

export type ArchitectureName = keyof typeof architectures;
