/** A soft prompt as a folder of Hugging Face's PEFT (prompt tuning): its vectors go before the rows of the table. It is written, not read. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";
import type { ModelConfig, NdArray } from "../types.js";
import { jsonText } from "./json-text.js";
import { writeSafetensors } from "./safetensors.js";

export interface PromptFolderOptions {
  dir: string;
  /** Of the model that the prompt is for. */
  config: ModelConfig;
  /** [vectors, width of the table] */
  prompt: NdArray;
  /** What it says that it was trained on. */
  base?: string | undefined;
}

/** adapter_config.json last. */
export function savePrompt({ dir, config, prompt, base }: PromptFolderOptions): void {
  const [tokens, width] = prompt.shape;
  mkdirSync(dir, { recursive: true });
  writeSafetensors(join(dir, "adapter_model.safetensors"), { prompt_embeddings: prompt });
  const says = {
    peft_type: "PROMPT_TUNING",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: base ?? null,
    inference_mode: true,
    num_virtual_tokens: tokens,
    token_dim: width,
    num_transformer_submodules: 1,
    num_attention_heads: config.heads,
    num_layers: config.layers,
    prompt_tuning_init: "RANDOM",
    prompt_tuning_init_text: null,
    tokenizer_name_or_path: null,
  };
  writeAtomically(join(dir, "adapter_config.json"), jsonText(says));
}
