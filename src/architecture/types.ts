/**
 * What a kind of model is, as data: how its config.json says a shape, and where each tensor of the forward is kept in its
 * files. The forward itself is one (`model/forward.ts`) and reads nothing but the shape and these places.
 */
import type { ModelConfig } from "../types.js";
import type { Fields } from "./fields.js";

export interface Architecture {
  summary: string;
  reference: string;
  /** The class of `transformers` that config.json names: the model with its head. */
  class: string;
  /** Modules that `transformers`, from version 5 on, calls otherwise than its files do: by the files' names. */
  modules?: Record<string, string>;
  /** Tensors that its files may hold and nothing is computed with: they are kept as they are. */
  unread?: RegExp;
  /** The shape that the fields of a config.json say. Throws one line for what would be another function of the weights. */
  read(fields: Fields): ModelConfig;
  /** The fields that say this shape; `read` gives it back. */
  write(config: ModelConfig): Record<string, unknown>;
  /** Where each tensor of the forward is kept, by slot, in the order in which parameters are listed. */
  places(config: ModelConfig): Places;
}

/**
 * Tensors of the forward: `embedding.weight`, `layers.3.q.bias` and so on (`slots.ts` lists them). Linear layers are
 * [out, in] unless they are `transposed`.
 */
export type Places = Record<string, Place>;

export interface Place {
  /** In the files. */
  name: string;
  /** In the files: of the whole tensor, where several slots are parts of it. */
  shape: number[];
  /** Kept as [in, out]. */
  transposed?: true;
  /** The index-th of pieces of so many outputs, which lie end to end: once, or again for each head. */
  part?: { index: number; sizes: number[]; heads?: number };
}

/** What a parameter is in the model. A tied head is the embedding; norms within layers are norms. */
export type Role = "embedding" | "head" | "positions" | "norm" | "attention" | "feed-forward";

export interface Parameter {
  /** In the files. */
  name: string;
  shape: number[];
  role: Role;
  /** Counted from 0; absent outside of layers. */
  layer?: number;
  /** What it is to the forward; several where they are kept as one. */
  slots: string[];
}
