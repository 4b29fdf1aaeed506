/** The one-line errors that both engines give for what does not fit. */
import type { StateArrays } from "../types.js";
import type { Signature, Specs } from "./types.js";

export const sizeOf = (shape: number[]): number => shape.reduce((product, size) => product * size, 1);

export function checkInputs({ inputs }: Signature, given: Record<string, Float32Array | Int32Array>): void {
  for (const [name, { shape, dtype }] of Object.entries(inputs)) {
    const values = given[name];
    if (!values) throw new Error(`engine: missing input: ${name}`);
    const isFloat = values instanceof Float32Array;
    if (isFloat !== (dtype === "float32")) throw new Error(`engine: invalid input: ${name} must be ${dtype}`);
    if (values.length !== sizeOf(shape))
      throw new Error(
        `engine: invalid input: ${name} has ${values.length} values, its shape [${shape}] has ${sizeOf(shape)}`,
      );
  }
}

export function checkUpload(name: string, shape: number[], { length }: { length: number }): void {
  if (length !== sizeOf(shape))
    throw new Error(`engine: invalid weights: ${name} has ${length} values, its shape [${shape}] has ${sizeOf(shape)}`);
}

/** That the uploaded state has what a program reads and replaces. */
export function checkState(signature: Signature, specs: Specs): void {
  for (const [name, { shape, dtype }] of Object.entries(signature.state)) {
    const spec = specs[name];
    if (!spec) throw new Error(`engine: invalid state: ${name} was not uploaded`);
    if (`${spec.shape}` !== `${shape}`)
      throw new Error(`engine: invalid state: ${name} has shape [${spec.shape}], the program was made for [${shape}]`);
    if (spec.dtype !== dtype)
      throw new Error(`engine: invalid state: ${name} is kept in ${spec.dtype}, the program was made for ${dtype}`);
  }
}

/** That a function replaces entries only by others like them. */
export function checkReplaced(
  signature: Signature,
  replaced: Record<string, { shape: number[]; dtype: string }>,
): void {
  for (const [name, { shape, dtype }] of Object.entries(replaced)) {
    const spec = signature.state[name];
    if (!spec) throw new Error(`engine: invalid step: it replaces ${name}, which its signature does not name`);
    if (`${spec.shape}` !== `${shape}` || dtype !== "float32")
      throw new Error(`engine: invalid step: it replaces ${name}, float32 [${spec.shape}], by ${dtype} [${shape}]`);
  }
}

export function checkWrite(specs: Specs, arrays: StateArrays): void {
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    const spec = specs[name];
    if (!spec) throw new Error(`engine: invalid state entry: ${name} (not uploaded)`);
    if (`${spec.shape}` !== `${shape}` || data.length !== sizeOf(shape))
      throw new Error(`engine: invalid state entry: ${name} has shape [${shape}], uploaded was [${spec.shape}]`);
  }
}
