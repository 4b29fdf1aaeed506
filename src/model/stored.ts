/** A model as it lies on disk, read but for its weights: what `load` makes one of, whatever the format. */
import type { Origin, TensorFiles, Tokenizer, Weights } from "../types.js";

export interface Stored {
  /** The object of config.json. */
  config: Record<string, unknown>;
  /** Of every tensor, by its Hugging Face name. */
  shapes: Record<string, number[]>;
  /** `keep` says of which tensors nothing but the bytes is wanted. */
  weights(keep: (name: string) => boolean): { weights: Weights; tensors: TensorFiles };
  tokenizer(): Tokenizer;
  /** The other files of a folder. */
  files(): Pick<Origin, "files" | "leftOut">;
}
