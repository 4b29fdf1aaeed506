/** The values that a GGUF file gives for its own kind of model, asked for by name without the kind, and checked. */
import { show } from "../../foreign.js";
import type { Fail } from "../safetensors-header.js";
import type { Layout, Value } from "./layout.js";

export interface Settings {
  /** A number; `fallback` where the file does not say, else an error. */
  number(name: string, fallback?: number): number;
  flag(name: string, fallback: boolean): boolean;
  /** Whether the file has a tensor of this name. */
  has(tensor: string): boolean;
  fail: Fail;
  /** Numbers of an attention head. */
  headWidth: number;
  /** The rope_scaling of config.json, null for none. */
  ropeScaling: object | null;
}

export function settingsOf({ values, tensors }: Layout, kind: string, fail: Fail): Settings {
  const names = new Set(tensors.map(({ name }) => name));
  const get = (name: string): Value | undefined => values.get(`${kind}.${name}`);
  const number = (name: string, fallback?: number): number => {
    const value = get(name) ?? fallback;
    if (typeof value === "number") return value;
    return fail(`${kind}.${name} is ${value === undefined ? "absent" : show(value)}; a number is needed`);
  };
  const flag = (name: string, fallback: boolean): boolean => {
    const value = get(name) ?? fallback;
    return typeof value === "boolean" ? value : fail(`${kind}.${name} is ${show(value)}; true or false is needed`);
  };
  if (number("expert_count", 0) > 0) fail("it is a mixture of experts, which is not computed here");
  const headWidth = number("attention.key_length", number("embedding_length") / number("attention.head_count"));
  if (number("attention.value_length", headWidth) !== headWidth) fail("its values are of another width than its keys");
  return {
    number,
    flag,
    has: (tensor) => names.has(tensor),
    fail,
    headWidth,
    ropeScaling: ropeScaling(get, number, fail),
  };
}

/** Rotary positions of a longer context. What the format has no words for is in tensors, and refused by whoever meets them. */
function ropeScaling(
  get: (name: string) => Value | undefined,
  number: Settings["number"],
  fail: Fail,
): Settings["ropeScaling"] {
  const type = get("rope.scaling.type") ?? (get("rope.scale_linear") === undefined ? "none" : "linear");
  if (type === "none") return null;
  const factor = number("rope.scaling.factor", number("rope.scale_linear", 1));
  if (type === "linear") return factor === 1 ? null : { rope_type: "linear", factor };
  if (type !== "yarn") return fail(`its rope.scaling.type is ${show(type)}; none, linear and yarn are read`);
  const length = number("rope.scaling.original_context_length");
  return { rope_type: "yarn", factor, original_max_position_embeddings: length };
}
