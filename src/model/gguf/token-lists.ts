/** The lists of a GGUF file's tokenizer, checked. */
import type { Fail } from "../safetensors-header.js";
import type { Layout } from "./layout.js";

export function list(values: Layout["values"], name: string, type: "string", fail: Fail): string[];
export function list(values: Layout["values"], name: string, type: "number", fail: Fail): number[];
export function list(values: Layout["values"], name: string, type: string, fail: Fail): unknown[] {
  const given = values.get(`tokenizer.ggml.${name}`);
  if (!(Array.isArray(given) && given.every((value) => typeof value === type)))
    return fail(`its tokenizer.ggml.${name} is no list of ${type}s`);
  return given;
}
