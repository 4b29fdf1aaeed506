/** How PEFT's folders of low-rank adapters call their files and tensors. */
import type { ModelConfig } from "../types.js";

export const files = { config: "adapter_config.json", weights: "adapter_model.safetensors" } as const;
export const prefix = "base_model.model.";
/** Ends of the names of tensors. */
export const ends = { a: ".lora_A.weight", b: ".lora_B.weight", magnitude: ".lora_magnitude_vector" } as const;
export const rowsEnd = ".token_adapter.trainable_tokens_delta";

export interface AdapterFolderOptions {
  dir: string;
  /** Of the model that the adapter is for. */
  config: ModelConfig;
}
