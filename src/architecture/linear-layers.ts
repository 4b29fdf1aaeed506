/** The matrices within a model's layers, and what people call them: the names of Llama's files whatever the kind of model, and those of its own. */
import type { ModelConfig } from "../types.js";
import { parametersOf, placesOf } from "./parameters.js";
import type { Role } from "./types.js";

export interface LinearLayer {
  /** Of the weight, in the files. */
  name: string;
  /** Outputs and inputs, however the matrix is kept. */
  out: number;
  width: number;
  /** Kept as [in, out]. */
  transposed: boolean;
  /** Counted from 0. */
  layer: number;
  role: Role;
  /** q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj: several where they are kept as one matrix. */
  usual: string[];
  /** The last part of its own name, such as c_attn. */
  own: string;
}

export function linearLayers(config: ModelConfig): LinearLayer[] {
  const places = placesOf(config);
  return parametersOf(config).flatMap(({ name, shape, role, layer, slots }) => {
    if (layer === undefined || shape.length !== 2) return [];
    const transposed = places[slots[0]!]!.transposed === true;
    const [out, width] = (transposed ? [shape[1], shape[0]] : shape) as [number, number];
    const usual = slots.map((slot) => `${slot.split(".").at(-2)}_proj`);
    return [{ name, out, width, transposed, layer, role, usual, own: name.split(".").at(-2)! }];
  });
}
