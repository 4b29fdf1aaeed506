/** The kinds of model that are read, written and computed, by the `model_type` of their config.json. */
import { bert, roberta, xlmRoberta } from "./bert.js";
import { gemma } from "./gemma.js";
import { gemma2 } from "./gemma2.js";
import { gemma3_text } from "./gemma3.js";
import { gpt2 } from "./gpt2.js";
import { gptNeox } from "./gpt-neox.js";
import { llama } from "./llama.js";
import { mistral } from "./mistral.js";
import { olmo2 } from "./olmo2.js";
import { opt } from "./opt.js";
import { palimpsest } from "./palimpsest.js";
import { phi3 } from "./phi3.js";
import { qwen2 } from "./qwen2.js";
import { qwen3 } from "./qwen3.js";
import { smollm3 } from "./smollm3.js";
import type { Architecture } from "./types.js";

export const architectures = {
  llama,
  mistral,
  qwen2,
  qwen3,
  gemma,
  gemma2,
  gemma3_text,
  olmo2,
  phi3,
  smollm3,
  gpt2,
  gpt_neox: gptNeox,
  opt,
  bert,
  roberta,
  "xlm-roberta": xlmRoberta,
  palimpsest,
} as const satisfies Record<string, Architecture>;

export type ArchitectureName = keyof typeof architectures;
