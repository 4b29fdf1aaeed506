/**
 * What a row of the kinds of model says: how a GGUF file calls and lays out what Hugging Face has otherwise. It knows no
 * forward; whether the kind can be computed is for whoever reads the config.json.
 */
import type { Settings } from "./settings.js";
import type { Transform } from "./transforms.js";

export interface Architecture {
  /** model_type, and the class that `transformers` loads. */
  modelType: string;
  className: string;
  /** Hugging Face's names by the file's, both without ".weight" and ".bias"; `i` is the layer. */
  names: Record<string, string>;
  layers: Record<string, string>;
  layer: (i: number) => string;
  /** What undoes the conversion, by the file's name without layer; also applied to a bias where it says so. */
  transforms?: Record<string, Transform>;
  /** Fields of config.json that not all kinds share. */
  fields(settings: Settings): Record<string, unknown>;
}
