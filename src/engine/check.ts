/** The one-line errors that both engines give for what does not fit. */
import type { Weights } from "../types.js";
import type { Signature, Specs } from "./types.js";

export const sizeOf = (shape: number[]): number => shape.reduce((product, size) => product * size, 1);

export function checkInputs({ inputs }: Signature, given: Record<string, Float32Array | Int32Array>): void {
  for (const [name, { shape, dtype }] of Object.entries(inputs)) {
    const values = given[name];
    if (!values) throw new Error(`engine: missing input: ${name}`);
    const isFloat = values instanceof Float32Array;
    if (isFloat !== (dtype === "float32")) throw new Error(`engine: invalid input: ${name} must be ${dtype}`);
    if (values.length !== sizeOf(shape))
      throw new Error(`engine: invalid input: ${name} has ${values.length} values, its shape [${shape}] has ${sizeOf(shape)}`);
  }
}

export function checkWrite(specs: Specs, weights: Weights): void {
  for (const [name, { shape, data }] of Object.entries(weights)) {
    const spec = specs[name];
    if (!spec) throw new Error(`engine: invalid state entry: ${name} (not uploaded)`);
    if (`${spec.shape}` !== `${shape}` || data.length !== sizeOf(shape))
      throw new Error(`engine: invalid state entry: ${name} has shape [${shape}], uploaded was [${spec.shape}]`);
  }
}
