/**
 * The kinds of model that are read, by the name that a GGUF file gives in general.architecture. Names and transforms are those of
 * llama.cpp's conversion and of the `gguf` package.
 */
import type { Architecture } from "./architecture.js";
import { gemma, gemma2, gemma3 } from "./gemma-kinds.js";
import { gpt2, gptneox } from "./gpt-kinds.js";
import { llama, olmo2, phi3, qwen2, qwen3, smollm3 } from "./llama-kinds.js";

export const architectures: Record<string, Architecture> = {
  llama,
  qwen2,
  qwen3,
  smollm3,
  gemma,
  gemma2,
  gemma3,
  olmo2,
  phi3,
  gpt2,
  gptneox,
};
